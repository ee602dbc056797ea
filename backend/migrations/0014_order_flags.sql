-- Whether a difference is to be seen on the order itself, in the notes of the store's staff: none, wanted,
-- written, or left where that cannot be (store::order_differences).
ALTER TABLE order_differences ADD COLUMN flag TEXT NOT NULL DEFAULT 'none';
