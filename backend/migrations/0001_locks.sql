-- One SQL for SQLite and PostgreSQL: BIGINT for numbers, booleans and Unix milliseconds, TEXT for
-- the rest, JSON as TEXT.

-- A code held for one checkout (domain::lock::Lock).
CREATE TABLE locks (
    id TEXT NOT NULL PRIMARY KEY,
    store TEXT NOT NULL,
    checkout TEXT NOT NULL,
    code TEXT NOT NULL,
    native_code TEXT NOT NULL,
    -- The native code in capitals: BigCommerce ignores case.
    native_key TEXT NOT NULL,
    promotion_id BIGINT,
    session_key TEXT NOT NULL,
    state TEXT NOT NULL,
    discount BIGINT NOT NULL,
    native_discount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    snapshot TEXT,
    order_id BIGINT,
    order_discount BIGINT,
    reason TEXT,
    ends_at_ms BIGINT NOT NULL,
    session_ends_at_ms BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    checked_at_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX locks_by_native_code ON locks (store, native_key);
CREATE INDEX locks_by_checkout ON locks (store, checkout);
CREATE INDEX locks_by_code ON locks (store, code, state);
CREATE INDEX locks_by_state ON locks (state, ends_at_ms);

-- Who is working on a checkout, so that two requests do not (store::leases).
CREATE TABLE checkout_leases (
    store TEXT NOT NULL,
    checkout TEXT NOT NULL,
    owner TEXT NOT NULL,
    until_ms BIGINT NOT NULL,
    PRIMARY KEY (store, checkout)
);

-- Webhooks as received, before work. A delivery that comes twice is written once.
CREATE TABLE inbox (
    store TEXT NOT NULL,
    hash TEXT NOT NULL,
    scope TEXT NOT NULL,
    body TEXT NOT NULL,
    received_at_ms BIGINT NOT NULL,
    PRIMARY KEY (store, hash)
);
CREATE INDEX inbox_by_time ON inbox (received_at_ms);

-- Durable work. One row for each thing to do: asking again merges into the row that waits.
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    store TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- Raised each time the job is asked for: a run only finishes what it has seen.
    revision BIGINT NOT NULL,
    state TEXT NOT NULL,
    run_at_ms BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until_ms BIGINT NOT NULL,
    last_error TEXT,
    created_at_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX jobs_by_subject ON jobs (store, kind, subject);
CREATE INDEX jobs_by_time ON jobs (state, run_at_ms);

-- A code used by an order: unique, so that no order redeems a code twice.
CREATE TABLE redemptions (
    store TEXT NOT NULL,
    order_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    lock_id TEXT NOT NULL,
    state TEXT NOT NULL,
    redemption_id TEXT,
    parent_id TEXT,
    reason TEXT,
    -- When Voucherify was last asked to redeem: an uncertain answer is judged from here.
    sent_at_ms BIGINT NOT NULL,
    PRIMARY KEY (store, order_id, code)
);
CREATE UNIQUE INDEX redemptions_by_lock ON redemptions (lock_id);
