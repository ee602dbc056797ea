-- One word for one thing.
UPDATE jobs SET kind = 'undo_apply' WHERE kind = 'settle_apply';
ALTER TABLE told_orders RENAME TO voucherify_orders;
