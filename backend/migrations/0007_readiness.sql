-- Whether the database takes writes is tried by writing: one row.
CREATE TABLE readiness (
    id BIGINT NOT NULL PRIMARY KEY,
    written_at_ms BIGINT NOT NULL
);
