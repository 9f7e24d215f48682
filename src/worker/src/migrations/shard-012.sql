-- Exposures of runs that were not known when they came, until they are judged.
CREATE INDEX exposures_unknown ON exposures (run, variant) WHERE verdict = 'unknown_run';

-- Their variants are anybody's words, so they are counted in one line.
DROP TRIGGER verdict_of_new;
DROP TRIGGER verdict_of_changed;
DROP TRIGGER verdict_of_deleted;
CREATE TRIGGER verdict_of_new AFTER INSERT ON exposures BEGIN
  INSERT INTO verdicts VALUES (new.run, iif(new.verdict = 'unknown_run', '', new.variant), new.verdict, 1)
  ON CONFLICT DO UPDATE SET exposures = exposures + 1;
END;
CREATE TRIGGER verdict_of_changed AFTER UPDATE OF verdict ON exposures WHEN old.verdict <> new.verdict BEGIN
  UPDATE verdicts SET exposures = exposures - 1
    WHERE run = old.run AND variant = iif(old.verdict = 'unknown_run', '', old.variant) AND verdict = old.verdict;
  INSERT INTO verdicts VALUES (new.run, iif(new.verdict = 'unknown_run', '', new.variant), new.verdict, 1)
  ON CONFLICT DO UPDATE SET exposures = exposures + 1;
END;
CREATE TRIGGER verdict_of_deleted AFTER DELETE ON exposures BEGIN
  UPDATE verdicts SET exposures = exposures - 1
    WHERE run = old.run AND variant = iif(old.verdict = 'unknown_run', '', old.variant) AND verdict = old.verdict;
END;
