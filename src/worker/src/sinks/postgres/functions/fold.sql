-- Facts into the tables that reports are counted from. A fold is made of steps: each reads so many facts, and what it has read is noted
-- in its transaction. Sets, not single rows: for each step the planner sees how much there is, and looks up few and joins many.

SELECT pg_advisory_xact_lock(1769172838, 1);

-- Where a step keeps what it works on. Made anew, never found: what somebody else has laid in our way may have triggers. Once in a
-- transaction, since each holds a lock to its end.
CREATE OR REPLACE FUNCTION isoflag.lay_out() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  DROP TABLE IF EXISTS pg_temp.isoflag_named, pg_temp.isoflag_numbered, pg_temp.isoflag_shown, pg_temp.isoflag_seen,
    pg_temp.isoflag_happened, pg_temp.isoflag_linked, pg_temp.isoflag_pairs, pg_temp.isoflag_touched, pg_temp.isoflag_step;
  CREATE TEMP TABLE isoflag_named (type text, id text) ON COMMIT DROP;
  CREATE TEMP TABLE isoflag_numbered (type text, id text, unit bigint) ON COMMIT DROP;
  CREATE TEMP TABLE isoflag_shown (experiment text, run text, type text, id text, variant text, at bigint, verdict text) ON COMMIT DROP;
  CREATE TEMP TABLE isoflag_seen (run int, unit bigint, variant text, at bigint, verdict text) ON COMMIT DROP;
  CREATE TEMP TABLE isoflag_happened (type text, id text, at bigint, event uuid, name text, properties jsonb, units jsonb) ON COMMIT DROP;
  CREATE TEMP TABLE isoflag_linked (type text, id text, via bigint) ON COMMIT DROP;
  CREATE TEMP TABLE isoflag_pairs (via bigint, at bigint, event uuid, name text, properties jsonb, units jsonb) ON COMMIT DROP;
  CREATE TEMP TABLE isoflag_touched (unit bigint) ON COMMIT DROP;
  CREATE TEMP TABLE isoflag_step (unit bigint) ON COMMIT DROP;
END $$;

-- How many units or facts a step takes at most: some seconds' worth, and no more than a server of any size has room for. SET isoflag.step
-- makes it another number.
CREATE OR REPLACE FUNCTION isoflag.step_size() RETURNS int LANGUAGE sql STABLE AS $$
  SELECT greatest(1, coalesce(nullif(current_setting('isoflag.step', true), ''), '100000')::int)
$$;

-- Takes the next facts in; answers whether there may be more. Where no list of new ones is kept, all there are come first, by kinds; one
-- that was taken before changes nothing.
CREATE OR REPLACE FUNCTION isoflag.fold_step(of_environment text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  -- Who sees but one moment has perhaps not seen all that was not listed: it reads all it sees, and leaves no word that anything was read.
  one_moment boolean := current_setting('transaction_isolation') <> 'read committed';
  at_once boolean := false;
  unread isoflag.unread;
  reached text[];
BEGIN
  PERFORM pg_advisory_xact_lock(1769172838, hashtext(of_environment));
  UPDATE isoflag.asked a SET at = now() WHERE a.environment = of_environment AND a.at < now() - interval '1 day';
  IF NOT EXISTS (SELECT FROM isoflag.asked a WHERE a.environment = of_environment) THEN
    at_once := one_moment;
    INSERT INTO isoflag.asked (environment, at) SELECT of_environment, now() WHERE NOT one_moment;
    INSERT INTO isoflag.unread AS u (environment, kind, after) SELECT of_environment, kind, '{}' FROM unnest('{aliases,events,exposures}'::text[]) kind
      ON CONFLICT ON CONSTRAINT unread_pkey DO UPDATE SET after = excluded.after;
    DELETE FROM isoflag.new_events n WHERE n.environment = of_environment;
    DELETE FROM isoflag.new_exposures n WHERE n.environment = of_environment;
    DELETE FROM isoflag.new_aliases n WHERE n.environment = of_environment;
  END IF;
  LOOP
    SELECT u.* INTO unread FROM isoflag.unread u WHERE u.environment = of_environment ORDER BY u.kind COLLATE "C" LIMIT 1;
    EXIT WHEN NOT FOUND;
    reached := CASE unread.kind
      WHEN 'aliases' THEN isoflag.read_aliases(of_environment, unread.after)
      WHEN 'events' THEN isoflag.read_events(of_environment, unread.after)
      ELSE isoflag.read_exposures(of_environment, unread.after) END;
    IF reached IS NULL THEN
      DELETE FROM isoflag.unread u WHERE (u.environment, u.kind) = (of_environment, unread.kind);
    ELSE
      UPDATE isoflag.unread u SET after = reached WHERE (u.environment, u.kind) = (of_environment, unread.kind);
    END IF;
    IF NOT at_once THEN RETURN true; END IF;
  END LOOP;
  RETURN NOT at_once AND isoflag.take_lists(of_environment);
END $$;

-- Everything of a kind, a step at a time: each takes what comes after `after`, and answers where it ended, or nothing at the end.

CREATE OR REPLACE FUNCTION isoflag.read_aliases(of_environment text, after text[]) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  reached text[];
BEGIN
  TRUNCATE isoflag_named;
  INSERT INTO isoflag_named SELECT DISTINCT a.to_type, a.to_unit FROM isoflag.aliases a
    WHERE a.environment = of_environment AND (a.to_type, a.to_unit) > (coalesce(after[1], ''), coalesce(after[2], '')) ORDER BY 1, 2 LIMIT isoflag.step_size();
  SELECT ARRAY[n.type, n.id] INTO reached FROM isoflag_named n ORDER BY n.type DESC, n.id DESC LIMIT 1;
  PERFORM isoflag.fold_aliases(of_environment);
  RETURN reached;
END $$;

CREATE OR REPLACE FUNCTION isoflag.read_exposures(of_environment text, after text[]) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  reached text[];
BEGIN
  after := coalesce(nullif(after, '{}'), '{"","","",""}');
  -- A unit with all that it was shown in the run.
  SELECT ARRAY[x.experiment, x.run, x.unit_type, x.unit] INTO reached FROM isoflag.exposures x
    WHERE x.environment = of_environment AND (x.experiment, x.run, x.unit_type, x.unit) > (after[1], after[2], after[3], after[4])
    ORDER BY x.experiment, x.run, x.unit_type, x.unit OFFSET isoflag.step_size() - 1 LIMIT 1;
  TRUNCATE isoflag_shown;
  INSERT INTO isoflag_shown SELECT x.experiment, x.run, x.unit_type, x.unit, x.variant, x.at, x.verdict FROM isoflag.exposures x
    WHERE x.environment = of_environment AND (x.experiment, x.run, x.unit_type, x.unit) > (after[1], after[2], after[3], after[4])
      AND (reached IS NULL OR (x.experiment, x.run, x.unit_type, x.unit) <= (reached[1], reached[2], reached[3], reached[4]));
  PERFORM isoflag.fold_exposures(of_environment);
  RETURN reached;
END $$;

-- As they lie in their partitions: by their ids, with which they have come in no particular order, each would be looked for anew. `after`
-- is a partition, the file it lies in and a block of it, without a file at its end; one that was written anew meanwhile (VACUUM FULL) is
-- read again. The default partition comes first: from there events move.
CREATE OR REPLACE FUNCTION isoflag.read_events(of_environment text, after text[]) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  blocks CONSTANT bigint := greatest(1, isoflag.step_size() / 6);  -- with some thirty events each, five for each unit of a step
  part record;
  low bigint;
BEGIN
  SELECT c.oid::regclass AS name, c.relname::text COLLATE "C" AS key, pg_relation_filenode(c.oid)::text AS file,
      pg_relation_size(c.oid) / current_setting('block_size')::int AS size INTO part
    FROM pg_partition_tree('isoflag.events') t JOIN pg_class c ON c.oid = t.relid
    WHERE t.isleaf AND (after = '{}' OR (c.relname <> 'events_default', c.relname::text COLLATE "C") > (after[1] <> 'events_default', after[1] COLLATE "C")
      OR (c.relname = after[1] AND cardinality(after) > 1))
    ORDER BY c.relname <> 'events_default', 2 LIMIT 1;
  IF NOT FOUND THEN RETURN NULL; END IF;
  low := CASE WHEN (part.key, part.file) = (after[1], after[2]) THEN after[3]::bigint ELSE 0 END;
  TRUNCATE isoflag_happened;
  EXECUTE format('INSERT INTO isoflag_happened
      SELECT e.type, e.units ->> e.type, e.at, e.id, e.name, isoflag.numbers_of(e.properties), CASE WHEN $2 THEN e.units END
      FROM (SELECT e.*, jsonb_object_keys(e.units) AS type FROM %s e WHERE e.environment = $1 AND e.ctid >= $3 AND e.ctid < $4) e', part.name)
    USING of_environment, EXISTS (SELECT FROM isoflag.aliases a WHERE a.environment = of_environment),
      format('(%s,0)', low)::tid, format('(%s,0)', low + blocks)::tid;
  PERFORM isoflag.fold_events(of_environment);
  RETURN CASE WHEN low + blocks < part.size THEN ARRAY[part.key, part.file, (low + blocks)::text] ELSE ARRAY[part.key] END;
END $$;

-- What is counted of an event: its numbers. Few properties are kept as they are, which costs nothing.
CREATE OR REPLACE FUNCTION isoflag.only_numbers(properties jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT jsonb_object_agg(p.key, p.value) FROM jsonb_each(properties) p WHERE jsonb_typeof(p.value) = 'number'
$$;
CREATE OR REPLACE FUNCTION isoflag.numbers_of(properties jsonb) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN pg_column_size(properties) <= 128 THEN properties ELSE isoflag.only_numbers(properties) END
$$;

-- What is new since; answers whether that was but a part of it. Each leaves its list in the same transaction.
CREATE OR REPLACE FUNCTION isoflag.take_lists(of_environment text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  most CONSTANT bigint := isoflag.step_size();
  taken bigint;
  more boolean;
BEGIN
  TRUNCATE isoflag_shown, isoflag_named, isoflag_happened;
  WITH taken AS (DELETE FROM isoflag.new_exposures WHERE ctid = ANY (ARRAY(
      SELECT n.ctid FROM isoflag.new_exposures n WHERE n.environment = of_environment LIMIT most)) RETURNING *), put AS (
    INSERT INTO isoflag_shown SELECT x.experiment, x.run, x.unit_type, x.unit, x.variant, x.at, x.verdict
    FROM (SELECT DISTINCT t.experiment, t.run, t.unit_type, t.unit FROM taken t) t
    CROSS JOIN LATERAL (SELECT * FROM isoflag.exposures x
      WHERE (x.environment, x.experiment, x.run, x.unit_type, x.unit) = (of_environment, t.experiment, t.run, t.unit_type, t.unit) OFFSET 0) x
  ) SELECT count(*) INTO taken FROM taken;
  more := taken = most;
  PERFORM isoflag.fold_exposures(of_environment) WHERE taken > 0;

  -- Before any new events come, for those look at all links there are.
  WITH taken AS (DELETE FROM isoflag.new_aliases WHERE ctid = ANY (ARRAY(
      SELECT n.ctid FROM isoflag.new_aliases n WHERE n.environment = of_environment LIMIT most)) RETURNING *), put AS (
    INSERT INTO isoflag_named SELECT DISTINCT t.to_type, t.to_unit FROM taken t
  ) SELECT count(*) INTO taken FROM taken;
  more := more OR taken = most;
  PERFORM isoflag.fold_aliases(of_environment) WHERE taken > 0;

  -- An id is 16 bytes; the size of a list tells how many there are without its being read.
  WITH due AS (
    SELECT n.ctid, sum(pg_column_size(n.ids)) OVER (ORDER BY n.ctid) - pg_column_size(n.ids) AS before
    FROM isoflag.new_events n WHERE n.environment = of_environment
  ), taken AS (
    DELETE FROM isoflag.new_events WHERE ctid = ANY (ARRAY(SELECT d.ctid FROM due d WHERE d.before < 16 * most)) RETURNING ids
  ), put AS (
    INSERT INTO isoflag_happened SELECT e.type, e.units ->> e.type, e.at, e.id, e.name, isoflag.numbers_of(e.properties), e.units
    FROM taken t CROSS JOIN LATERAL unnest(t.ids) AS i(id)
    CROSS JOIN LATERAL (SELECT e.*, jsonb_object_keys(e.units) AS type FROM isoflag.events e WHERE e.id = i.id AND e.environment = of_environment OFFSET 0) e
  ) SELECT count(*), more OR count(*) < (SELECT count(*) FROM due) INTO taken, more FROM taken;
  PERFORM isoflag.fold_events(of_environment) WHERE taken > 0;
  RETURN more;
END $$;
