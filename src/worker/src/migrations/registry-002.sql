-- Which pages a client key may be used from, a JSON list; NULL is any.
ALTER TABLE keys ADD COLUMN origins TEXT;

-- What servers sign exposures with, and the ingest checks them by; one row once somebody asked for it.
CREATE TABLE attestation (one INTEGER PRIMARY KEY CHECK (one = 1), key TEXT NOT NULL, created_at INTEGER NOT NULL);
