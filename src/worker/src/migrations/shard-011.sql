-- Runs that are counted anew, as some metric reads otherwise, and the unit up to which they were. Behind it stands what was counted before,
-- which is in no cell any more.
CREATE TABLE recounts (run INTEGER PRIMARY KEY, unit INTEGER NOT NULL);
