-- What an event costs does not depend on how many devices its user has, and what follows from a link is told in portions.

-- Of each unit that is linked to, the first unit of every type that was linked to it, by time and then by id: the only one that gets its
-- events. Derived from links.
CREATE TABLE firsts (
  unit INTEGER NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (unit, type)
) WITHOUT ROWID;
INSERT INTO firsts SELECT unit, type, id, at FROM
  (SELECT *, row_number() OVER (PARTITION BY unit, type ORDER BY at, id) AS place FROM links) WHERE place = 1;

-- Devices that have not heard yet that they are the first, or no longer. Of one that is, the last event it was told: name, at, number.
CREATE TABLE errands (
  unit INTEGER NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
  name TEXT NOT NULL DEFAULT '', at INTEGER NOT NULL DEFAULT 0, event INTEGER NOT NULL DEFAULT 0,
  due INTEGER NOT NULL DEFAULT 0,   -- when the shard itself sees to it, if no request did
  PRIMARY KEY (unit, type, id)
) WITHOUT ROWID;
CREATE INDEX errands_due ON errands (due);

-- The word of the user's shard is which link is the first. That only ever becomes an earlier one, so of two words the earlier link is
-- the newer word. Of what was heard before that was so, any word is newer.
ALTER TABLE relays DROP COLUMN version;
ALTER TABLE relays ADD COLUMN at INTEGER NOT NULL DEFAULT 4503599627370496;
ALTER TABLE relays ADD COLUMN first TEXT NOT NULL DEFAULT '';
