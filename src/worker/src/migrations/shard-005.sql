-- What has been forwarded to which sink. The ledger is its own outbox: facts are numbered as they come, in the transaction that stores
-- them, and a sink is a place in that order.

-- Exposures in the order they came; one that turns out to be earlier moves to the end. Events have their `seq`.
CREATE TABLE exposure_log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL, unit INTEGER NOT NULL, variant TEXT NOT NULL,
  UNIQUE (run, unit, variant)
);
INSERT INTO exposure_log (run, unit, variant) SELECT run, unit, variant FROM exposures;
-- Links likewise.
CREATE TABLE link_log (seq INTEGER PRIMARY KEY AUTOINCREMENT, unit INTEGER NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, UNIQUE (unit, type, id));
INSERT INTO link_log (unit, type, id) SELECT unit, type, id FROM links;

-- Which shard this is: an alarm is told by nobody.
CREATE TABLE identity (one INTEGER PRIMARY KEY CHECK (one = 1), environment TEXT NOT NULL, shard INTEGER NOT NULL);

-- How far each sink came. No row: nowhere yet, so a sink that is added later gets everything.
CREATE TABLE cursors (sink TEXT NOT NULL, kind TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (sink, kind)) WITHOUT ROWID;

-- How each sink fares. `failures` are those in a row, `retry_at` is when it is asked again.
CREATE TABLE sinks (
  sink TEXT PRIMARY KEY, failures INTEGER NOT NULL, retry_at INTEGER NOT NULL, error TEXT, delivered_at INTEGER
) WITHOUT ROWID;

-- Facts a sink will never take as they are. `again` is set by whoever asks for another try.
CREATE TABLE dead_letters (
  number INTEGER PRIMARY KEY AUTOINCREMENT, sink TEXT NOT NULL, kind TEXT NOT NULL, seq INTEGER NOT NULL,
  reason TEXT NOT NULL, at INTEGER NOT NULL, again INTEGER NOT NULL DEFAULT 0, UNIQUE (sink, kind, seq)
);
CREATE INDEX dead_letters_again ON dead_letters (sink, kind, seq) WHERE again = 1;
