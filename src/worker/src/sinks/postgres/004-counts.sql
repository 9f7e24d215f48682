-- What the reports are made of: counted from the facts that arrived, as the ledger's shards count, and kept, so that a report costs what
-- has changed since the last one. Safe to run twice, and by several at once.

SELECT pg_advisory_xact_lock(1769172838, 1);

-- Migrations 2 and 3 kept this in another form. The facts are all there: the next report counts them anew.
DO $$ BEGIN
  IF EXISTS (SELECT FROM isoflag.migrations WHERE number = 4) THEN RETURN; END IF;
  DROP TABLE IF EXISTS isoflag.units, isoflag.runs, isoflag.unit_events, isoflag.via_events, isoflag.run_units, isoflag.definitions,
    isoflag.dirty, isoflag.counted, isoflag.unit_metrics, isoflag.unit_cells, isoflag.metric_cells, isoflag.bin_cells,
    isoflag.verdict_cells, isoflag.unit_verdicts, isoflag.edges;
  DROP FUNCTION IF EXISTS isoflag.fold(text), isoflag.follow_links(text, bigint[], uuid[]), isoflag.put(int, bigint[], int),
    isoflag.total(int, bigint[], text, jsonb, text), isoflag.refresh(int, jsonb), isoflag.add_up_shrunk(int), isoflag.observed(text, text, text, jsonb);
  DELETE FROM isoflag.asked;
END $$;

-- How far the first reading of an environment has come, by kind of fact; no row where all is read and what is new is listed. In one
-- transaction with what was read, so whoever comes next goes on.
CREATE TABLE IF NOT EXISTS isoflag.unread (environment text NOT NULL, kind text NOT NULL, after text[] NOT NULL, PRIMARY KEY (environment, kind));

-- Units and runs by small numbers; they stand in every other row.
CREATE TABLE IF NOT EXISTS isoflag.units (
  unit bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, environment text NOT NULL, type text NOT NULL, id text NOT NULL,
  UNIQUE (environment, type, id)
);
CREATE TABLE IF NOT EXISTS isoflag.runs (
  run int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, environment text NOT NULL, experiment text NOT NULL, name text NOT NULL,
  -- Units up to this number are counted, but for the dirty ones; those beyond it are yet to be, and need not be listed as dirty.
  counted_to bigint NOT NULL DEFAULT 0,
  UNIQUE (environment, experiment, name)
);
-- What happened to a unit, in the order a conversion window reads it, with all that is counted of it: an event lies anywhere in its
-- partition, and a report would look for each one there. Of many properties only the numbers.
CREATE TABLE IF NOT EXISTS isoflag.unit_events (
  unit bigint NOT NULL, at bigint NOT NULL, event uuid NOT NULL, name text COLLATE "C" NOT NULL, properties jsonb, PRIMARY KEY (unit, at, event)
);
-- The rows of unit_events that are there through a link, and the unit they came by.
CREATE TABLE IF NOT EXISTS isoflag.via_events (
  unit bigint NOT NULL, event uuid NOT NULL, via bigint NOT NULL, PRIMARY KEY (via, event, unit)
);
CREATE INDEX IF NOT EXISTS via_events_by_unit ON isoflag.via_events (unit, event);
-- One row per unit in a run: its first exposure, and how many variants it saw.
CREATE TABLE IF NOT EXISTS isoflag.run_units (
  run int NOT NULL, unit bigint NOT NULL, variant text NOT NULL, first_at bigint NOT NULL, variants int NOT NULL, PRIMARY KEY (run, unit)
);
CREATE INDEX IF NOT EXISTS run_units_by_unit ON isoflag.run_units (unit);
CREATE INDEX IF NOT EXISTS run_units_by_first ON isoflag.run_units (run, first_at);
CREATE INDEX IF NOT EXISTS run_units_mixed ON isoflag.run_units (run) WHERE variants > 1;

-- What the rows below were computed from. A metric that reads otherwise today makes the whole run anew.
CREATE TABLE IF NOT EXISTS isoflag.definitions (
  run int NOT NULL, metric text NOT NULL, definition jsonb NOT NULL,
  place int NOT NULL,               -- among the numbers of a unit: the two from 2 · place − 1 on
  PRIMARY KEY (run, metric)
);
-- Units whose rows below are out of date.
CREATE TABLE IF NOT EXISTS isoflag.dirty (run int NOT NULL, unit bigint NOT NULL, PRIMARY KEY (run, unit));
-- Where each unit is counted at present, and with what: it has to be taken back when it changes.
CREATE TABLE IF NOT EXISTS isoflag.counted (
  run int NOT NULL, unit bigint NOT NULL, day bigint NOT NULL, variant text NOT NULL, numbers float8[] NOT NULL, PRIMARY KEY (run, unit)
);
CREATE TABLE IF NOT EXISTS isoflag.unit_cells (
  run int NOT NULL, variant text NOT NULL, day bigint NOT NULL, units bigint NOT NULL, PRIMARY KEY (run, variant, day)
);
CREATE TABLE IF NOT EXISTS isoflag.metric_cells (
  run int NOT NULL, metric text NOT NULL, variant text NOT NULL, day bigint NOT NULL,
  units bigint NOT NULL,            -- those that have a number; when the last one goes, so does the cell
  sum float8 NOT NULL, sum_squares float8 NOT NULL,
  second float8 NOT NULL, second_squares float8 NOT NULL, "cross" float8 NOT NULL,
  -- The largest sums of squares since the cell was last added up from its units: what rounding may have cost is a share of these.
  peak float8 NOT NULL, second_peak float8 NOT NULL, PRIMARY KEY (run, metric, variant, day)
);
CREATE TABLE IF NOT EXISTS isoflag.bin_cells (
  run int NOT NULL, metric text NOT NULL, variant text NOT NULL, day bigint NOT NULL, bin int NOT NULL, units bigint NOT NULL,
  sum float8 NOT NULL, sum_squares float8 NOT NULL, PRIMARY KEY (run, metric, variant, day, bin)
);
-- Lower edges of the bins of totals.
CREATE TABLE IF NOT EXISTS isoflag.edges (edge float8 PRIMARY KEY, bin int NOT NULL);

-- How many exposures of a variant have which verdict, and what each unit has been counted as. Where the run was unknown the variant is
-- anybody's word: those are counted in one line, without it.
CREATE TABLE IF NOT EXISTS isoflag.verdict_cells (
  run int NOT NULL, variant text NOT NULL, verdict text NOT NULL, exposures bigint NOT NULL, PRIMARY KEY (run, variant, verdict)
);
CREATE TABLE IF NOT EXISTS isoflag.unit_verdicts (
  run int NOT NULL, unit bigint NOT NULL, variant text NOT NULL, verdict text NOT NULL, PRIMARY KEY (run, unit, variant)
);

INSERT INTO isoflag.migrations (number) VALUES (4) ON CONFLICT DO NOTHING;
