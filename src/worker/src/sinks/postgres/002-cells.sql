-- The report's numbers, by SQL: what the ledger's shards count, counted here from the facts that arrived, with the same rules.
-- Kept as cells, so that a report costs what has changed since the last one. Safe to run twice, and by several at once.

SELECT pg_advisory_xact_lock(1769172838, 1);

-- Units and runs by small numbers; they stand in every other row.
CREATE TABLE IF NOT EXISTS isoflag.units (
  unit bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, environment text NOT NULL, type text NOT NULL, id text NOT NULL,
  UNIQUE (environment, type, id)
);
CREATE TABLE IF NOT EXISTS isoflag.runs (
  run int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, environment text NOT NULL, experiment text NOT NULL, name text NOT NULL,
  UNIQUE (environment, experiment, name)
);
-- Which units an event happened to, in the order a conversion window reads them.
CREATE TABLE IF NOT EXISTS isoflag.unit_events (
  unit bigint NOT NULL, name text COLLATE "C" NOT NULL, at bigint NOT NULL, event uuid NOT NULL, PRIMARY KEY (unit, name, at, event)
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
CREATE TABLE IF NOT EXISTS isoflag.definitions (run int NOT NULL, metric text NOT NULL, definition jsonb NOT NULL, PRIMARY KEY (run, metric));
-- Units whose rows below are out of date.
CREATE TABLE IF NOT EXISTS isoflag.dirty (run int NOT NULL, unit bigint NOT NULL, PRIMARY KEY (run, unit));
-- Where each unit is counted at present: what has to be taken back when it changes.
CREATE TABLE IF NOT EXISTS isoflag.counted (
  run int NOT NULL, unit bigint NOT NULL, variant text NOT NULL, day bigint NOT NULL, PRIMARY KEY (run, unit)
);
CREATE TABLE IF NOT EXISTS isoflag.unit_metrics (
  run int NOT NULL, unit bigint NOT NULL, metric text NOT NULL, value float8 NOT NULL, second float8 NOT NULL,
  PRIMARY KEY (run, unit, metric)
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

-- How many exposures of a variant have which verdict, and what each unit has been counted as. Where the run was unknown the variant is
-- anybody's word: those are counted in one line, without it.
CREATE TABLE IF NOT EXISTS isoflag.verdict_cells (
  run int NOT NULL, variant text NOT NULL, verdict text NOT NULL, exposures bigint NOT NULL, PRIMARY KEY (run, variant, verdict)
);
CREATE TABLE IF NOT EXISTS isoflag.unit_verdicts (
  run int NOT NULL, unit bigint NOT NULL, variant text NOT NULL, verdict text NOT NULL, PRIMARY KEY (run, unit, variant)
);

-- Lower edges of the bins of totals: 1e-5 · 1.01^(bin − 1), by repeated squaring, so that they are the ledger's to the bit.
CREATE TABLE IF NOT EXISTS isoflag.edges (edge float8 PRIMARY KEY, bin int NOT NULL);
CREATE OR REPLACE FUNCTION isoflag.lower_edge(bin int) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  power float8 := 1e-5;
  factor float8 := 1.01;
  rest int := bin - 1;
BEGIN
  WHILE rest > 0 LOOP
    IF rest % 2 = 1 THEN power := power * factor; END IF;
    factor := factor * factor;
    rest := rest / 2;
  END LOOP;
  RETURN power;
END $$;
INSERT INTO isoflag.edges SELECT isoflag.lower_edge(bin), bin FROM generate_series(1, 8103) bin ON CONFLICT DO NOTHING;
ANALYZE isoflag.edges;

-- A metric of experiments.json as what is counted: two totals over events of a time, a cap, and whether by bins.
CREATE OR REPLACE FUNCTION isoflag.definition(metric jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  WITH day AS (SELECT 86400000::bigint AS ms), span AS (
    SELECT coalesce((metric #>> '{days,from}')::bigint * ms, 0) AS low,
      coalesce(((metric #>> '{days,to}')::bigint + 1) * ms, coalesce((metric ->> 'windowDays')::bigint, 14) * ms) AS high FROM day
  ), first AS (
    SELECT jsonb_build_object('event', metric ->> 'event', 'any', metric ->> 'kind' IN ('conversion', 'retention'),
      'property', CASE WHEN metric ->> 'kind' IN ('sum', 'ratio', 'quantile') THEN metric ->> 'property' END,
      'from', low, 'until', high) AS total FROM span
  )
  SELECT jsonb_build_object('first', total, 'second', CASE
      WHEN jsonb_typeof(metric -> 'denominator') = 'object' THEN total || jsonb_build_object('any', false,
        'event', metric #>> '{denominator,event}', 'property', metric #>> '{denominator,property}')
      WHEN metric ->> 'preDays' IS NOT NULL THEN total || jsonb_build_object('from', (metric ->> 'preDays')::bigint * -ms, 'until', 0)
    END, 'cap', metric -> 'cap', 'bins', metric ->> 'kind' = 'quantile' OR metric ->> 'capQuantile' IS NOT NULL)
  FROM first, day
$$;

-- Gives events of linked units to the first unit of every type they do not name themselves: the first by the time of the link, then by
-- its id. `vias` and `ids`, pairwise, are units that are linked to and events of theirs. Answers the units that gained one.
CREATE OR REPLACE FUNCTION isoflag.follow_links(of_environment text, vias bigint[], ids uuid[]) RETURNS SETOF bigint LANGUAGE sql AS $$
  WITH first AS (
    SELECT DISTINCT ON (v.unit, a.unit_type) v.unit AS via, a.unit_type, a.unit
    FROM (SELECT DISTINCT unnest(vias) AS unit) d
    CROSS JOIN LATERAL (SELECT * FROM isoflag.units v WHERE v.unit = d.unit OFFSET 0) v
    CROSS JOIN LATERAL (SELECT * FROM isoflag.aliases a WHERE (a.environment, a.to_type, a.to_unit) = (v.environment, v.type, v.id) OFFSET 0) a
    ORDER BY v.unit, a.unit_type, a.at, a.unit COLLATE "C"
  ), devices AS (
    SELECT f.via, f.unit_type, u.unit FROM first f
    CROSS JOIN LATERAL (SELECT u.unit FROM isoflag.units u WHERE (u.environment, u.type, u.id) = (of_environment, f.unit_type, f.unit) OFFSET 0) u
  ), given AS (
    SELECT d.unit, e.name, e.at, e.id, d.via FROM unnest(vias, ids) AS p(via, id)
    JOIN devices d ON d.via = p.via
    CROSS JOIN LATERAL (SELECT * FROM isoflag.events e WHERE e.id = p.id AND e.environment = of_environment OFFSET 0) e
    WHERE NOT e.units ? d.unit_type
  ), noted AS (
    INSERT INTO isoflag.via_events (unit, event, via) SELECT unit, id, via FROM given ON CONFLICT DO NOTHING
  )
  INSERT INTO isoflag.unit_events (unit, name, at, event) SELECT unit, name, at, id FROM given ON CONFLICT DO NOTHING RETURNING unit
$$;

-- Takes new facts into the tables above: each leaves the list of new ones in the same transaction. Where no list is kept, it takes all
-- there are; one that was taken before changes nothing. LATERAL with
-- OFFSET 0 says here and below in which order to join: from what is new, through the keys. The planner, which knows nothing of tables that
-- have grown since they were last analyzed, would read all of history for a thousand events.
CREATE OR REPLACE FUNCTION isoflag.fold(of_environment text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  ids uuid[];
  vias bigint[];
  folded bigint := 0;
  folded_events bigint := 0;
  listed boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(1769172838, hashtext(of_environment));
  listed := EXISTS (SELECT FROM isoflag.asked a WHERE a.environment = of_environment);
  -- Who sees but one moment has perhaps not seen all that was not listed: the next one reads everything again.
  IF listed OR current_setting('transaction_isolation') = 'read committed' THEN
    INSERT INTO isoflag.asked AS a (environment, at) VALUES (of_environment, now())
      ON CONFLICT (environment) DO UPDATE SET at = excluded.at WHERE a.at < excluded.at - interval '1 day';
  END IF;
  -- Made anew, never found: what somebody else has laid in our way may have triggers.
  DROP TABLE IF EXISTS pg_temp.isoflag_shown, pg_temp.isoflag_fresh, pg_temp.isoflag_happened, pg_temp.isoflag_taken;
  CREATE TEMP TABLE isoflag_shown (run int, unit bigint, experiment text, name text, type text, id text) ON COMMIT DROP;
  CREATE TEMP TABLE isoflag_fresh (environment text, experiment text, run text, unit_type text, unit text) ON COMMIT DROP;
  WITH taken AS (DELETE FROM isoflag.new_exposures WHERE environment = of_environment RETURNING *)
  INSERT INTO isoflag_fresh SELECT DISTINCT * FROM taken WHERE listed;
  IF NOT listed THEN
    INSERT INTO isoflag_fresh SELECT DISTINCT environment, experiment, run, unit_type, unit FROM isoflag.exposures x WHERE x.environment = of_environment;
  END IF;
  INSERT INTO isoflag.runs (environment, experiment, name) SELECT DISTINCT environment, experiment, run FROM isoflag_fresh ON CONFLICT DO NOTHING;
  INSERT INTO isoflag.units (environment, type, id) SELECT DISTINCT environment, unit_type, unit FROM isoflag_fresh ON CONFLICT DO NOTHING;
  ANALYZE isoflag_fresh;
  INSERT INTO isoflag_shown
    SELECT r.run, u.unit, f.experiment, f.run, f.unit_type, f.unit FROM isoflag_fresh f
    JOIN isoflag.runs r ON (r.environment, r.experiment, r.name) = (of_environment, f.experiment, f.run)
    CROSS JOIN LATERAL (SELECT u.unit FROM isoflag.units u WHERE (u.environment, u.type, u.id) = (of_environment, f.unit_type, f.unit) OFFSET 0) u;
  GET DIAGNOSTICS folded = ROW_COUNT;
  ANALYZE isoflag_shown;
  WITH gone AS (
    DELETE FROM isoflag.unit_verdicts WHERE ctid = ANY (ARRAY(SELECT v.ctid FROM isoflag_shown s
      CROSS JOIN LATERAL (SELECT v.ctid FROM isoflag.unit_verdicts v WHERE v.run = s.run AND v.unit = s.unit OFFSET 0) v))
    RETURNING run, CASE verdict WHEN 'unknown_run' THEN '' ELSE variant END AS variant, verdict
  )
  INSERT INTO isoflag.verdict_cells AS c SELECT run, variant, verdict, -count(*) FROM gone GROUP BY run, variant, verdict
    ON CONFLICT (run, variant, verdict) DO UPDATE SET exposures = c.exposures + excluded.exposures;
  WITH put AS (
    INSERT INTO isoflag.unit_verdicts (run, unit, variant, verdict)
    SELECT s.run, s.unit, x.variant, x.verdict FROM isoflag_shown s
    CROSS JOIN LATERAL (SELECT x.variant, x.verdict FROM isoflag.exposures x
      WHERE (x.environment, x.experiment, x.run, x.unit_type, x.unit) = (of_environment, s.experiment, s.name, s.type, s.id) OFFSET 0) x
    RETURNING run, CASE verdict WHEN 'unknown_run' THEN '' ELSE variant END AS variant, verdict
  )
  INSERT INTO isoflag.verdict_cells AS c SELECT run, variant, verdict, count(*) FROM put GROUP BY run, variant, verdict
    ON CONFLICT (run, variant, verdict) DO UPDATE SET exposures = c.exposures + excluded.exposures;
  INSERT INTO isoflag.run_units (run, unit, variant, first_at, variants)
    SELECT DISTINCT ON (s.run, s.unit) s.run, s.unit, x.variant, x.at, count(*) OVER (PARTITION BY s.run, s.unit)
    FROM isoflag_shown s CROSS JOIN LATERAL (SELECT x.variant, x.at, x.verdict, bool_or(x.verdict = 'attested') OVER () AS signed FROM isoflag.exposures x
      WHERE (x.environment, x.experiment, x.run, x.unit_type, x.unit) = (of_environment, s.experiment, s.name, s.type, s.id) OFFSET 0) x
    WHERE x.verdict = 'attested' OR (isoflag.counts(x.verdict) AND NOT x.signed)  -- what a server signed outweighs the rest
    ORDER BY s.run, s.unit, x.at, x.variant
    ON CONFLICT (run, unit) DO UPDATE SET variant = excluded.variant, first_at = excluded.first_at, variants = excluded.variants
      WHERE (run_units.variant, run_units.first_at, run_units.variants) <> (excluded.variant, excluded.first_at, excluded.variants);
  -- Of a unit whose exposures are all kept apart there is nothing to count.
  INSERT INTO isoflag.dirty SELECT s.run, s.unit FROM isoflag_shown s
    WHERE EXISTS (SELECT 1 FROM isoflag.run_units u WHERE u.run = s.run AND u.unit = s.unit OFFSET 0) ON CONFLICT DO NOTHING;

  -- A new link may be the first by its time: what went to another unit is taken back, and all events of the linked unit go out anew. Before
  -- any new events come, for those look at all links there are.
  WITH taken AS (DELETE FROM isoflag.new_aliases WHERE environment = of_environment RETURNING to_type, to_unit), linked AS (
    SELECT to_type, to_unit FROM taken WHERE listed UNION SELECT to_type, to_unit FROM isoflag.aliases WHERE environment = of_environment AND NOT listed
  )
    SELECT array_agg(DISTINCT u.unit) INTO vias FROM linked t JOIN isoflag.units u ON (u.environment, u.type, u.id) = (of_environment, t.to_type, t.to_unit);
  IF vias IS NOT NULL THEN
    INSERT INTO isoflag.units (environment, type, id)
      SELECT DISTINCT a.environment, a.unit_type, a.unit FROM (SELECT DISTINCT unnest(vias) AS unit) d JOIN isoflag.units u USING (unit)
      JOIN isoflag.aliases a ON (a.environment, a.to_type, a.to_unit) = (u.environment, u.type, u.id) ON CONFLICT DO NOTHING;
    WITH gone AS (DELETE FROM isoflag.via_events WHERE via = ANY (vias) RETURNING unit, event), lost AS (
      DELETE FROM isoflag.unit_events e USING gone g WHERE e.unit = g.unit AND e.event = g.event
        AND NOT EXISTS (SELECT 1 FROM isoflag.via_events o WHERE o.unit = g.unit AND o.event = g.event AND NOT o.via = ANY (vias))
    )
    INSERT INTO isoflag.dirty SELECT r.run, r.unit FROM (SELECT DISTINCT unit FROM gone) g JOIN isoflag.run_units r USING (unit) ON CONFLICT DO NOTHING;
    SELECT array_agg(e.unit), array_agg(e.event) INTO vias, ids FROM isoflag.unit_events e WHERE e.unit = ANY (vias)
      AND NOT EXISTS (SELECT 1 FROM isoflag.via_events x WHERE x.unit = e.unit AND x.event = e.event);
    INSERT INTO isoflag.dirty SELECT r.run, r.unit FROM (SELECT DISTINCT l AS unit FROM isoflag.follow_links(of_environment, vias, ids) l) k
      JOIN isoflag.run_units r USING (unit) ON CONFLICT DO NOTHING;
  END IF;

  CREATE TEMP TABLE isoflag_happened (type text, id text, name text, at bigint, event uuid) ON COMMIT DROP;
  CREATE TEMP TABLE isoflag_taken (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid) ON COMMIT DROP;
  -- By their times, as they lie in their partitions.
  WITH taken AS (DELETE FROM isoflag.new_events n WHERE n.environment = of_environment RETURNING n.ids)
  INSERT INTO isoflag_taken (id) SELECT id FROM taken, unnest(taken.ids) AS id WHERE listed ORDER BY id;
  IF NOT listed THEN
    INSERT INTO isoflag_taken (id) SELECT e.id FROM isoflag.events e WHERE e.environment = of_environment ORDER BY e.id;
  END IF;
  LOOP
    -- In steps: a first report over a long history is one transaction, but no array of it holds all.
    SELECT array_agg(id ORDER BY number) INTO ids FROM isoflag_taken WHERE number > folded_events AND number <= folded_events + 50000;
    EXIT WHEN ids IS NULL;
    folded_events := folded_events + cardinality(ids);
    TRUNCATE isoflag_happened;
    INSERT INTO isoflag_happened
      SELECT u.key, u.value, e.name, e.at, e.id FROM unnest(ids) AS i(id)
      CROSS JOIN LATERAL (SELECT * FROM isoflag.events e WHERE e.id = i.id AND e.environment = of_environment OFFSET 0) e,
      jsonb_each_text(e.units) u;
    INSERT INTO isoflag.units (environment, type, id) SELECT DISTINCT of_environment, type, id FROM isoflag_happened ON CONFLICT DO NOTHING;
    ANALYZE isoflag_happened;
    WITH kept AS (
      INSERT INTO isoflag.unit_events (unit, name, at, event)
      SELECT u.unit, h.name, h.at, h.event FROM isoflag_happened h
      CROSS JOIN LATERAL (SELECT u.unit FROM isoflag.units u WHERE (u.environment, u.type, u.id) = (of_environment, h.type, h.id) OFFSET 0) u
      ON CONFLICT DO NOTHING RETURNING unit
    )
    INSERT INTO isoflag.dirty SELECT r.run, r.unit FROM (SELECT DISTINCT unit FROM kept) k
      CROSS JOIN LATERAL (SELECT r.run, r.unit FROM isoflag.run_units r WHERE r.unit = k.unit OFFSET 0) r
    ON CONFLICT DO NOTHING;
    SELECT array_agg(u.unit), array_agg(h.event) INTO vias, ids FROM isoflag_happened h
      CROSS JOIN LATERAL (SELECT 1 FROM isoflag.aliases a WHERE (a.environment, a.to_type, a.to_unit) = (of_environment, h.type, h.id) LIMIT 1) a
      CROSS JOIN LATERAL (SELECT u.unit FROM isoflag.units u WHERE (u.environment, u.type, u.id) = (of_environment, h.type, h.id) OFFSET 0) u;
    CONTINUE WHEN vias IS NULL;
    INSERT INTO isoflag.units (environment, type, id)
      SELECT DISTINCT a.environment, a.unit_type, a.unit FROM (SELECT DISTINCT unnest(vias) AS unit) d JOIN isoflag.units u USING (unit)
      JOIN isoflag.aliases a ON (a.environment, a.to_type, a.to_unit) = (u.environment, u.type, u.id) ON CONFLICT DO NOTHING;
    INSERT INTO isoflag.dirty SELECT r.run, r.unit FROM (SELECT DISTINCT l AS unit FROM isoflag.follow_links(of_environment, vias, ids) l) k
      JOIN isoflag.run_units r USING (unit) ON CONFLICT DO NOTHING;
  END LOOP;
  RETURN folded + folded_events;
END $$;

-- A product, 0 where one of the numbers is next to nothing: PostgreSQL refuses products that others round to 0.
CREATE OR REPLACE FUNCTION isoflag.times(x float8, y float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN abs(x) < 1e-150 OR abs(y) < 1e-150 THEN 0 ELSE x * y END
$$;

-- Adds units to the cells they are counted in (sign 1), or takes them out (−1).
CREATE OR REPLACE FUNCTION isoflag.put(of_run int, of_units bigint[], sign int) RETURNS void LANGUAGE sql AS $$
  INSERT INTO isoflag.unit_cells AS c (run, variant, day, units)
  SELECT of_run, variant, day, sign * count(*) FROM unnest(of_units) i(unit)
  CROSS JOIN LATERAL (SELECT c.variant, c.day FROM isoflag.counted c WHERE c.run = of_run AND c.unit = i.unit OFFSET 0) c GROUP BY variant, day
  ON CONFLICT (run, variant, day) DO UPDATE SET units = c.units + excluded.units;

  WITH numbers AS (
    SELECT m.metric, c.variant, c.day, least(m.value, (d.definition ->> 'cap')::float8) AS y, least(m.second, (d.definition ->> 'cap')::float8) AS s
    FROM unnest(of_units) i(unit)
    CROSS JOIN LATERAL (SELECT * FROM isoflag.counted c WHERE c.run = of_run AND c.unit = i.unit OFFSET 0) c
    CROSS JOIN LATERAL (SELECT * FROM isoflag.unit_metrics m WHERE m.run = of_run AND m.unit = i.unit OFFSET 0) m
    JOIN isoflag.definitions d ON d.run = of_run AND d.metric = m.metric
  )
  INSERT INTO isoflag.metric_cells AS c (run, metric, variant, day, units, sum, sum_squares, second, second_squares, "cross", peak, second_peak)
  SELECT of_run, metric, variant, day, sign * count(*), sign * sum(y), sign * sum(isoflag.times(y, y)), sign * sum(s), sign * sum(isoflag.times(s, s)), sign * sum(isoflag.times(y, s)),
    sum(isoflag.times(y, y)), sum(isoflag.times(s, s))
  FROM numbers GROUP BY metric, variant, day
  ON CONFLICT (run, metric, variant, day) DO UPDATE SET units = c.units + excluded.units, sum = c.sum + excluded.sum,
    sum_squares = c.sum_squares + excluded.sum_squares, second = c.second + excluded.second, second_squares = c.second_squares + excluded.second_squares, "cross" = c."cross" + excluded."cross",
    peak = greatest(c.peak, c.sum_squares + excluded.sum_squares), second_peak = greatest(c.second_peak, c.second_squares + excluded.second_squares);

  WITH numbers AS (
    SELECT m.metric, c.variant, c.day, least(m.value, (d.definition ->> 'cap')::float8) AS y
    FROM unnest(of_units) i(unit)
    CROSS JOIN LATERAL (SELECT * FROM isoflag.counted c WHERE c.run = of_run AND c.unit = i.unit OFFSET 0) c
    CROSS JOIN LATERAL (SELECT * FROM isoflag.unit_metrics m WHERE m.run = of_run AND m.unit = i.unit OFFSET 0) m
    JOIN isoflag.definitions d ON d.run = of_run AND d.metric = m.metric WHERE (d.definition -> 'bins')::boolean
  )
  INSERT INTO isoflag.bin_cells AS c (run, metric, variant, day, bin, units, sum, sum_squares)
  SELECT of_run, metric, variant, day,
    sign(y)::int * coalesce((SELECT e.bin FROM isoflag.edges e WHERE e.edge <= abs(y) ORDER BY e.edge DESC LIMIT 1), 1) AS b,
    sign * count(*), sign * sum(y), sign * sum(isoflag.times(y, y))
  FROM numbers WHERE y <> 0 GROUP BY metric, variant, day, b
  ON CONFLICT (run, metric, variant, day, bin) DO UPDATE SET units = c.units + excluded.units, sum = c.sum + excluded.sum,
    sum_squares = c.sum_squares + excluded.sum_squares;
$$;

-- Adds cells up anew from their units that have shrunk to a millionth: taking a huge number out of a sum leaves the rounding it brought,
-- and that must stay small beside what is left.
CREATE OR REPLACE FUNCTION isoflag.add_up_shrunk(of_run int) RETURNS void LANGUAGE sql AS $$
  UPDATE isoflag.metric_cells AS t SET sum = e.sum, sum_squares = e.sum_squares, second = e.second, second_squares = e.second_squares,
    "cross" = e."cross", peak = e.sum_squares, second_peak = e.second_squares
  FROM (
    SELECT s.metric, s.variant, s.day, sum(n.y) AS sum, sum(isoflag.times(n.y, n.y)) AS sum_squares, sum(n.s) AS second, sum(isoflag.times(n.s, n.s)) AS second_squares,
      sum(isoflag.times(n.y, n.s)) AS "cross"
    FROM isoflag.metric_cells s JOIN isoflag.definitions d ON d.run = s.run AND d.metric = s.metric
    JOIN isoflag.counted c ON (c.run, c.variant, c.day) = (s.run, s.variant, s.day)
    JOIN isoflag.unit_metrics m ON (m.run, m.unit, m.metric) = (s.run, c.unit, s.metric)
    CROSS JOIN LATERAL (SELECT least(m.value, (d.definition ->> 'cap')::float8) AS y, least(m.second, (d.definition ->> 'cap')::float8) AS s) n
    WHERE s.run = of_run AND s.units > 0 AND (s.sum_squares < 1e-6 * s.peak OR s.second_squares < 1e-6 * s.second_peak)
    GROUP BY s.metric, s.variant, s.day
  ) e WHERE t.run = of_run AND (t.metric, t.variant, t.day) = (e.metric, e.variant, e.day)
$$;

-- Totals one number of a metric over the window of each unit. `which` is first or second.
CREATE OR REPLACE FUNCTION isoflag.total(of_run int, of_units bigint[], of_metric text, total jsonb, which text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  of text := CASE
    WHEN (total -> 'any')::boolean THEN '1.0'
    WHEN total ->> 'property' IS NULL THEN 'count(*)'
    ELSE $of$coalesce(sum(CASE WHEN jsonb_typeof(v.properties -> $5) = 'number' THEN (v.properties ->> $5)::float8 END), 0)$of$
  END;
  joined text := CASE WHEN total ->> 'property' IS NULL THEN ''
    ELSE 'CROSS JOIN LATERAL (SELECT v.properties FROM isoflag.events v WHERE v.id = e.event AND v.environment = r.environment OFFSET 0) v' END;
BEGIN
  EXECUTE format(
    'INSERT INTO isoflag.unit_metrics AS m (run, unit, metric, value, second)
     SELECT $1, u.unit, $3, %s FROM (SELECT environment FROM isoflag.runs WHERE run = $1) r CROSS JOIN unnest($2) i(unit)
     CROSS JOIN LATERAL (SELECT c.unit FROM isoflag.counted c WHERE c.run = $1 AND c.unit = i.unit OFFSET 0) c
     CROSS JOIN LATERAL (SELECT u.unit, u.first_at FROM isoflag.run_units u WHERE u.run = $1 AND u.unit = i.unit OFFSET 0) u
     CROSS JOIN LATERAL (SELECT e.event FROM isoflag.unit_events e
       WHERE e.unit = i.unit AND e.name = $4 AND e.at >= u.first_at + $6 AND e.at < u.first_at + $7 OFFSET 0) e %s
     GROUP BY u.unit
     ON CONFLICT (run, unit, metric) DO UPDATE SET %s',
    CASE which WHEN 'first' THEN of || ', 0' ELSE '0, ' || of END, joined,
    CASE which WHEN 'first' THEN 'value = excluded.value' ELSE 'second = excluded.second' END
  ) USING of_run, of_units, of_metric, total ->> 'event', total ->> 'property', (total ->> 'from')::bigint, (total ->> 'until')::bigint;
END $$;

-- Makes the cells of a run true for these metrics.
CREATE OR REPLACE FUNCTION isoflag.refresh(of_run int, metrics jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  step bigint[];
  metric record;
BEGIN
  -- A metric no longer asked for is no change: it is carried along, and is right when it is asked for again.
  IF EXISTS (SELECT 1 FROM jsonb_each(metrics) w LEFT JOIN isoflag.definitions d
      ON d.run = of_run AND d.metric = w.key AND d.definition = isoflag.definition(w.value) WHERE d.metric IS NULL) THEN
    DELETE FROM isoflag.definitions WHERE run = of_run;
    DELETE FROM isoflag.counted WHERE run = of_run;
    DELETE FROM isoflag.unit_metrics WHERE run = of_run;
    DELETE FROM isoflag.unit_cells WHERE run = of_run;
    DELETE FROM isoflag.metric_cells WHERE run = of_run;
    DELETE FROM isoflag.bin_cells WHERE run = of_run;
    INSERT INTO isoflag.definitions SELECT of_run, key, isoflag.definition(value) FROM jsonb_each(metrics);
    INSERT INTO isoflag.dirty SELECT run, unit FROM isoflag.run_units WHERE run = of_run ON CONFLICT DO NOTHING;
  END IF;
  LOOP
    WITH taken AS (
      DELETE FROM isoflag.dirty WHERE ctid = ANY (ARRAY(SELECT ctid FROM isoflag.dirty WHERE run = of_run LIMIT 20000)) RETURNING unit
    ) SELECT array_agg(unit) INTO step FROM taken;
    EXIT WHEN step IS NULL;
    PERFORM isoflag.put(of_run, step, -1);
    DELETE FROM isoflag.unit_metrics WHERE ctid = ANY (ARRAY(SELECT m.ctid FROM unnest(step) i(unit)
      CROSS JOIN LATERAL (SELECT m.ctid FROM isoflag.unit_metrics m WHERE m.run = of_run AND m.unit = i.unit OFFSET 0) m));
    DELETE FROM isoflag.counted WHERE ctid = ANY (ARRAY(SELECT c.ctid FROM unnest(step) i(unit)
      CROSS JOIN LATERAL (SELECT c.ctid FROM isoflag.counted c WHERE c.run = of_run AND c.unit = i.unit OFFSET 0) c));
    -- Units that saw two variants are counted apart, and are in no cell.
    INSERT INTO isoflag.counted SELECT u.run, u.unit, u.variant, u.first_at / 86400000 FROM unnest(step) i(unit)
      CROSS JOIN LATERAL (SELECT * FROM isoflag.run_units u WHERE u.run = of_run AND u.unit = i.unit OFFSET 0) u WHERE u.variants = 1;
    FOR metric IN SELECT d.metric AS key, d.definition AS is FROM isoflag.definitions d WHERE d.run = of_run LOOP
      PERFORM isoflag.total(of_run, step, metric.key, metric.is -> 'first', 'first');
      IF jsonb_typeof(metric.is -> 'second') = 'object' THEN
        PERFORM isoflag.total(of_run, step, metric.key, metric.is -> 'second', 'second');
      END IF;
    END LOOP;
    PERFORM isoflag.put(of_run, step, 1);
    PERFORM isoflag.add_up_shrunk(of_run);
    -- Sums of fractions taken back may leave a trace of rounding; where no unit is left nothing may be.
    DELETE FROM isoflag.metric_cells WHERE run = of_run AND units = 0;
    DELETE FROM isoflag.bin_cells WHERE run = of_run AND units = 0;
    DELETE FROM isoflag.unit_cells WHERE run = of_run AND units = 0;
  END LOOP;
END $$;

INSERT INTO isoflag.migrations (number) VALUES (2) ON CONFLICT DO NOTHING;
