-- Facts as they came. Safe to run twice, and by several at once: whoever comes second waits, and finds all done.
-- By hand: cat *.sql functions/*.sql | psql -1

SELECT pg_advisory_xact_lock(1769172838, 1);  -- any two numbers, so long as everybody takes the same

-- IF NOT EXISTS would look into a cache here, which does not know yet what was done while we waited for the lock.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'isoflag') THEN CREATE SCHEMA isoflag; END IF;
END $$;
CREATE TABLE IF NOT EXISTS isoflag.migrations (number int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());

-- Times are milliseconds since 1970, exactly as stated; isoflag.moment makes a timestamp of one.
CREATE TABLE IF NOT EXISTS isoflag.events (
  id uuid NOT NULL,
  environment text NOT NULL,
  name text NOT NULL,
  at bigint NOT NULL,
  received_at bigint NOT NULL,
  skew bigint,
  units jsonb NOT NULL,
  properties jsonb NOT NULL,
  experiments jsonb NOT NULL,
  imported boolean NOT NULL,
  PRIMARY KEY (id, environment)
) PARTITION BY RANGE (id);
-- Ids begin with a time, so a range of ids is a range of time, and an id is unique over all partitions.
CREATE TABLE IF NOT EXISTS isoflag.events_default PARTITION OF isoflag.events DEFAULT;

-- The key spells out the identity of an exposure; `id` is its hash.
CREATE TABLE IF NOT EXISTS isoflag.exposures (
  environment text NOT NULL,
  experiment text NOT NULL,
  run text NOT NULL,
  unit_type text NOT NULL,
  unit text NOT NULL,
  variant text NOT NULL,
  id text NOT NULL,
  at bigint NOT NULL,               -- the earliest time stated by anyone
  received_at bigint NOT NULL,
  skew bigint,
  program text,
  imported boolean NOT NULL,
  verdict text NOT NULL,            -- how far the worker believes it
  PRIMARY KEY (environment, experiment, run, unit_type, unit, variant)
);

-- A link between units: what happens to `to_unit` counts for the first `unit` it was linked to.
CREATE TABLE IF NOT EXISTS isoflag.aliases (
  environment text NOT NULL,
  to_type text NOT NULL,
  to_unit text NOT NULL,
  unit_type text NOT NULL,
  unit text NOT NULL,
  at bigint NOT NULL,               -- the earliest time stated by anyone
  PRIMARY KEY (environment, to_type, to_unit, unit_type, unit)
);

-- What a shard of the ledger has added up of the losses that senders told of: each number only ever grows. A ledger that was moved to
-- other shards says all of it once more, as its next generation.
CREATE TABLE IF NOT EXISTS isoflag.losses (
  environment text NOT NULL,
  generation int NOT NULL,
  shard int NOT NULL,
  day bigint NOT NULL,              -- since 1970
  reason text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (environment, generation, shard, day, reason)
);

-- Environments whose report was asked for of late, and when (to a day). Of these alone new facts are listed below; of any other the first
-- report reads all there is. So who never asks for one keeps no list, and who stops asking keeps one of thirty days.
CREATE TABLE IF NOT EXISTS isoflag.asked (environment text PRIMARY KEY, at timestamptz NOT NULL);
-- What no report has taken into account yet. Written with the fact, in its transaction; narrow and without an index, for it is emptied whole.
-- Of events a row for each batch: a row for each event would be a quarter of the log that is written. Random ids are not worth compressing.
CREATE TABLE IF NOT EXISTS isoflag.new_events (environment text NOT NULL, ids uuid[] NOT NULL);
ALTER TABLE isoflag.new_events ALTER ids SET STORAGE EXTERNAL;
CREATE TABLE IF NOT EXISTS isoflag.new_exposures (
  environment text NOT NULL, experiment text NOT NULL, run text NOT NULL, unit_type text NOT NULL, unit text NOT NULL
);
CREATE TABLE IF NOT EXISTS isoflag.new_aliases (environment text NOT NULL, to_type text NOT NULL, to_unit text NOT NULL);

INSERT INTO isoflag.migrations (number) VALUES (1) ON CONFLICT DO NOTHING;
