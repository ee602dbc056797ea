-- When a change of the lock was begun that was cut off: a request of it may arrive a while after the lock
-- was given up.
ALTER TABLE locks ADD COLUMN cut_off_at_ms BIGINT;
