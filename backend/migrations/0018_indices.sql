-- Indices for what is asked, and none for what is not. The file of backend/src/database that asks is said beside each.

-- The locks of an order (locks: of_order).
CREATE INDEX locks_by_order ON locks (store, order_id);
-- Held locks whose time is up (due_locks: expired), what else a store has under way (due_locks: unchecked,
-- ordered_ending, stuck), and whether another checkout holds a code (locks: held_elsewhere). The index before it had
-- the states of all stores together.
DROP INDEX locks_by_state;
CREATE INDEX locks_by_state ON locks (store, state, ends_at_ms);
-- Nothing asks for a code alone: a lock has other codes beside its first.
DROP INDEX locks_by_code;

-- Redemptions without an answer (redemptions: unanswered). Of all others nothing is written into it.
CREATE INDEX redemptions_unanswered ON redemptions (store, order_id, sent_at_ms, asked_at_ms)
    WHERE state = 'sent';

-- What Voucherify was told of an order, by its names there (told_orders: of_order). Without the name SQLite read all
-- orders of the store in the order of their names.
DROP INDEX told_orders_of_order;
CREATE INDEX told_orders_of_order ON told_orders (store, order_id, source_id);
-- What Voucherify is not told yet (told_orders: untold).
CREATE INDEX told_orders_untold ON told_orders (store, order_id, sent_at_ms, asked_at_ms)
    WHERE state IN ('planned', 'sent');

-- Differences that nobody has decided or looked at, and orders that are not flagged yet (order_differences: open,
-- unflagged). The index before it had all that ever were.
DROP INDEX order_differences_by_time;
CREATE INDEX order_differences_open ON order_differences (store, found_at_ms, order_id, lock_id)
    WHERE state IN ('noted', 'held');
-- Whether a lock waits for a person (order_differences: is_held).
CREATE INDEX order_differences_by_lock ON order_differences (lock_id, state);
