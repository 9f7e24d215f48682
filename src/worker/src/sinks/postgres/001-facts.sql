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

CREATE OR REPLACE FUNCTION isoflag.moment(at bigint) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT timestamptz 'epoch' + at * interval '1 millisecond' $$;

-- The lowest id of a moment.
CREATE OR REPLACE FUNCTION isoflag.first_id(moment timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- The first of the months that have a partition, or nothing.
CREATE OR REPLACE FUNCTION isoflag.first_month() RETURNS date LANGUAGE sql STABLE AS $$
  SELECT to_date(min(c.relname::text COLLATE "C"), '"events_"YYYY_MM') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  WHERE i.inhparent = 'isoflag.events'::regclass AND c.relname ~ '^events_[0-9]{4}_[0-9]{2}$'
$$;

-- Makes a partition of the ids from `low` to below `high`; no `low` means from the beginning. What strayed into the default partition moves
-- to where it belongs. Meanwhile nobody else gets at the default partition, which PostgreSQL reads whole to see that nothing was left: that
-- takes no time so long as only what is dated months ahead lies there.
CREATE OR REPLACE FUNCTION isoflag.make_partition(name text, low uuid, high uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  LOCK TABLE isoflag.events_default IN ACCESS EXCLUSIVE MODE;
  EXECUTE format('CREATE TABLE isoflag.%I (LIKE isoflag.events INCLUDING ALL)', name);
  EXECUTE format('WITH strays AS (DELETE FROM isoflag.events_default WHERE id >= $1 AND id < $2 RETURNING *)
                  INSERT INTO isoflag.%I SELECT * FROM strays', name) USING coalesce(low, '00000000-0000-0000-0000-000000000000'), high;
  EXECUTE format('ALTER TABLE isoflag.events ATTACH PARTITION isoflag.%I FOR VALUES FROM (%s) TO (%L)', name,
    CASE WHEN low IS NULL THEN 'MINVALUE' ELSE quote_literal(low) END, high);
END $$;

-- Makes the partitions of some months, where they are not there, and with the first of them one for all that was before: imports and
-- stragglers, however old.
CREATE OR REPLACE FUNCTION isoflag.make_partitions(from_month date, months int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  month date;
  name text;
  made int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(1769172838, 2);
  IF to_regclass('isoflag.events_past') IS NULL THEN
    month := least(date_trunc('month', from_month::timestamp)::date, isoflag.first_month());
    PERFORM isoflag.make_partition('events_past', NULL, isoflag.first_id(month::timestamp AT TIME ZONE 'UTC'));
  END IF;
  FOR month IN SELECT date_trunc('month', from_month::timestamp) + n * interval '1 month' FROM generate_series(0, months - 1) n LOOP
    name := 'events_' || to_char(month, 'YYYY_MM');
    CONTINUE WHEN to_regclass('isoflag.' || name) IS NOT NULL OR month < isoflag.first_month();
    PERFORM isoflag.make_partition(name, isoflag.first_id(month::timestamp AT TIME ZONE 'UTC'),
      isoflag.first_id((month + interval '1 month') AT TIME ZONE 'UTC'));
    made := made + 1;
  END LOOP;
  RETURN made;
END $$;

-- Last month to two months ahead. Costs a look at the catalogue when they are there. Whoever reads the events for hours keeps a partition
-- from being made; it is made another time then, and until it is, there is the default one.
CREATE OR REPLACE FUNCTION isoflag.keep_partitions() RETURNS int LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
DECLARE
  today timestamp := now() AT TIME ZONE 'UTC';
BEGIN
  IF to_regclass('isoflag.events_' || to_char(today + interval '2 months', 'YYYY_MM')) IS NOT NULL
    AND to_regclass('isoflag.events_past') IS NOT NULL THEN
    RETURN 0;
  END IF;
  BEGIN
    RETURN isoflag.make_partitions((today - interval '1 month')::date, 4);
  EXCEPTION WHEN lock_not_available THEN
    RETURN 0;
  END;
END $$;

-- Ends the lists of environments whose report nobody has asked for in thirty days.
CREATE OR REPLACE FUNCTION isoflag.end_lists() RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  gone text;
  ended int := 0;
BEGIN
  FOR gone IN SELECT a.environment FROM isoflag.asked a WHERE a.at < now() - interval '30 days' LOOP
    CONTINUE WHEN NOT pg_try_advisory_xact_lock(1769172838, hashtext(gone));  -- a report is being made
    DELETE FROM isoflag.asked a WHERE a.environment = gone AND a.at < now() - interval '30 days';
    CONTINUE WHEN NOT FOUND;
    DELETE FROM isoflag.new_events n WHERE n.environment = gone;
    DELETE FROM isoflag.new_exposures n WHERE n.environment = gone;
    DELETE FROM isoflag.new_aliases n WHERE n.environment = gone;
    ended := ended + 1;
  END LOOP;
  RETURN ended;
END $$;

-- What is to be done from time to time; a look at two small tables when there is nothing.
CREATE OR REPLACE FUNCTION isoflag.tend() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT isoflag.keep_partitions() + isoflag.end_lists() $$;

-- Whether new facts of an environment are listed, asked by who has just stored some. Where they are not, who asks for the first report
-- waits for us (the lock is shared among those who store facts, and he wants it alone), and then reads them with all the others; if he
-- is about to, or at it, he may have missed them, and they are listed.
CREATE OR REPLACE FUNCTION isoflag.lists(of_environment text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM isoflag.asked a WHERE a.environment = of_environment)
    OR NOT pg_try_advisory_xact_lock_shared(1769172838, hashtext(of_environment)) THEN
    RETURN true;
  END IF;
  -- Once more: he may have come and gone between the two questions. Who sees but one moment would not see that.
  RETURN EXISTS (SELECT FROM isoflag.asked a WHERE a.environment = of_environment)
    OR current_setting('transaction_isolation') <> 'read committed';
END $$;

-- A batch is an array of facts, and a fact the array of its values, in this order:
--   event     id, name, at, receivedAt, skew, units, properties, experiments, imported
--   exposure  id, experiment, run, unitType, unit, variant, at, receivedAt, skew, program, imported, verdict
--   alias     unitType, unit, toType, to, at
--   loss      generation, shard, day, reason, count
-- Names in every fact would be half of what is sent, and of what is parsed.

-- Takes a batch of events; answers how many were news. In order of their ids, so that two batches with the same events wait for each
-- other instead of standing in each other's way.
CREATE OR REPLACE FUNCTION isoflag.take_events(environment text, batch jsonb) RETURNS bigint LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
  IF news IS NOT NULL AND isoflag.lists($1) THEN
    INSERT INTO isoflag.new_events (environment, ids) VALUES ($1, news);
  END IF;
  RETURN coalesce(cardinality(news), 0);
END $$;

-- The place of a verdict, best first; whether something speaks against its exposures, and whether they enrol anybody.
CREATE OR REPLACE FUNCTION isoflag.rank(verdict text) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_position('{attested,consistent,imported,unknown_program,unknown_run,mismatched,override,bot}'::text[], verdict)
$$;
CREATE OR REPLACE FUNCTION isoflag.refuted(verdict text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT verdict IN ('mismatched', 'override', 'bot')
$$;
CREATE OR REPLACE FUNCTION isoflag.counts(verdict text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT verdict NOT IN ('unknown_run', 'mismatched', 'override', 'bot')
$$;

-- Takes a batch of exposures, as the ledger has them. What something speaks against changes nothing of what nothing speaks against; else
-- the better verdict and the earliest time stay, whatever comes first, and what is known about an exposure comes along with its verdict.
-- Only the ledger makes a worse verdict of one: when it knows the run at last.
CREATE OR REPLACE FUNCTION isoflag.take_exposures(environment text, batch jsonb) RETURNS bigint LANGUAGE sql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
      at = CASE WHEN isoflag.refuted(x.verdict) AND NOT isoflag.refuted(excluded.verdict) THEN excluded.at ELSE least(x.at, excluded.at) END,
      (skew, program, imported, verdict) = (SELECT k.skew, k.program, k.imported, k.verdict
        FROM (VALUES (x.skew, x.program, x.imported, x.verdict, x.at),
          (excluded.skew, excluded.program, excluded.imported, excluded.verdict, excluded.at)) AS k(skew, program, imported, verdict, at)
        ORDER BY k.verdict = 'unknown_run' AND excluded.verdict = 'mismatched', isoflag.rank(k.verdict), k.at LIMIT 1)
      WHERE (x.verdict = 'unknown_run' AND excluded.verdict = 'mismatched')
        OR ((isoflag.refuted(x.verdict) OR NOT isoflag.refuted(excluded.verdict))
          AND (isoflag.rank(excluded.verdict) < isoflag.rank(x.verdict) OR excluded.at < x.at))
    RETURNING experiment, run, unit_type, unit
  ), noted AS (
    INSERT INTO isoflag.new_exposures (environment, experiment, run, unit_type, unit) SELECT $1, experiment, run, unit_type, unit FROM new
    WHERE (SELECT isoflag.lists($1))
  )
  SELECT count(*) FROM new
$$;

-- Takes a batch of links; of one that is known the earliest time stays.
CREATE OR REPLACE FUNCTION isoflag.take_aliases(environment text, batch jsonb) RETURNS bigint LANGUAGE sql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
    INSERT INTO isoflag.new_aliases (environment, to_type, to_unit) SELECT DISTINCT $1, to_type, to_unit FROM new
    WHERE (SELECT isoflag.lists($1))
  )
  SELECT count(*) FROM new
$$;

-- Takes a batch of losses: of each number the greatest stays, and of each shard the last 400 days, as the ledger keeps them.
CREATE OR REPLACE FUNCTION isoflag.take_losses(environment text, batch jsonb) RETURNS bigint LANGUAGE sql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH sent AS (
    SELECT (f ->> 0)::int AS generation, (f ->> 1)::int AS shard, (f ->> 2)::bigint AS day, f ->> 3 AS reason, max((f ->> 4)::bigint) AS count
    FROM jsonb_array_elements($2) AS f GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  ), new AS (
    INSERT INTO isoflag.losses AS l (environment, generation, shard, day, reason, count) SELECT $1, generation, shard, day, reason, count FROM sent
    ON CONFLICT ON CONSTRAINT losses_pkey DO UPDATE SET count = excluded.count WHERE excluded.count > l.count
    RETURNING 1
  ), gone AS (
    DELETE FROM isoflag.losses l USING (SELECT generation, shard, max(day) AS day FROM sent GROUP BY generation, shard) s
    WHERE (l.environment, l.generation, l.shard) = ($1, s.generation, s.shard) AND l.day < s.day - 400
  )
  SELECT count(*) FROM new
$$;

-- These work as the owner of the tables, so that nobody else need be let in to them. A worker of its own role is granted USAGE of the
-- schema, SELECT of isoflag.migrations, and EXECUTE of these five.
REVOKE EXECUTE ON FUNCTION isoflag.take_events, isoflag.take_exposures, isoflag.take_aliases, isoflag.take_losses, isoflag.tend FROM PUBLIC;

SELECT isoflag.keep_partitions();
INSERT INTO isoflag.migrations (number) VALUES (1) ON CONFLICT DO NOTHING;
