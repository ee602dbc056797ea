-- How far the lists of BigCommerce were read that tell what webhooks did not (store::reading).
CREATE TABLE reading (
    store TEXT NOT NULL,
    -- 'orders' or 'refunds'.
    list TEXT NOT NULL,
    -- Everything that changed before was read.
    since_ms BIGINT NOT NULL,
    -- A reading under way: when it began, and what of it is done.
    began_at_ms BIGINT,
    done BIGINT NOT NULL,
    PRIMARY KEY (store, list)
);
