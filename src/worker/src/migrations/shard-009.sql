-- The last words of senders in the order they were said, so that the oldest can go.
ALTER TABLE losses RENAME TO losses_by_sender;
CREATE TABLE losses (
  seq INTEGER PRIMARY KEY, sender TEXT NOT NULL, reason TEXT NOT NULL, day INTEGER NOT NULL, count INTEGER NOT NULL, UNIQUE (sender, reason)
);
INSERT INTO losses (sender, reason, day, count) SELECT sender, reason, day, count FROM losses_by_sender ORDER BY day, sender, reason;
DROP TABLE losses_by_sender;
