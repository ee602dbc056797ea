-- Orders that did not use a lock's native code, as its uses told before they were deleted with it: a JSON
-- list of ids. A release that is cut off after that starts over with what was known.
ALTER TABLE locks ADD COLUMN unused_by TEXT NOT NULL DEFAULT '[]';
