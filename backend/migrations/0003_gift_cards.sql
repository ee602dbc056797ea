-- A lock stands for a coupon or for a gift certificate, which pays with one or several gift cards.
ALTER TABLE locks ADD COLUMN kind TEXT NOT NULL DEFAULT 'coupon';
ALTER TABLE locks ADD COLUMN certificate_id BIGINT;
-- The cards as JSON (domain::cards::Card), in the order in which they pay.
ALTER TABLE locks ADD COLUMN cards TEXT NOT NULL DEFAULT '[]';

-- A certificate has several codes, one card may be behind two certificates of an order, and a
-- certificate may pay for two orders. The table is made anew for its key.
CREATE TABLE card_redemptions (
    store TEXT NOT NULL,
    order_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    lock_id TEXT NOT NULL,
    state TEXT NOT NULL,
    redemption_id TEXT,
    parent_id TEXT,
    reason TEXT,
    sent_at_ms BIGINT NOT NULL,
    -- What a gift card paid; of a coupon nothing.
    credits BIGINT,
    PRIMARY KEY (store, order_id, code, lock_id)
);
INSERT INTO card_redemptions (store, order_id, code, lock_id, state, redemption_id, parent_id,
    reason, sent_at_ms)
SELECT store, order_id, code, lock_id, state, redemption_id, parent_id, reason, sent_at_ms
FROM redemptions;
DROP TABLE redemptions;
ALTER TABLE card_redemptions RENAME TO redemptions;
-- A coupon is redeemed once for an order, and its lock once at all.
CREATE UNIQUE INDEX redemptions_by_code ON redemptions (store, order_id, code)
    WHERE credits IS NULL;
CREATE UNIQUE INDEX redemptions_by_lock ON redemptions (lock_id) WHERE credits IS NULL;

-- Money given back to a gift card by a partial refund: unique, so that each refund counts once.
CREATE TABLE card_refunds (
    store TEXT NOT NULL,
    order_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    lock_id TEXT NOT NULL,
    -- All refunds of the order up to this one, in hundredths of the order's currency.
    refunded BIGINT NOT NULL,
    credits BIGINT NOT NULL,
    state TEXT NOT NULL,
    sent_at_ms BIGINT NOT NULL,
    PRIMARY KEY (store, order_id, code, lock_id, refunded)
);
