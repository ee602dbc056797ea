-- A delivery is known again by its id: equal words may tell of two events.
ALTER TABLE inbox RENAME COLUMN hash TO delivery;
