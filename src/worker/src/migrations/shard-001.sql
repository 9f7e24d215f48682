-- One shard of the ledger: the facts about the units whose hash falls to it.
-- Facts first (units, runs, exposures, events), then what is derived from them and can be made again.

-- Units and runs by small numbers; they stand in every other row.
CREATE TABLE units (unit INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, UNIQUE (type, id));
CREATE TABLE runs (run INTEGER PRIMARY KEY, experiment TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (experiment, name));

-- The key spells out the identity of an exposure; `id` is its hash, the name of the row outside of here.
CREATE TABLE exposures (
  run INTEGER NOT NULL,
  unit INTEGER NOT NULL,
  variant TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,              -- the earliest time stated by anyone
  received_at INTEGER NOT NULL,     -- when we first heard of it
  skew INTEGER,                     -- our clock minus the sender's, when it said
  program TEXT,
  imported INTEGER NOT NULL,
  PRIMARY KEY (run, unit, variant)
) WITHOUT ROWID;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: whoever forwards events remembers how far it came
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  skew INTEGER,
  units TEXT NOT NULL,              -- JSON: all its units, also those of other shards
  properties TEXT NOT NULL,         -- JSON
  experiments TEXT NOT NULL,        -- JSON: what the sender said it was in
  imported INTEGER NOT NULL
);

-- Which of our units an event happened to, in the order a conversion window reads them.
CREATE TABLE unit_events (
  unit INTEGER NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, event INTEGER NOT NULL,
  PRIMARY KEY (unit, name, at, event)
) WITHOUT ROWID;

-- Derived: one row per unit in a run. `variant` and `first_at` are of its first exposure; more than one in `variants`
-- means the unit saw two arms and is kept apart.
CREATE TABLE run_units (
  run INTEGER NOT NULL, unit INTEGER NOT NULL, variant TEXT NOT NULL, first_at INTEGER NOT NULL, variants INTEGER NOT NULL,
  PRIMARY KEY (run, unit)
) WITHOUT ROWID;
CREATE INDEX run_units_by_unit ON run_units (unit);

-- Derived: a unit's total inside its window, one row per metric it has something for. No row means zero.
CREATE TABLE unit_metrics (
  run INTEGER NOT NULL, unit INTEGER NOT NULL, metric TEXT NOT NULL, value REAL NOT NULL,
  PRIMARY KEY (run, unit, metric)
) WITHOUT ROWID;

-- What the rows above were computed from. A metric that reads otherwise today makes the whole run dirty.
CREATE TABLE definitions (run INTEGER NOT NULL, metric TEXT NOT NULL, definition TEXT NOT NULL, PRIMARY KEY (run, metric)) WITHOUT ROWID;

-- Units whose unit_metrics are out of date.
CREATE TABLE dirty (run INTEGER NOT NULL, unit INTEGER NOT NULL, PRIMARY KEY (run, unit)) WITHOUT ROWID;
