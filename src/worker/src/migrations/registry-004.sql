-- Another number of shards. Units are placed by it, so each number an environment had is a generation of its ledger with objects of its own.
ALTER TABLE environments ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;

-- The move under way, and how far it came (JSON).
CREATE TABLE moves (one INTEGER PRIMARY KEY CHECK (one = 1), shards INTEGER NOT NULL, generation INTEGER NOT NULL, position TEXT NOT NULL);

-- Generations that are no longer read, or were never finished; kept until somebody wants them erased.
CREATE TABLE left_behind (generation INTEGER PRIMARY KEY, shards INTEGER NOT NULL);
