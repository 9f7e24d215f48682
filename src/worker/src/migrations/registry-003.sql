-- What servers sign exposures with, several of them: a key that is replaced is still believed for a while, and known after.
CREATE TABLE attestation_keys (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  signs_from INTEGER NOT NULL,      -- handed to servers from then on, when every isolate knows it
  holds_until INTEGER               -- NULL until it is replaced
);
INSERT INTO attestation_keys (key, created_at, signs_from) SELECT key, created_at, created_at FROM attestation;
DROP TABLE attestation;
