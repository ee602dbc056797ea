-- What Voucherify was told an order is (store::told_orders). An order of the shop is one order there for
-- what was bought, and others for what its gift cards paid.
CREATE TABLE told_orders (
    store TEXT NOT NULL,
    order_id BIGINT NOT NULL,
    -- What Voucherify knows it by.
    source_id TEXT NOT NULL,
    -- CREATED, PAID or CANCELED.
    status TEXT NOT NULL,
    -- 'planned', 'sent', 'told' or 'refused'.
    state TEXT NOT NULL,
    sent_at_ms BIGINT NOT NULL,
    PRIMARY KEY (store, source_id)
);
CREATE INDEX told_orders_of_order ON told_orders (store, order_id);
