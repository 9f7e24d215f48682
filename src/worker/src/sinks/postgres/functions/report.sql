-- A report's numbers as one question. Safe to run twice, and by several at once.
--
--   SELECT isoflag.observed('production', 'checkout', '1a2b3c4d', '{"orders": {"kind": "count", "event": "bought"}}');

SELECT pg_advisory_xact_lock(1769172838, 1);

-- What senders lost since a time, in whole days, by reason. As the ledger has it: of each shard the most frequent reasons and the others
-- together, added up. The next generation of shards says all that the one before said, and more: what is greater is true.
CREATE OR REPLACE FUNCTION isoflag.dropped(of_environment text, since bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
  WITH by_shard AS (
    SELECT l.generation, l.shard, l.reason, sum(l.count) AS lost,
      row_number() OVER (PARTITION BY l.generation, l.shard ORDER BY sum(l.count) DESC, l.reason COLLATE "C") AS place
    FROM isoflag.losses l WHERE l.environment = of_environment AND l.day >= since / 86400000 GROUP BY l.generation, l.shard, l.reason
  ), told AS (
    SELECT generation, shard, CASE WHEN place < 32 THEN reason ELSE 'other' END AS reason, least(sum(lost), 1000000000000) AS lost
    FROM by_shard GROUP BY 1, 2, 3
  ), by_generation AS (SELECT generation, reason, sum(lost) AS lost FROM told GROUP BY generation, reason),
  latest AS (SELECT reason, max(lost) AS lost FROM by_generation GROUP BY reason)
  SELECT jsonb_object_agg(reason, lost) FROM latest
$$;

-- The numbers a report is made from, in the form of the ledger's: units and sums by variant and day of first exposure. `metrics` is that of
-- experiments.json, or a part of it; `opened_at`, from when on losses are told, is `openedAt` of the run in GET /v1/experiments.
CREATE OR REPLACE FUNCTION isoflag.observed(environment text, experiment text, run text, metrics jsonb, opened_at bigint DEFAULT NULL) RETURNS jsonb
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
  SET random_page_cost = 1.1 SET work_mem = '64MB' AS $$
DECLARE
  number int;
  first_exposure bigint;
BEGIN
  PERFORM isoflag.lay_out();
  WHILE isoflag.fold_step($1) LOOP END LOOP;
  SELECT r.run INTO number FROM isoflag.runs r WHERE (r.environment, r.experiment, r.name) = ($1, $2, $3);
  IF number IS NOT NULL THEN
    WHILE isoflag.refresh_step(number, metrics) LOOP END LOOP;
  END IF;
  SELECT min(u.first_at) INTO first_exposure FROM isoflag.run_units u WHERE u.run = number;
  RETURN jsonb_strip_nulls(jsonb_build_object('dropped', isoflag.dropped($1, coalesce(opened_at, first_exposure)), 'verdicts', (
      SELECT jsonb_agg(jsonb_build_object('variant', v.variant, 'verdict', v.verdict, 'exposures', v.exposures) ORDER BY v.variant COLLATE "C", isoflag.rank(v.verdict))
      FROM isoflag.verdict_cells v WHERE v.run = number AND v.exposures > 0))) || jsonb_build_object(
    'units', (SELECT coalesce(jsonb_agg(jsonb_build_object('variant', c.variant, 'day', c.day, 'units', c.units)
      ORDER BY c.variant COLLATE "C", c.day), '[]') FROM isoflag.unit_cells c WHERE c.run = number),
    'metrics', (SELECT coalesce(jsonb_object_agg(m.metric, m.cells), '{}') FROM (
      SELECT c.metric, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
          'variant', c.variant, 'day', c.day, 'sum', c.sum, 'sumSquares', c.sum_squares,
          'second', CASE WHEN jsonb_typeof(d.definition -> 'second') = 'object'
            THEN jsonb_build_object('sum', c.second, 'sumSquares', c.second_squares, 'cross', c."cross") END,
          'bins', (SELECT jsonb_agg(jsonb_build_object('bin', b.bin, 'units', b.units, 'sum', b.sum, 'sumSquares', b.sum_squares) ORDER BY b.bin)
            FROM isoflag.bin_cells b WHERE (b.run, b.metric, b.variant, b.day) = (c.run, c.metric, c.variant, c.day))
        )) ORDER BY c.variant COLLATE "C", c.day) AS cells
      FROM isoflag.metric_cells c JOIN isoflag.definitions d USING (run, metric) WHERE c.run = number AND metrics ? c.metric GROUP BY c.metric) m),
    'mixedUnits', (SELECT count(*) FROM isoflag.run_units u WHERE u.run = number AND u.variants > 1),
    'firstExposure', first_exposure,
    'lastExposure', (SELECT max(u.first_at) FROM isoflag.run_units u WHERE u.run = number));
END $$;

-- One step of what `observed` does first, of its fold or of what comes after that; answers whether there may be more.
CREATE OR REPLACE FUNCTION isoflag.count_step(environment text, experiment text, run text, metrics jsonb, folded boolean) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
  SET random_page_cost = 1.1 SET work_mem = '64MB' AS $$
DECLARE
  number int;
BEGIN
  PERFORM isoflag.lay_out();
  IF NOT folded THEN RETURN isoflag.fold_step($1); END IF;
  PERFORM pg_advisory_xact_lock(1769172838, hashtext($1));
  SELECT r.run INTO number FROM isoflag.runs r WHERE (r.environment, r.experiment, r.name) = ($1, $2, $3);
  RETURN number IS NOT NULL AND isoflag.refresh_step(number, metrics);
END $$;

-- Counts ahead of a report, each step in a transaction of its own: what is counted stays, whenever this ends, and the next one goes on. For
-- the first report over a long history, which `observed` by itself counts in one transaction.
--
--   CALL isoflag.count('production', 'checkout', '1a2b3c4d', '{"orders": {"kind": "count", "event": "bought"}}');
CREATE OR REPLACE PROCEDURE isoflag.count(environment text, experiment text, run text, metrics jsonb) LANGUAGE plpgsql AS $$
DECLARE
  folded boolean;
BEGIN
  FOREACH folded IN ARRAY '{false,true}'::boolean[] LOOP
    WHILE isoflag.count_step($1, $2, $3, $4, folded) LOOP COMMIT; END LOOP;
    COMMIT;
  END LOOP;
END $$;

-- They write what they have counted, as the owner of the tables: who is granted USAGE of the schema and EXECUTE of these reads reports,
-- and can change nothing else.
REVOKE EXECUTE ON FUNCTION isoflag.observed, isoflag.count_step FROM PUBLIC;
REVOKE EXECUTE ON PROCEDURE isoflag.count FROM PUBLIC;
