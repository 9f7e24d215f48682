-- Links between units of two types: a payment that knows only the user counts for the device the user was first seen on.

-- Kept by the shard of the unit linked to (the user): the devices that were said to be its own.
CREATE TABLE links (
  unit INTEGER NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (unit, type, id)
) WITHOUT ROWID;

-- Kept by the shard of the device: whether events of that user are its own, by the latest word of the user's shard.
CREATE TABLE relays (
  unit INTEGER NOT NULL, via_type TEXT NOT NULL, via TEXT NOT NULL, version INTEGER NOT NULL, mine INTEGER NOT NULL,
  PRIMARY KEY (unit, via_type, via)
) WITHOUT ROWID;

-- The rows of unit_events that are there through a link.
CREATE TABLE via_events (
  unit INTEGER NOT NULL, event INTEGER NOT NULL, via_type TEXT NOT NULL, via TEXT NOT NULL,
  PRIMARY KEY (unit, event, via_type, via)
) WITHOUT ROWID;
