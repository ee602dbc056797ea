-- A coupon stands for one code or several, as JSON (domain::lock::Coupon), in the order in which they
-- apply. Locks written before have an empty list: theirs is the code in `code`.
ALTER TABLE locks ADD COLUMN coupons TEXT NOT NULL DEFAULT '[]';

-- So a lock is redeemed once for each of its codes.
DROP INDEX redemptions_by_lock;
CREATE UNIQUE INDEX redemptions_by_lock ON redemptions (lock_id, code) WHERE credits IS NULL;
