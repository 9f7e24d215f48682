-- How far each exposure can be believed, counted by run and variant; and what senders lost on the way.

ALTER TABLE exposures ADD COLUMN verdict TEXT NOT NULL DEFAULT 'unknown_program';
UPDATE exposures SET verdict = 'imported' WHERE imported = 1;

-- Derived, by triggers, so that no way of writing an exposure forgets it.
CREATE TABLE verdicts (
  run INTEGER NOT NULL, variant TEXT NOT NULL, verdict TEXT NOT NULL, exposures INTEGER NOT NULL,
  PRIMARY KEY (run, variant, verdict)
) WITHOUT ROWID;
INSERT INTO verdicts SELECT run, variant, verdict, count(*) FROM exposures GROUP BY run, variant, verdict;

CREATE TRIGGER verdict_of_new AFTER INSERT ON exposures BEGIN
  INSERT INTO verdicts VALUES (new.run, new.variant, new.verdict, 1)
  ON CONFLICT DO UPDATE SET exposures = exposures + 1;
END;
CREATE TRIGGER verdict_of_changed AFTER UPDATE OF verdict ON exposures WHEN old.verdict <> new.verdict BEGIN
  UPDATE verdicts SET exposures = exposures - 1 WHERE run = old.run AND variant = old.variant AND verdict = old.verdict;
  INSERT INTO verdicts VALUES (new.run, new.variant, new.verdict, 1)
  ON CONFLICT DO UPDATE SET exposures = exposures + 1;
END;
CREATE TRIGGER verdict_of_deleted AFTER DELETE ON exposures BEGIN
  UPDATE verdicts SET exposures = exposures - 1 WHERE run = old.run AND variant = old.variant AND verdict = old.verdict;
END;

-- The last word of each sender about each reason, and the sums of what was added to them, by day.
CREATE TABLE losses (sender TEXT NOT NULL, reason TEXT NOT NULL, day INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (sender, reason)) WITHOUT ROWID;
CREATE TABLE loss_days (day INTEGER NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (day, reason)) WITHOUT ROWID;
