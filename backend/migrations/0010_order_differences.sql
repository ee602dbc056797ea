-- Orders that are not what their codes were validated for (domain::order_difference): one row for each
-- lock, which says both sides.
CREATE TABLE order_differences (
    store TEXT NOT NULL,
    order_id BIGINT NOT NULL,
    lock_id TEXT NOT NULL,
    -- In what they differ, as JSON.
    kinds TEXT NOT NULL,
    -- The cart, its items and its customer as they were validated, and as they were ordered, as JSON.
    validated TEXT NOT NULL,
    ordered TEXT NOT NULL,
    -- noted, held, redeemed, dismissed or seen (store::order_differences).
    state TEXT NOT NULL,
    found_at_ms BIGINT NOT NULL,
    PRIMARY KEY (store, order_id, lock_id)
);
CREATE INDEX order_differences_by_time ON order_differences (store, found_at_ms);
