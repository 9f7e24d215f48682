-- What a step of a fold does with the facts it has: those of isoflag_shown, isoflag_named and isoflag_happened.

SELECT pg_advisory_xact_lock(1769172838, 1);

-- Numbers the units of isoflag_named, those that are new as well.
CREATE OR REPLACE FUNCTION isoflag.number_units(of_environment text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  ANALYZE isoflag_named;
  TRUNCATE isoflag_numbered;
  INSERT INTO isoflag_numbered SELECT n.type, n.id, u.unit FROM isoflag_named n
    LEFT JOIN isoflag.units u ON (u.environment, u.type, u.id) = (of_environment, n.type, n.id);
  WITH made AS (
    INSERT INTO isoflag.units (environment, type, id) SELECT of_environment, n.type, n.id FROM isoflag_numbered n WHERE n.unit IS NULL RETURNING type, id, unit
  ), gone AS (
    DELETE FROM isoflag_numbered WHERE unit IS NULL
  )
  INSERT INTO isoflag_numbered SELECT type, id, unit FROM made;
  ANALYZE isoflag_numbered;
END $$;

-- Lists the units of isoflag_touched as dirty in each run that has counted them.
CREATE OR REPLACE FUNCTION isoflag.mark_touched() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO isoflag.dirty SELECT u.run, u.unit FROM (SELECT DISTINCT unit FROM isoflag_touched) t
    CROSS JOIN LATERAL (SELECT u.run, u.unit FROM isoflag.run_units u WHERE u.unit = t.unit OFFSET 0) u
    JOIN isoflag.runs r ON r.run = u.run AND u.unit <= r.counted_to ON CONFLICT DO NOTHING;
  TRUNCATE isoflag_touched;
END $$;

-- Whether a run has counted units already, which have to hear of what is new.
CREATE OR REPLACE FUNCTION isoflag.has_counted(of_environment text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM isoflag.runs r WHERE r.environment = of_environment AND r.counted_to > 0)
$$;

-- The exposures of isoflag_shown: of each unit all there are in the run.
CREATE OR REPLACE FUNCTION isoflag.fold_exposures(of_environment text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  ANALYZE isoflag_shown;
  TRUNCATE isoflag_named, isoflag_seen;
  INSERT INTO isoflag_named SELECT DISTINCT type, id FROM isoflag_shown;
  PERFORM isoflag.number_units(of_environment);
  INSERT INTO isoflag.runs (environment, experiment, name) SELECT DISTINCT of_environment, experiment, run FROM isoflag_shown ON CONFLICT DO NOTHING;
  INSERT INTO isoflag_seen SELECT r.run, n.unit, x.variant, x.at, x.verdict FROM isoflag_shown x JOIN isoflag_numbered n USING (type, id)
    JOIN (SELECT * FROM isoflag.runs r WHERE r.environment = of_environment OFFSET 0) r ON (r.experiment, r.name) = (x.experiment, x.run)
    ORDER BY r.run, n.unit;
  ANALYZE isoflag_seen;

  WITH gone AS (
    DELETE FROM isoflag.unit_verdicts WHERE ctid = ANY (ARRAY(SELECT v.ctid FROM (SELECT DISTINCT run, unit FROM isoflag_seen) s
      CROSS JOIN LATERAL (SELECT v.ctid FROM isoflag.unit_verdicts v WHERE v.run = s.run AND v.unit = s.unit OFFSET 0) v))
    RETURNING run, CASE verdict WHEN 'unknown_run' THEN '' ELSE variant END AS variant, verdict
  )
  INSERT INTO isoflag.verdict_cells AS c SELECT run, variant, verdict, -count(*) FROM gone GROUP BY run, variant, verdict
    ON CONFLICT (run, variant, verdict) DO UPDATE SET exposures = c.exposures + excluded.exposures;
  INSERT INTO isoflag.unit_verdicts (run, unit, variant, verdict) SELECT run, unit, variant, verdict FROM isoflag_seen;
  INSERT INTO isoflag.verdict_cells AS c
    SELECT run, CASE verdict WHEN 'unknown_run' THEN '' ELSE variant END AS counted_as, verdict, count(*) FROM isoflag_seen GROUP BY run, counted_as, verdict
    ON CONFLICT (run, variant, verdict) DO UPDATE SET exposures = c.exposures + excluded.exposures;

  INSERT INTO isoflag.run_units (run, unit, variant, first_at, variants)
    SELECT DISTINCT ON (x.run, x.unit) x.run, x.unit, x.variant, x.at, count(*) OVER (PARTITION BY x.run, x.unit)
    FROM (SELECT s.*, bool_or(s.verdict = 'attested') OVER (PARTITION BY s.run, s.unit) AS signed FROM isoflag_seen s) x
    WHERE x.verdict = 'attested' OR (isoflag.counts(x.verdict) AND NOT x.signed)  -- what a server signed outweighs the rest
    ORDER BY x.run, x.unit, x.at, x.variant
    ON CONFLICT (run, unit) DO UPDATE SET variant = excluded.variant, first_at = excluded.first_at, variants = excluded.variants
      WHERE (run_units.variant, run_units.first_at, run_units.variants) <> (excluded.variant, excluded.first_at, excluded.variants);
  -- Of a unit whose exposures are all kept apart there is nothing to count.
  INSERT INTO isoflag.dirty SELECT DISTINCT s.run, s.unit FROM isoflag_seen s JOIN isoflag.runs r ON r.run = s.run AND s.unit <= r.counted_to
    WHERE isoflag.has_counted(of_environment)
      AND EXISTS (SELECT 1 FROM isoflag.run_units u WHERE u.run = s.run AND u.unit = s.unit OFFSET 0) ON CONFLICT DO NOTHING;
END $$;

-- New links to the units of isoflag_named. One may be the first by its time: what went to another unit is taken back, and all events of the
-- linked unit go out anew.
CREATE OR REPLACE FUNCTION isoflag.fold_aliases(of_environment text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  ANALYZE isoflag_named;
  TRUNCATE isoflag_linked, isoflag_pairs;
  INSERT INTO isoflag_linked SELECT n.type, n.id, u.unit FROM isoflag_named n
    JOIN isoflag.units u ON (u.environment, u.type, u.id) = (of_environment, n.type, n.id);
  ANALYZE isoflag_linked;
  WITH gone AS (
    DELETE FROM isoflag.via_events v USING isoflag_linked l WHERE v.via = l.via RETURNING v.unit, v.event
  ), touched AS (
    INSERT INTO isoflag_touched SELECT unit FROM gone
  )
  -- Once through the events of a unit, however many of them go.
  DELETE FROM isoflag.unit_events WHERE ctid = ANY (ARRAY(SELECT e.ctid FROM (SELECT DISTINCT unit FROM gone) d
    CROSS JOIN LATERAL (SELECT e.ctid, e.unit, e.event FROM isoflag.unit_events e WHERE e.unit = d.unit OFFSET 0) e
    JOIN (SELECT DISTINCT unit, event FROM gone) g ON (g.unit, g.event) = (e.unit, e.event)
    WHERE NOT EXISTS (SELECT 1 FROM isoflag.via_events o WHERE o.unit = g.unit AND o.event = g.event
      AND NOT EXISTS (SELECT FROM isoflag_linked l WHERE l.via = o.via))));
  INSERT INTO isoflag_pairs SELECT e.unit, e.at, e.event, e.name, e.properties, v.units FROM isoflag_linked l
    JOIN isoflag.unit_events e ON e.unit = l.via
    CROSS JOIN LATERAL (SELECT v.units FROM isoflag.events v WHERE v.id = e.event AND v.environment = of_environment OFFSET 0) v
    WHERE NOT EXISTS (SELECT 1 FROM isoflag.via_events x WHERE x.unit = e.unit AND x.event = e.event);
  PERFORM isoflag.follow_links(of_environment);
  PERFORM isoflag.mark_touched();
END $$;

-- Gives events of linked units to the first unit of every type they do not name themselves: the first by the time of the link, then by
-- its id. isoflag_linked has the units that are linked to, and isoflag_pairs their events.
CREATE OR REPLACE FUNCTION isoflag.follow_links(of_environment text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  TRUNCATE isoflag_named;
  INSERT INTO isoflag_named SELECT DISTINCT a.unit_type, a.unit FROM isoflag_linked l
    JOIN isoflag.aliases a ON (a.environment, a.to_type, a.to_unit) = (of_environment, l.type, l.id);
  PERFORM isoflag.number_units(of_environment);
  ANALYZE isoflag_pairs;
  WITH first AS (
    SELECT DISTINCT ON (l.via, a.unit_type) l.via, a.unit_type, a.unit FROM isoflag_linked l
    JOIN isoflag.aliases a ON (a.environment, a.to_type, a.to_unit) = (of_environment, l.type, l.id)
    ORDER BY l.via, a.unit_type, a.at, a.unit COLLATE "C"
  ), given AS (
    SELECT n.unit, p.at, p.event, p.name, p.properties, p.via FROM isoflag_pairs p JOIN first f ON f.via = p.via
    JOIN isoflag_numbered n ON (n.type, n.id) = (f.unit_type, f.unit) WHERE NOT p.units ? f.unit_type
  ), noted AS (
    INSERT INTO isoflag.via_events (unit, event, via) SELECT unit, event, via FROM given ON CONFLICT DO NOTHING
  ), kept AS (
    INSERT INTO isoflag.unit_events (unit, at, event, name, properties) SELECT unit, at, event, name, properties FROM given
    ON CONFLICT DO NOTHING RETURNING unit
  )
  INSERT INTO isoflag_touched SELECT unit FROM kept;
END $$;

-- The events of isoflag_happened. In the order of the table they go to: at random a long history would be written over and over. So long as
-- nothing is counted, none of them is expected there: they are put in as if that were so, which costs half, and once more with a look at
-- each where one was there.
CREATE OR REPLACE FUNCTION isoflag.fold_events(of_environment text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  known boolean;
BEGIN
  ANALYZE isoflag_happened;
  TRUNCATE isoflag_named, isoflag_linked, isoflag_pairs;
  INSERT INTO isoflag_named SELECT DISTINCT type, id FROM isoflag_happened;
  PERFORM isoflag.number_units(of_environment);
  INSERT INTO isoflag_linked SELECT n.type, n.id, n.unit FROM isoflag_numbered n
    WHERE EXISTS (SELECT FROM isoflag.aliases a WHERE (a.environment, a.to_type, a.to_unit) = (of_environment, n.type, n.id));
  BEGIN
    INSERT INTO isoflag.unit_events (unit, at, event, name, properties)
      SELECT n.unit, h.at, h.event, h.name, h.properties FROM isoflag_happened h JOIN isoflag_numbered n USING (type, id)
      WHERE NOT isoflag.has_counted(of_environment) ORDER BY n.unit, h.at, h.event;
    known := NOT FOUND;
  EXCEPTION WHEN unique_violation THEN
    known := true;
  END;
  IF known THEN
    WITH kept AS (
      INSERT INTO isoflag.unit_events (unit, at, event, name, properties)
      SELECT n.unit, h.at, h.event, h.name, h.properties FROM isoflag_happened h JOIN isoflag_numbered n USING (type, id) ORDER BY n.unit, h.at, h.event
      ON CONFLICT DO NOTHING RETURNING unit
    )
    INSERT INTO isoflag_touched SELECT unit FROM kept;
  END IF;
  IF EXISTS (SELECT FROM isoflag_linked) THEN
    INSERT INTO isoflag_pairs SELECT l.via, h.at, h.event, h.name, h.properties, h.units FROM isoflag_linked l JOIN isoflag_happened h USING (type, id);
    PERFORM isoflag.follow_links(of_environment);
  END IF;
  PERFORM isoflag.mark_touched();
END $$;
