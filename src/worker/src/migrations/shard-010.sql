-- Losses are forwarded like other facts: sums by day and reason, in the order in which they last grew.
CREATE TABLE loss_log (seq INTEGER PRIMARY KEY AUTOINCREMENT, day INTEGER NOT NULL, reason TEXT NOT NULL, UNIQUE (day, reason));
INSERT INTO loss_log (day, reason) SELECT day, reason FROM loss_days;
-- By triggers, so that no way of writing a sum forgets it. Taken out and put in: an OR REPLACE in here would give way to what the
-- statement outside says of conflicts.
CREATE TRIGGER loss_of_new AFTER INSERT ON loss_days BEGIN
  DELETE FROM loss_log WHERE day = new.day AND reason = new.reason;
  INSERT INTO loss_log (day, reason) VALUES (new.day, new.reason);
END;
CREATE TRIGGER loss_of_changed AFTER UPDATE OF count ON loss_days WHEN old.count <> new.count BEGIN
  DELETE FROM loss_log WHERE day = new.day AND reason = new.reason;
  INSERT INTO loss_log (day, reason) VALUES (new.day, new.reason);
END;
CREATE TRIGGER loss_of_deleted AFTER DELETE ON loss_days BEGIN
  DELETE FROM loss_log WHERE day = old.day AND reason = old.reason;
END;

-- Whoever adds the sums of several shards up must not add those of shards that were carried here.
ALTER TABLE identity ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
