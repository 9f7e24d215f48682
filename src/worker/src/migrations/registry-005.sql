-- Who gets which arm, JSON: exposures that name no program are held against it. NULL for runs that were last published before this was
-- kept, of which the arms alone are known.
ALTER TABLE runs ADD COLUMN allocation TEXT;
