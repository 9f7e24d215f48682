-- The bucket of one key. On disk, so that an object that slept or was moved does not wake up full.
CREATE TABLE bucket (one INTEGER PRIMARY KEY CHECK (one = 1), level REAL NOT NULL, at INTEGER NOT NULL);
