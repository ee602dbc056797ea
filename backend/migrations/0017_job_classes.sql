-- Jobs have a class, each with workers of its own (store::jobs::Class). What cannot be done is parked.
ALTER TABLE jobs ADD COLUMN class TEXT NOT NULL DEFAULT 'bulk';
UPDATE jobs SET class = 'checkout'
    WHERE kind IN ('settle_apply', 'release_lock', 'refresh_checkout', 'evict_coupon');
UPDATE jobs SET class = 'orders' WHERE kind IN ('process_order', 'flag_order');
UPDATE jobs SET state = 'parked' WHERE state = 'failed';
DROP INDEX jobs_by_time;
CREATE INDEX jobs_by_class ON jobs (class, state, run_at_ms);
CREATE INDEX jobs_by_store ON jobs (class, store, state, run_at_ms, id);

-- Which store of a class comes next: the one whose turn was longest ago.
CREATE TABLE job_turns (
    class TEXT NOT NULL,
    store TEXT NOT NULL,
    turn BIGINT NOT NULL,
    PRIMARY KEY (class, store)
);
CREATE INDEX job_turns_by_turn ON job_turns (class, turn, store);
