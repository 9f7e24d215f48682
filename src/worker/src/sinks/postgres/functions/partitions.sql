-- Partitions of events ahead of time, and what else is to be done from time to time.

SELECT pg_advisory_xact_lock(1769172838, 1);

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
-- takes no time so long as only what is dated months ahead lies there. Whoever is reading all events of an environment for the first time, and
-- began with the default partition, may never come by them again: so they are listed.
CREATE OR REPLACE FUNCTION isoflag.make_partition(name text, low uuid, high uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  LOCK TABLE isoflag.events_default IN ACCESS EXCLUSIVE MODE;
  EXECUTE format('CREATE TABLE isoflag.%I (LIKE isoflag.events INCLUDING ALL)', name);
  EXECUTE format('WITH strays AS (DELETE FROM isoflag.events_default WHERE id >= $1 AND id < $2 RETURNING *), moved AS (
      INSERT INTO isoflag.%I SELECT * FROM strays
    )
    INSERT INTO isoflag.new_events (environment, ids) SELECT s.environment, array_agg(s.id) FROM strays s
    JOIN isoflag.unread u ON (u.environment, u.kind) = (s.environment, ''events'') GROUP BY s.environment', name)
    USING coalesce(low, '00000000-0000-0000-0000-000000000000'), high;
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

SELECT isoflag.keep_partitions();
