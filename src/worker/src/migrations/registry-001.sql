-- The registry of one environment: what people intend. Nothing here is ever deleted.

-- One row, and in the directory one of each. The number of shards is fixed when an environment is made: units are placed
-- by it.
CREATE TABLE environments (name TEXT PRIMARY KEY, shards INTEGER NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE keys (
  hash TEXT PRIMARY KEY,            -- SHA-256 of the whole key, hex; the key itself is shown once and kept nowhere
  id TEXT NOT NULL UNIQUE,          -- how people and the audit log name it
  role TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) WITHOUT ROWID;

-- Compiled programs by digest; immutable.
CREATE TABLE programs (digest TEXT PRIMARY KEY, bytes BLOB NOT NULL, created_at INTEGER NOT NULL);

-- Every document ever published, as written. `digest` is the program's for a datafile, the text's otherwise.
CREATE TABLE documents (
  kind TEXT NOT NULL,               -- datafile | experiments
  version INTEGER NOT NULL,
  text TEXT NOT NULL,
  digest TEXT NOT NULL,
  outcome TEXT NOT NULL,            -- JSON: what the publisher was told (experiments, warnings)
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (kind, version)
) WITHOUT ROWID;

-- Which version counts. Apart from the newest version, so that going back is moving a pointer.
CREATE TABLE pointers (kind TEXT PRIMARY KEY, version INTEGER NOT NULL, moved_at INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE runs (
  experiment TEXT NOT NULL,
  run TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,                -- NULL while the datafile in force has it
  control TEXT NOT NULL,
  unit TEXT NOT NULL,
  gate INTEGER NOT NULL,            -- basis points; the one thing that may change within a run
  arms TEXT NOT NULL,               -- JSON: [{variant, weight in basis points}]
  PRIMARY KEY (experiment, run)
) WITHOUT ROWID;

CREATE TABLE audit (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,              -- id of a key, or `root`
  action TEXT NOT NULL,
  detail TEXT NOT NULL              -- JSON
);
