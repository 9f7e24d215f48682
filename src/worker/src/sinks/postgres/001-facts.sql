-- Facts as they came. Safe to run twice, and by several at once: whoever comes second waits, and finds all done.
-- By hand: psql -1 -f 001-facts.sql

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

-- What no report has taken into account yet. Written with the fact, in its transaction; narrow and without an index, for it is emptied whole.
-- Of events a row for each batch: a row for each event would be a quarter of the log that is written. Random ids are not worth compressing.
CREATE TABLE IF NOT EXISTS isoflag.new_events (environment text NOT NULL, ids uuid[] NOT NULL);
ALTER TABLE isoflag.new_events ALTER ids SET STORAGE EXTERNAL;
CREATE TABLE IF NOT EXISTS isoflag.new_exposures (
  environment text NOT NULL, experiment text NOT NULL, run text NOT NULL, unit_type text NOT NULL, unit text NOT NULL
);

CREATE TABLE IF NOT EXISTS isoflag.new_aliases (environment text NOT NULL, to_type text NOT NULL, to_unit text NOT NULL);

CREATE OR REPLACE FUNCTION isoflag.moment(at bigint) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT timestamptz 'epoch' + at * interval '1 millisecond' $$;

-- The lowest id of a moment.
CREATE OR REPLACE FUNCTION isoflag.first_id(moment timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Makes the partitions of some months, where they are not there. What strayed into the default partition moves to where it belongs.
CREATE OR REPLACE FUNCTION isoflag.make_partitions(from_month date, months int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  month timestamp;
  name text;
  low uuid;
  high uuid;
  made int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(1769172838, 2);
  FOR month IN SELECT date_trunc('month', from_month::timestamp) + n * interval '1 month' FROM generate_series(0, months - 1) n LOOP
    name := 'events_' || to_char(month, 'YYYY_MM');
    CONTINUE WHEN to_regclass('isoflag.' || name) IS NOT NULL;
    low := isoflag.first_id(month AT TIME ZONE 'UTC');
    high := isoflag.first_id((month + interval '1 month') AT TIME ZONE 'UTC');
    EXECUTE format('CREATE TABLE isoflag.%I (LIKE isoflag.events INCLUDING ALL)', name);
    EXECUTE format('WITH strays AS (DELETE FROM isoflag.events_default WHERE id >= $1 AND id < $2 RETURNING *)
                    INSERT INTO isoflag.%I SELECT * FROM strays', name) USING low, high;
    EXECUTE format('ALTER TABLE isoflag.events ATTACH PARTITION isoflag.%I FOR VALUES FROM (%L) TO (%L)', name, low, high);
    made := made + 1;
  END LOOP;
  RETURN made;
END $$;

-- Last month to two months ahead. Costs a look at the catalogue when they are there.
CREATE OR REPLACE FUNCTION isoflag.keep_partitions() RETURNS int LANGUAGE sql AS $$
  SELECT CASE WHEN to_regclass('isoflag.events_' || to_char((now() AT TIME ZONE 'UTC') + interval '2 months', 'YYYY_MM')) IS NULL
    THEN isoflag.make_partitions(((now() AT TIME ZONE 'UTC') - interval '1 month')::date, 4) ELSE 0 END
$$;

-- A batch is an array of facts, and a fact the array of its values, in this order:
--   event     id, name, at, receivedAt, skew, units, properties, experiments, imported
--   exposure  id, experiment, run, unitType, unit, variant, at, receivedAt, skew, program, imported, verdict
--   alias     unitType, unit, toType, to, at
-- Names in every fact would be half of what is sent, and of what is parsed.

-- Takes a batch of events; answers how many were news. In order of their ids, so that two batches with the same events wait for each
-- other instead of standing in each other's way.
CREATE OR REPLACE FUNCTION isoflag.take_events(environment text, batch jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  news uuid[];
BEGIN
  WITH new AS (
    INSERT INTO isoflag.events (id, environment, name, at, received_at, skew, units, properties, experiments, imported)
    SELECT (e ->> 0)::uuid, $1, e ->> 1, (e ->> 2)::bigint, (e ->> 3)::bigint, (e ->> 4)::bigint, e -> 5, e -> 6, e -> 7, (e -> 8)::boolean
    FROM jsonb_array_elements($2) AS e
    ORDER BY 1
    ON CONFLICT DO NOTHING RETURNING id
  ) SELECT array_agg(id) INTO news FROM new;
  INSERT INTO isoflag.new_events (environment, ids) SELECT $1, news WHERE news IS NOT NULL;
  RETURN coalesce(cardinality(news), 0);
END $$;

-- The place of a verdict, best first, and whether its exposures enrol anybody.
CREATE OR REPLACE FUNCTION isoflag.rank(verdict text) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_position('{attested,consistent,imported,unknown_program,mismatched,override,bot}'::text[], verdict)
$$;
CREATE OR REPLACE FUNCTION isoflag.counts(verdict text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT verdict NOT IN ('mismatched', 'override', 'bot')
$$;

-- Takes a batch of exposures, as the ledger has them. What is kept apart changes nothing of one that counts; else the better verdict
-- and the earliest time stay, whatever comes first, and what is known about an exposure comes along with its verdict.
CREATE OR REPLACE FUNCTION isoflag.take_exposures(environment text, batch jsonb) RETURNS bigint LANGUAGE sql AS $$
  WITH sent AS (
    SELECT DISTINCT ON (e.experiment, e.run, e.unit_type, e.unit, e.variant) e.*
    FROM jsonb_array_elements($2) AS f, LATERAL (VALUES (f ->> 0, f ->> 1, f ->> 2, f ->> 3, f ->> 4, f ->> 5, (f ->> 6)::bigint,
      (f ->> 7)::bigint, (f ->> 8)::bigint, f ->> 9, (f -> 10)::boolean, f ->> 11))
      AS e(id, experiment, run, unit_type, unit, variant, at, received_at, skew, program, imported, verdict)
    ORDER BY e.experiment, e.run, e.unit_type, e.unit, e.variant, isoflag.rank(e.verdict), e.at
  ), new AS (
    INSERT INTO isoflag.exposures AS x (environment, experiment, run, unit_type, unit, variant, id, at, received_at, skew, program, imported, verdict)
    SELECT $1, experiment, run, unit_type, unit, variant, id, at, received_at, skew, program, imported, verdict FROM sent
    ON CONFLICT ON CONSTRAINT exposures_pkey DO UPDATE SET
      at = CASE WHEN isoflag.counts(excluded.verdict) AND NOT isoflag.counts(x.verdict) THEN excluded.at ELSE least(x.at, excluded.at) END,
      (skew, program, imported, verdict) = (SELECT k.skew, k.program, k.imported, k.verdict
        FROM (VALUES (x.skew, x.program, x.imported, x.verdict, x.at),
          (excluded.skew, excluded.program, excluded.imported, excluded.verdict, excluded.at)) AS k(skew, program, imported, verdict, at)
        ORDER BY isoflag.rank(k.verdict), k.at LIMIT 1)
      WHERE (isoflag.counts(excluded.verdict) OR NOT isoflag.counts(x.verdict))
        AND (isoflag.rank(excluded.verdict) < isoflag.rank(x.verdict) OR excluded.at < x.at)
    RETURNING experiment, run, unit_type, unit
  ), noted AS (
    INSERT INTO isoflag.new_exposures (environment, experiment, run, unit_type, unit) SELECT $1, experiment, run, unit_type, unit FROM new
    RETURNING 1
  )
  SELECT count(*) FROM noted
$$;

-- Takes a batch of links; of one that is known the earliest time stays.
CREATE OR REPLACE FUNCTION isoflag.take_aliases(environment text, batch jsonb) RETURNS bigint LANGUAGE sql AS $$
  WITH sent AS (
    SELECT DISTINCT ON (a.to_type, a.to_unit, a.unit_type, a.unit) a.*
    FROM jsonb_array_elements($2) AS f, LATERAL (VALUES (f ->> 0, f ->> 1, f ->> 2, f ->> 3, (f ->> 4)::bigint))
      AS a(unit_type, unit, to_type, to_unit, at)
    ORDER BY a.to_type, a.to_unit, a.unit_type, a.unit, a.at
  ), new AS (
    INSERT INTO isoflag.aliases AS x (environment, to_type, to_unit, unit_type, unit, at)
    SELECT $1, to_type, to_unit, unit_type, unit, at FROM sent
    ON CONFLICT ON CONSTRAINT aliases_pkey DO UPDATE SET at = excluded.at WHERE excluded.at < x.at
    RETURNING to_type, to_unit
  ), noted AS (
    INSERT INTO isoflag.new_aliases (environment, to_type, to_unit) SELECT DISTINCT $1, to_type, to_unit FROM new RETURNING 1
  )
  SELECT count(*) FROM noted
$$;

SELECT isoflag.keep_partitions();
INSERT INTO isoflag.migrations (number) VALUES (1) ON CONFLICT DO NOTHING;
