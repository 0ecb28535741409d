-- How far a load of a file has come, written in the transaction of each batch, so that a load that was cut off goes
-- on where it stopped. A finished load has no row: loading again starts over, and changes nothing that is the same.
CREATE TABLE load_positions (
    source      text NOT NULL,
    -- SHA-256 of the files: a file that changed is another load.
    fingerprint text NOT NULL,
    position    bigint NOT NULL CHECK (position >= 0),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, fingerprint)
);
