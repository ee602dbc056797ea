-- What was learnt of a store that no document says (store::facts).
CREATE TABLE store_facts (
    store TEXT NOT NULL,
    fact TEXT NOT NULL,
    learnt_at_ms BIGINT NOT NULL,
    PRIMARY KEY (store, fact)
);
