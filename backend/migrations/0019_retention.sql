-- What is over is deleted, store by store (database::retention).

-- Stores that were disconnected, and when: everything of them is deleted after a time (database::left_stores).
CREATE TABLE left_stores (
    store TEXT NOT NULL PRIMARY KEY,
    left_at_ms BIGINT NOT NULL
);
-- Those that left before this table was there.
INSERT INTO left_stores (store, left_at_ms)
SELECT store, MAX(at) FROM audit_log WHERE action = 'disconnect'
    AND store NOT IN (SELECT hash FROM stores) GROUP BY store;

-- What of a store is older than a moment (retention: delete_some). Two of these indices had the rows of all stores.
DROP INDEX inbox_by_time;
CREATE INDEX inbox_by_time ON inbox (store, received_at_ms);
DROP INDEX dropped_codes_by_time;
CREATE INDEX dropped_codes_by_time ON dropped_codes (store, dropped_at_ms);
CREATE INDEX product_facts_by_time ON product_facts (store, read_at);
CREATE INDEX customer_facts_by_time ON customer_facts (store, read_at);
CREATE INDEX told_orders_over ON told_orders (store, sent_at_ms) WHERE state IN ('told', 'refused');
CREATE INDEX order_differences_over ON order_differences (store, found_at_ms)
    WHERE state IN ('redeemed', 'dismissed', 'seen');
-- Whether a lock was redeemed, and by what (retention: delete_some).
CREATE INDEX redemptions_of_lock ON redemptions (lock_id);
