-- Totals of two numbers, and cells that are kept instead of counted anew: a report costs what has changed since the last one.

ALTER TABLE unit_metrics ADD COLUMN second REAL NOT NULL DEFAULT 0;

-- Where each unit is counted at present: what has to be taken back when it changes.
CREATE TABLE counted (
  run INTEGER NOT NULL, unit INTEGER NOT NULL, variant TEXT NOT NULL, day INTEGER NOT NULL,
  PRIMARY KEY (run, unit)
) WITHOUT ROWID;

CREATE TABLE unit_cells (
  run INTEGER NOT NULL, variant TEXT NOT NULL, day INTEGER NOT NULL, units INTEGER NOT NULL,
  PRIMARY KEY (run, variant, day)
) WITHOUT ROWID;

CREATE TABLE metric_cells (
  run INTEGER NOT NULL, metric TEXT NOT NULL, variant TEXT NOT NULL, day INTEGER NOT NULL,
  units INTEGER NOT NULL,           -- those that have a number; when the last one goes, so does the cell
  sum REAL NOT NULL, sum_squares REAL NOT NULL, second REAL NOT NULL, second_squares REAL NOT NULL, cross REAL NOT NULL,
  -- The largest sums of squares since the cell was last added up from its units: what rounding may have cost is a share of these.
  peak REAL NOT NULL, second_peak REAL NOT NULL,
  PRIMARY KEY (run, metric, variant, day)
) WITHOUT ROWID;

CREATE TABLE bin_cells (
  run INTEGER NOT NULL, metric TEXT NOT NULL, variant TEXT NOT NULL, day INTEGER NOT NULL, bin INTEGER NOT NULL,
  units INTEGER NOT NULL, sum REAL NOT NULL, sum_squares REAL NOT NULL,
  PRIMARY KEY (run, metric, variant, day, bin)
) WITHOUT ROWID;

-- Lower edges of the bins of totals, filled when first needed.
CREATE TABLE edges (edge REAL PRIMARY KEY, bin INTEGER NOT NULL) WITHOUT ROWID;

CREATE INDEX run_units_mixed ON run_units (run) WHERE variants > 1;
CREATE INDEX run_units_first ON run_units (run, first_at);

-- Nothing was counted this way yet.
DELETE FROM definitions;
DELETE FROM unit_metrics;
