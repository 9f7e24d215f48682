-- Until when this shard takes nothing: while its facts are carried to other shards, and for good when they are there.
CREATE TABLE seal (one INTEGER PRIMARY KEY CHECK (one = 1), until INTEGER NOT NULL);
