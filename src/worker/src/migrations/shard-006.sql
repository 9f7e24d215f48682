-- Letting go of old events: what they came to stays, by unit and total, so that no report changes.

-- One row once anything was looked through. Of events made before `floor` some are gone: one that is not here was counted before or
-- is refused. No exposure before `shown_from` is taken: its windows would reach behind the floor.
CREATE TABLE archive (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  floor INTEGER NOT NULL, shown_from INTEGER NOT NULL,
  position TEXT NOT NULL,           -- the id up to which this round came; empty between rounds
  kept INTEGER NOT NULL,            -- milliseconds, as the setting said
  due INTEGER NOT NULL,             -- when the next step is to be taken
  waits INTEGER,                    -- the event up to which all sinks were when one was kept for them alone, or NULL
  events INTEGER NOT NULL           -- let go so far
);

-- What is totalled over the events of a unit, by run. It is whole for windows that begin at `since` or later: what was gone before the
-- total was known is not in it.
CREATE TABLE totals (
  total INTEGER PRIMARY KEY, run INTEGER NOT NULL, definition TEXT NOT NULL, since INTEGER NOT NULL,
  UNIQUE (run, definition)
);

-- What the events that are gone came to.
CREATE TABLE settled (total INTEGER NOT NULL, unit INTEGER NOT NULL, value REAL NOT NULL, PRIMARY KEY (total, unit)) WITHOUT ROWID;

-- Units in runs that by a later link won or lost events of which some were gone: those stay where they were counted.
CREATE TABLE stranded (run INTEGER NOT NULL, unit INTEGER NOT NULL, PRIMARY KEY (run, unit)) WITHOUT ROWID;
ALTER TABLE units ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE relays ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;

-- The rows of unit_events that go in the step under way. Empty between steps. What leaves here leaves there, by a trigger because a
-- DELETE finds rows by all four columns only one at a time.
CREATE TABLE leaving (unit INTEGER NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (unit, name, at, event)) WITHOUT ROWID;
CREATE TRIGGER left_for_good AFTER DELETE ON leaving BEGIN
  DELETE FROM unit_events WHERE unit = old.unit AND name = old.name AND at = old.at AND event = old.event;
END;

CREATE INDEX via_events_by_event ON via_events (event);
CREATE INDEX dead_letters_by_fact ON dead_letters (kind, seq);
