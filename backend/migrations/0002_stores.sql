-- Connected stores. What `*_sealed` holds can be read with the master key only.
CREATE TABLE stores (
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret_sealed TEXT NOT NULL,
    access_token_sealed TEXT NOT NULL,
    webhook_secret_sealed TEXT NOT NULL,
    voucherify_app_id TEXT NOT NULL,
    voucherify_secret_key_sealed TEXT NOT NULL,
    voucherify_region TEXT NOT NULL,
    settings TEXT NOT NULL,
    origins TEXT NOT NULL,
    hook_ids TEXT NOT NULL,
    script_ids TEXT NOT NULL,
    connected_at BIGINT NOT NULL
);

-- What a validation needs to know about products and customers; webhooks keep it fresh.
CREATE TABLE product_facts (
    store TEXT NOT NULL,
    product_id BIGINT NOT NULL,
    facts TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    PRIMARY KEY (store, product_id)
);

CREATE TABLE customer_facts (
    store TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    facts TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    PRIMARY KEY (store, customer_id)
);

-- Every change a person makes.
CREATE TABLE audit_log (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    store TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    details TEXT NOT NULL
);

CREATE INDEX audit_log_by_store ON audit_log (store, at);
