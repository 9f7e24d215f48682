-- The cells of a run's metrics, by steps over its units: each is counted with what happened to it, and put where it belongs.

SELECT pg_advisory_xact_lock(1769172838, 1);

-- Lower edges of the bins of totals: 1e-5 · 1.01^(bin − 1), by repeated squaring, so that they are the ledger's to the bit.
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

-- A product, 0 where one of the numbers is next to nothing: PostgreSQL refuses products that others round to 0.
CREATE OR REPLACE FUNCTION isoflag.times(x float8, y float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN abs(x) < 1e-150 OR abs(y) < 1e-150 THEN 0 ELSE x * y END
$$;

-- The two numbers of a metric for one unit, as an expression over its events `e` and its first exposure `u.first_at`; none where nothing
-- happened that is counted.
CREATE OR REPLACE FUNCTION isoflag.numbers(definition jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  total jsonb;
  chosen text;
  counts text[] := '{}';
  numbers text[] := '{}';
BEGIN
  FOREACH total IN ARRAY ARRAY[definition -> 'first', definition -> 'second'] LOOP
    IF jsonb_typeof(total) IS DISTINCT FROM 'object' THEN
      numbers := numbers || '0'::text;
      CONTINUE;
    END IF;
    chosen := format('e.name = %L AND e.at >= u.first_at + %s AND e.at < u.first_at + %s', total ->> 'event', total ->> 'from', total ->> 'until');
    counts := counts || format('count(*) FILTER (WHERE %s)', chosen);
    numbers := numbers || CASE
      WHEN (total -> 'any')::boolean THEN format('(count(*) FILTER (WHERE %s) > 0)::int', chosen)
      WHEN total ->> 'property' IS NULL THEN format('count(*) FILTER (WHERE %s)', chosen)
      ELSE format('coalesce(sum((e.properties ->> %1$L)::float8) FILTER (WHERE %2$s AND jsonb_typeof(e.properties -> %1$L) = ''number''), 0)',
        total ->> 'property', chosen) END;
  END LOOP;
  RETURN (SELECT string_agg(format('CASE WHEN %s > 0 THEN %s END', array_to_string(counts, ' + '), number), ', ') FROM unnest(numbers) number);
END $$;

-- Counts the units of isoflag_step.
CREATE OR REPLACE FUNCTION isoflag.count_units(of_run int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  numbers text;
  events text;
  low bigint;
  high bigint;
BEGIN
  SELECT string_agg(isoflag.numbers(d.definition), ', ' ORDER BY d.place) INTO numbers FROM isoflag.definitions d WHERE d.run = of_run;
  SELECT string_agg(DISTINCT quote_literal(t.total ->> 'event'), ', '), min((t.total ->> 'from')::bigint), max((t.total ->> 'until')::bigint)
    INTO events, low, high FROM isoflag.definitions d CROSS JOIN LATERAL (VALUES (d.definition -> 'first'), (d.definition -> 'second')) t(total)
    WHERE d.run = of_run AND jsonb_typeof(t.total) = 'object';
  -- Units that saw two variants are counted apart, and are in no cell. From each to the events of its windows.
  EXECUTE format('INSERT INTO isoflag.counted (run, unit, day, variant, numbers)
    SELECT $1, u.unit, u.first_at / 86400000, u.variant, n.numbers FROM isoflag_step s
    CROSS JOIN LATERAL (SELECT * FROM isoflag.run_units u WHERE u.run = $1 AND u.unit = s.unit AND u.variants = 1 OFFSET 0) u
    CROSS JOIN LATERAL (SELECT ARRAY[%s]::float8[] AS numbers FROM isoflag.unit_events e
      WHERE e.unit = u.unit AND e.at >= u.first_at + $2 AND e.at < u.first_at + $3 AND e.name IN (%s) HAVING true OFFSET 0) n',
    numbers, coalesce(events, 'NULL')) USING of_run, low, high;
END $$;

-- Adds the units of isoflag_step to the cells they are counted in (sign 1), or takes them out (−1).
CREATE OR REPLACE FUNCTION isoflag.put(of_run int, sign int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  edges CONSTANT float8[] := ARRAY(SELECT e.edge FROM isoflag.edges e ORDER BY e.edge);
BEGIN
  INSERT INTO isoflag.unit_cells AS c (run, variant, day, units)
  SELECT of_run, n.variant, n.day, sign * count(*) FROM isoflag_step s
  CROSS JOIN LATERAL (SELECT n.variant, n.day FROM isoflag.counted n WHERE n.run = of_run AND n.unit = s.unit OFFSET 0) n GROUP BY n.variant, n.day
  ON CONFLICT (run, variant, day) DO UPDATE SET units = c.units + excluded.units;

  WITH numbers AS (
    SELECT d.metric, n.variant, n.day, least(n.numbers[2 * d.place - 1], d.cap) AS y, least(n.numbers[2 * d.place], d.cap) AS s
    FROM isoflag_step s
    CROSS JOIN LATERAL (SELECT * FROM isoflag.counted n WHERE n.run = of_run AND n.unit = s.unit OFFSET 0) n
    JOIN (SELECT metric, place, (definition ->> 'cap')::float8 AS cap FROM isoflag.definitions WHERE run = of_run OFFSET 0) d
      ON n.numbers[2 * d.place] IS NOT NULL
  )
  INSERT INTO isoflag.metric_cells AS c (run, metric, variant, day, units, sum, sum_squares, second, second_squares, "cross", peak, second_peak)
  SELECT of_run, metric, variant, day, sign * count(*), sign * sum(y), sign * sum(isoflag.times(y, y)), sign * sum(n.s), sign * sum(isoflag.times(n.s, n.s)), sign * sum(isoflag.times(y, n.s)),
    sum(isoflag.times(y, y)), sum(isoflag.times(n.s, n.s))
  FROM numbers n GROUP BY metric, variant, day
  ON CONFLICT (run, metric, variant, day) DO UPDATE SET units = c.units + excluded.units, sum = c.sum + excluded.sum,
    sum_squares = c.sum_squares + excluded.sum_squares, second = c.second + excluded.second, second_squares = c.second_squares + excluded.second_squares, "cross" = c."cross" + excluded."cross",
    peak = greatest(c.peak, c.sum_squares + excluded.sum_squares), second_peak = greatest(c.second_peak, c.second_squares + excluded.second_squares);

  WITH numbers AS (
    SELECT d.metric, n.variant, n.day, least(n.numbers[2 * d.place - 1], d.cap) AS y FROM isoflag_step s
    CROSS JOIN LATERAL (SELECT * FROM isoflag.counted n WHERE n.run = of_run AND n.unit = s.unit OFFSET 0) n
    JOIN (SELECT metric, place, (definition ->> 'cap')::float8 AS cap FROM isoflag.definitions
      WHERE run = of_run AND (definition -> 'bins')::boolean OFFSET 0) d ON n.numbers[2 * d.place - 1] <> 0
  )
  INSERT INTO isoflag.bin_cells AS c (run, metric, variant, day, bin, units, sum, sum_squares)
  SELECT of_run, metric, variant, day,
    sign(y)::int * greatest(width_bucket(abs(y), edges), 1) AS b,
    sign * count(*), sign * sum(y), sign * sum(isoflag.times(y, y))
  FROM numbers WHERE y <> 0 GROUP BY metric, variant, day, b
  ON CONFLICT (run, metric, variant, day, bin) DO UPDATE SET units = c.units + excluded.units, sum = c.sum + excluded.sum,
    sum_squares = c.sum_squares + excluded.sum_squares;
END $$;

-- Adds cells up anew from their units that have shrunk to a millionth: taking a huge number out of a sum leaves the rounding it brought,
-- and that must stay small beside what is left.
CREATE OR REPLACE FUNCTION isoflag.add_up_shrunk(of_run int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  IF NOT EXISTS (SELECT FROM isoflag.metric_cells s
    WHERE s.run = of_run AND s.units > 0 AND (s.sum_squares < 1e-6 * s.peak OR s.second_squares < 1e-6 * s.second_peak)) THEN RETURN; END IF;
  UPDATE isoflag.metric_cells AS t SET sum = e.sum, sum_squares = e.sum_squares, second = e.second, second_squares = e.second_squares,
    "cross" = e."cross", peak = e.sum_squares, second_peak = e.second_squares
  FROM (
    SELECT s.metric, s.variant, s.day, sum(n.y) AS sum, sum(isoflag.times(n.y, n.y)) AS sum_squares, sum(n.s) AS second, sum(isoflag.times(n.s, n.s)) AS second_squares,
      sum(isoflag.times(n.y, n.s)) AS "cross"
    FROM isoflag.metric_cells s JOIN isoflag.definitions d ON d.run = s.run AND d.metric = s.metric
    JOIN isoflag.counted c ON (c.run, c.variant, c.day) = (s.run, s.variant, s.day) AND c.numbers[2 * d.place] IS NOT NULL
    CROSS JOIN LATERAL (SELECT least(c.numbers[2 * d.place - 1], (d.definition ->> 'cap')::float8) AS y, least(c.numbers[2 * d.place], (d.definition ->> 'cap')::float8) AS s) n
    WHERE s.run = of_run AND s.units > 0 AND (s.sum_squares < 1e-6 * s.peak OR s.second_squares < 1e-6 * s.second_peak)
    GROUP BY s.metric, s.variant, s.day
  ) e WHERE t.run = of_run AND (t.metric, t.variant, t.day) = (e.metric, e.variant, e.day);
END $$;

-- Makes the next of a run's cells true for these metrics; answers whether there are more.
CREATE OR REPLACE FUNCTION isoflag.refresh_step(of_run int, metrics jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  most CONSTANT int := isoflag.step_size();
  all_units CONSTANT bigint := 9223372036854775807;
  done bigint;
  stepped bigint;
BEGIN
  -- A metric no longer asked for is no change: it is carried along, and is right when it is asked for again.
  IF EXISTS (SELECT 1 FROM jsonb_each(metrics) w LEFT JOIN isoflag.definitions d
      ON d.run = of_run AND d.metric = w.key AND d.definition = isoflag.definition(w.value) WHERE d.metric IS NULL) THEN
    DELETE FROM isoflag.definitions WHERE run = of_run;
    DELETE FROM isoflag.counted WHERE run = of_run;
    DELETE FROM isoflag.dirty WHERE run = of_run;
    DELETE FROM isoflag.unit_cells WHERE run = of_run;
    DELETE FROM isoflag.metric_cells WHERE run = of_run;
    DELETE FROM isoflag.bin_cells WHERE run = of_run;
    INSERT INTO isoflag.definitions (run, metric, definition, place)
      SELECT of_run, key, isoflag.definition(value), row_number() OVER (ORDER BY key COLLATE "C") FROM jsonb_each(metrics);
    UPDATE isoflag.runs SET counted_to = 0 WHERE run = of_run;
  END IF;
  TRUNCATE isoflag_step;
  SELECT r.counted_to INTO done FROM isoflag.runs r WHERE r.run = of_run;
  IF done < all_units THEN
    -- In the order of the tables this writes and reads.
    INSERT INTO isoflag_step SELECT u.unit FROM isoflag.run_units u WHERE u.run = of_run AND u.unit > done ORDER BY u.unit LIMIT most;
    SELECT count(*), max(s.unit) INTO stepped, done FROM isoflag_step s;
    UPDATE isoflag.runs SET counted_to = CASE WHEN stepped = most THEN done ELSE all_units END WHERE run = of_run;
    ANALYZE isoflag_step;
  ELSE
    WITH taken AS (
      DELETE FROM isoflag.dirty WHERE ctid = ANY (ARRAY(SELECT d.ctid FROM isoflag.dirty d WHERE d.run = of_run ORDER BY d.unit LIMIT most)) RETURNING unit
    ) INSERT INTO isoflag_step SELECT unit FROM taken ORDER BY unit;
    GET DIAGNOSTICS stepped = ROW_COUNT;
    IF stepped = 0 THEN RETURN false; END IF;
    ANALYZE isoflag_step;
    PERFORM isoflag.put(of_run, -1);
    DELETE FROM isoflag.counted WHERE ctid = ANY (ARRAY(SELECT c.ctid FROM isoflag_step s
      CROSS JOIN LATERAL (SELECT c.ctid FROM isoflag.counted c WHERE c.run = of_run AND c.unit = s.unit OFFSET 0) c));
  END IF;
  PERFORM isoflag.count_units(of_run);
  PERFORM isoflag.put(of_run, 1);
  PERFORM isoflag.add_up_shrunk(of_run);
  -- Sums of fractions taken back may leave a trace of rounding; where no unit is left nothing may be.
  DELETE FROM isoflag.metric_cells WHERE run = of_run AND units = 0;
  DELETE FROM isoflag.bin_cells WHERE run = of_run AND units = 0;
  DELETE FROM isoflag.unit_cells WHERE run = of_run AND units = 0;
  RETURN stepped = most OR EXISTS (SELECT FROM isoflag.dirty d WHERE d.run = of_run);
END $$;
