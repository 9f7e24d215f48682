-- Taking in what the worker sends.

SELECT pg_advisory_xact_lock(1769172838, 1);

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

-- The events of a batch, as rows.
CREATE OR REPLACE FUNCTION isoflag.events_of(batch jsonb) RETURNS TABLE (id uuid, name text, at bigint, received_at bigint, skew bigint,
  units jsonb, properties jsonb, experiments jsonb, imported boolean) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (e ->> 0)::uuid, e ->> 1, (e ->> 2)::bigint, (e ->> 3)::bigint, (e ->> 4)::bigint, e -> 5, e -> 6, e -> 7, (e -> 8)::boolean
  FROM jsonb_array_elements(batch) AS e
$$;

-- Takes a batch of events; answers how many were news. In order of their ids, so that two batches with the same events wait for each
-- other instead of standing in each other's way. Mostly all are news: so they are put in as if that were so, and once more with a look at
-- each where one was there. To look first, which ON CONFLICT does, takes as long as all the rest.
CREATE OR REPLACE FUNCTION isoflag.take_events(environment text, batch jsonb) RETURNS bigint LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  known boolean := false;
  news uuid[];
BEGIN
  BEGIN
    INSERT INTO isoflag.events (id, environment, name, at, received_at, skew, units, properties, experiments, imported)
    SELECT e.id, $1, e.name, e.at, e.received_at, e.skew, e.units, e.properties, e.experiments, e.imported FROM isoflag.events_of($2) e ORDER BY e.id;
  EXCEPTION WHEN unique_violation THEN
    known := true;
  END;
  IF NOT known THEN
    IF jsonb_array_length($2) > 0 AND isoflag.lists($1) THEN
      INSERT INTO isoflag.new_events (environment, ids) SELECT $1, array_agg(e.id) FROM isoflag.events_of($2) e;
    END IF;
    RETURN jsonb_array_length($2);
  END IF;
  WITH new AS (
    INSERT INTO isoflag.events (id, environment, name, at, received_at, skew, units, properties, experiments, imported)
    SELECT e.id, $1, e.name, e.at, e.received_at, e.skew, e.units, e.properties, e.experiments, e.imported FROM isoflag.events_of($2) e ORDER BY e.id
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
-- schema and EXECUTE of these five.
REVOKE EXECUTE ON FUNCTION isoflag.take_events, isoflag.take_exposures, isoflag.take_aliases, isoflag.take_losses, isoflag.tend FROM PUBLIC;
