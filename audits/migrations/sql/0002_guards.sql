-- What the database itself refuses. Owners and superusers can undo this; only the
-- signed tree holds against them. It stops bugs and the application's own role.

CREATE FUNCTION audits_deny() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
  RAISE EXCEPTION 'evidence is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation',
          HINT = 'Corrections are new entries that name the old one.';
END $$;

-- The indexes of a log are 0, 1, 2, … : a statement must continue at the head.
CREATE FUNCTION audits_contiguous() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE wrong record;
BEGIN
  SELECT n.log_id, min(n.idx) AS first, max(n.idx) - min(n.idx) + 1 AS span,
         count(*) AS rows, h.size, bool_and(n.log_class = l.log_class) AS class_fits
    INTO wrong
    FROM newrows n
    LEFT JOIN audits_head h USING (log_id)
    LEFT JOIN audits_log l ON l.id = n.log_id
   GROUP BY n.log_id, h.size
  HAVING min(n.idx) IS DISTINCT FROM h.size
      OR max(n.idx) - min(n.idx) + 1 <> count(*)
      OR NOT coalesce(bool_and(n.log_class = l.log_class), false)
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'log %: entries must continue at index %, got % rows from % on',
      wrong.log_id, wrong.size, wrong.rows, wrong.first
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION audits_head_forward() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.log_id <> OLD.log_id OR NEW.size < OLD.size
     OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
     OR NEW.received_at < OLD.received_at THEN
    RAISE EXCEPTION 'log %: the head only moves forward', OLD.log_id
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.size > OLD.size AND NOT EXISTS (
       SELECT FROM audits_entry WHERE log_id = NEW.log_id AND idx = NEW.size - 1) THEN
    RAISE EXCEPTION 'log %: the head cannot pass its entries', OLD.log_id
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

-- Log rows and heads are not partitioned: only the owner may remove those of the
-- sample, which is what wiping it does last.
CREATE FUNCTION audits_deny_but_sample() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (
       SELECT FROM audits_log
        WHERE id = (to_jsonb(OLD) ->> CASE TG_TABLE_NAME WHEN 'audits_log'
                    THEN 'id' ELSE 'log_id' END)::integer
          AND log_class = 'sample')
     AND pg_has_role(current_user,
           (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'evidence is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;

DO $$
DECLARE c text; t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['entry','payload','event_id','tile','checkpoint','trail','review'] LOOP
    EXECUTE format('CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON audits_%s'
      ' FOR EACH ROW EXECUTE FUNCTION audits_deny()', t);
    EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audits_%s'
      ' FOR EACH STATEMENT EXECUTE FUNCTION audits_deny()', t);
    -- Statement triggers are not inherited: each partition needs its own.
    FOREACH c IN ARRAY ARRAY['evidence', 'sample'] LOOP
      EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audits_%s_%s'
        ' FOR EACH STATEMENT EXECUTE FUNCTION audits_deny()', t, c);
    END LOOP;
  END LOOP;
END $$;
CREATE TRIGGER contiguous AFTER INSERT ON audits_entry REFERENCING NEW TABLE AS newrows
  FOR EACH STATEMENT EXECUTE FUNCTION audits_contiguous();
CREATE TRIGGER forward BEFORE UPDATE ON audits_head
  FOR EACH ROW EXECUTE FUNCTION audits_head_forward();
CREATE TRIGGER no_delete BEFORE DELETE ON audits_head
  FOR EACH ROW EXECUTE FUNCTION audits_deny_but_sample();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audits_head
  FOR EACH STATEMENT EXECUTE FUNCTION audits_deny();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON audits_log
  FOR EACH ROW EXECUTE FUNCTION audits_deny_but_sample();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audits_log
  FOR EACH STATEMENT EXECUTE FUNCTION audits_deny();

-- The application may not create tables; it may ask for the months to come.
CREATE FUNCTION audits_make_partitions(months integer) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  c text; t text; name text; made integer := 0; i integer;
  start timestamptz := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
  from_at timestamptz; until_at timestamptz;
BEGIN
  IF months NOT BETWEEN 0 AND 24 THEN
    RAISE EXCEPTION 'partitions are made for at most 24 months ahead, not %', months;
  END IF;
  -- ORDER: one maker at a time, or two would race to the same name.
  PERFORM pg_advisory_xact_lock(hashtext('audits_make_partitions'));
  FOR i IN 0..months LOOP
    from_at := (start AT TIME ZONE 'UTC' + make_interval(months => i)) AT TIME ZONE 'UTC';
    until_at := (start AT TIME ZONE 'UTC' + make_interval(months => i + 1)) AT TIME ZONE 'UTC';
    FOREACH t IN ARRAY ARRAY['entry', 'payload'] LOOP
      FOREACH c IN ARRAY ARRAY['evidence', 'sample'] LOOP
        name := format('audits_%s_%s_%s', t, c, to_char(from_at AT TIME ZONE 'UTC', 'YYYYMM'));
        IF to_regclass('public.' || name) IS NULL THEN
          EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
            name, format('audits_%s_%s', t, c), from_at, until_at);
          EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.%I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION public.audits_deny()', name);
          made := made + 1;
        END IF;
      END LOOP;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
REVOKE ALL ON FUNCTION audits_make_partitions(integer) FROM PUBLIC;
SELECT audits_make_partitions(3);
