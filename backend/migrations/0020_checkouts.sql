-- A checkout has a row while somebody works on it, or something of it is left to be put right. It takes the
-- place of the leases, and of the marks on locks.
CREATE TABLE checkouts (
    store TEXT NOT NULL,
    checkout TEXT NOT NULL,
    -- Who has it to himself; none where nobody does.
    lease_owner TEXT,
    lease_until_ms BIGINT NOT NULL,
    -- The last change of what its sessions hold: 'done', 'begun' or 'failed'.
    change TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at_ms BIGINT NOT NULL,
    -- When a release got no answer; zero where none did.
    late_at_ms BIGINT NOT NULL,
    PRIMARY KEY (store, checkout)
);
INSERT INTO checkouts (store, checkout, lease_owner, lease_until_ms, change,
    changed_by, changed_at_ms, late_at_ms)
SELECT store, checkout, NULL, 0,
    CASE WHEN MAX(CASE WHEN reason IN ('settling', 'mending') THEN 1 ELSE 0 END) = 1 THEN 'begun' ELSE 'done' END,
    CASE WHEN MAX(CASE WHEN reason = 'mending' THEN 1 ELSE 0 END) = 1 THEN 'job' ELSE 'page' END,
    MAX(CASE WHEN reason IN ('settling', 'mending') THEN checked_at_ms ELSE 0 END),
    COALESCE(MAX(cut_off_at_ms), 0)
FROM locks WHERE reason IN ('settling', 'mending') OR cut_off_at_ms IS NOT NULL GROUP BY store, checkout;
DROP TABLE checkout_leases;

-- One field for each thing that `reason` said.
ALTER TABLE locks ADD COLUMN apart TEXT;
ALTER TABLE locks ADD COLUMN released_because TEXT;
ALTER TABLE locks ADD COLUMN refused_because TEXT;
ALTER TABLE locks ADD COLUMN is_taken_apart BIGINT NOT NULL DEFAULT 0;
UPDATE locks SET apart = reason WHERE reason IN
    ('taken_elsewhere', 'order_coupons_unknown', 'order_not_found', 'held_for_person');
UPDATE locks SET is_taken_apart = 1 WHERE reason = 'taken_apart';
UPDATE locks SET released_because = reason WHERE reason IN
    ('removed', 'replaced', 'unfinished', 'no_longer_valid', 'expired', 'cart_gone', 'order_void',
    'never_paid', 'dismissed', 'disconnected');
UPDATE locks SET refused_because = reason WHERE apart IS NULL AND released_because IS NULL
    AND reason NOT IN ('settling', 'mending', 'taken_apart');
ALTER TABLE locks DROP COLUMN reason;
ALTER TABLE locks DROP COLUMN cut_off_at_ms;

-- What BigCommerce was told is not known where there is none.
ALTER TABLE locks ADD COLUMN told_discount BIGINT;
UPDATE locks SET told_discount = native_discount WHERE native_discount >= 0;
ALTER TABLE locks DROP COLUMN native_discount;

-- Since when a lock is in its state.
ALTER TABLE locks ADD COLUMN state_since_ms BIGINT NOT NULL DEFAULT 0;
UPDATE locks SET state_since_ms = checked_at_ms;

-- How often a lock was written: what was read is written only over what was read.
ALTER TABLE locks ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
