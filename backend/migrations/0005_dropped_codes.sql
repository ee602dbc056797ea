-- Codes that a job took off while no page asked (store::dropped_codes): told to the next one.
CREATE TABLE dropped_codes (
    store TEXT NOT NULL,
    checkout TEXT NOT NULL,
    code TEXT NOT NULL,
    -- Empty where the native code lives on by other codes.
    native_code TEXT NOT NULL,
    -- Why, as JSON (domain::messages::Refusal).
    refusal TEXT NOT NULL,
    dropped_at_ms BIGINT NOT NULL,
    PRIMARY KEY (store, checkout, code)
);
CREATE INDEX dropped_codes_by_time ON dropped_codes (dropped_at_ms);
