-- A lock stands for a coupon or for a gift certificate, which pays with one or several gift cards.
ALTER TABLE locks ADD COLUMN kind TEXT NOT NULL DEFAULT 'coupon';
ALTER TABLE locks ADD COLUMN certificate_id BIGINT;
-- The cards as JSON (domain::cards::Card), in the order in which they pay.
ALTER TABLE locks ADD COLUMN cards TEXT NOT NULL DEFAULT '[]';

-- What a gift card paid.
ALTER TABLE redemptions ADD COLUMN credits BIGINT;
-- A coupon's lock is redeemed once; a certificate's has several codes, and may pay twice.
DROP INDEX redemptions_by_lock;
CREATE UNIQUE INDEX redemptions_by_lock ON redemptions (lock_id) WHERE credits IS NULL;

-- Money given back to a gift card by a partial refund: unique, so that each refund counts once.
CREATE TABLE card_refunds (
    store TEXT NOT NULL,
    order_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    -- All refunds of the order up to this one, in hundredths of the order's currency.
    refunded BIGINT NOT NULL,
    credits BIGINT NOT NULL,
    state TEXT NOT NULL,
    sent_at_ms BIGINT NOT NULL,
    PRIMARY KEY (store, order_id, code, refunded)
);
