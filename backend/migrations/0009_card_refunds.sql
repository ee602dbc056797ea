-- Money given back to a gift card for a payment of a refund, decided once, be it nothing. The table
-- is made anew for its key. What was given before counts as given.
CREATE TABLE payment_refunds (
    store TEXT NOT NULL,
    order_id BIGINT NOT NULL,
    -- The payment of a refund, or what the card got when its order came to nothing.
    payment TEXT NOT NULL,
    code TEXT NOT NULL,
    lock_id TEXT NOT NULL,
    credits BIGINT NOT NULL,
    state TEXT NOT NULL,
    sent_at_ms BIGINT NOT NULL,
    PRIMARY KEY (store, order_id, payment, code, lock_id)
);
INSERT INTO payment_refunds (store, order_id, payment, code, lock_id, credits, state, sent_at_ms)
SELECT store, order_id, CAST(refunded AS TEXT), code, lock_id, credits, state, sent_at_ms
FROM card_refunds;
DROP TABLE card_refunds;
ALTER TABLE payment_refunds RENAME TO card_refunds;
