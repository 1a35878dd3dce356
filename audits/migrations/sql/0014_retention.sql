-- Removing what no duty asks to keep, and nothing else, in one function.

-- How far each log is removed. Only that function adds to it.
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON audits_pruned
  FOR EACH ROW EXECUTE FUNCTION audits_deny();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audits_pruned
  FOR EACH STATEMENT EXECUTE FUNCTION audits_deny();

-- Duties and holds end once, and are never changed or deleted: whoever asks in ten
-- years why something was kept or removed finds them.
CREATE FUNCTION audits_ends_once() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  ends text[] := ARRAY['ended_by', 'ended_at', 'ended_reason', 'lifted_by', 'lifted_at',
                       'lifted_reason'];
BEGIN
  IF coalesce(to_jsonb(OLD) ->> 'ended_at', to_jsonb(OLD) ->> 'lifted_at') IS NOT NULL
     OR to_jsonb(NEW) - ends <> to_jsonb(OLD) - ends THEN
    RAISE EXCEPTION '%: a row is ended once, and nothing else of it changes', TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['duty', 'hold'] LOOP
    EXECUTE format('CREATE TRIGGER ends_once BEFORE UPDATE ON audits_%s'
      ' FOR EACH ROW EXECUTE FUNCTION audits_ends_once()', t);
    EXECUTE format('CREATE TRIGGER no_delete BEFORE DELETE ON audits_%s'
      ' FOR EACH ROW EXECUTE FUNCTION audits_deny_but_sample()', t);
    EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audits_%s'
      ' FOR EACH STATEMENT EXECUTE FUNCTION audits_deny()', t);
  END LOOP;
END $$;

-- As before; and a review's row, which names people, goes with its payload.
CREATE OR REPLACE FUNCTION audits_deny_but_erasure() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  CASE TG_ARGV[0]
  WHEN 'payload' THEN
    IF TG_OP = 'DELETE' AND audits_is_erasing(OLD.log_id, TG_RELID) THEN
      RETURN OLD;
    END IF;
  WHEN 'event_id' THEN
    IF TG_OP = 'UPDATE' AND audits_is_erasing(OLD.log_id, TG_RELID)
       AND NEW.body_mac = '' AND to_jsonb(NEW) - 'body_mac' = to_jsonb(OLD) - 'body_mac' THEN
      RETURN NEW;
    END IF;
  WHEN 'review' THEN
    IF TG_OP = 'UPDATE' AND audits_is_erasing(OLD.log_id, TG_RELID)
       AND NEW.reason_code = ''
       AND to_jsonb(NEW) - 'reason_code' = to_jsonb(OLD) - 'reason_code' THEN
      RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND EXISTS (
         SELECT FROM audits_pruned WHERE log_id = OLD.log_id AND payloads_from > OLD.idx)
    THEN
      RETURN OLD;
    END IF;
  WHEN 'key_tree' THEN
    IF TG_OP = 'UPDATE' AND audits_is_erasing(OLD.log_id, TG_RELID)
       AND NEW.log_id = OLD.log_id AND NEW.version = OLD.version + 1 THEN
      RETURN NEW;
    END IF;
    -- Wiping the sample removes its keys: only the owner may.
    IF TG_OP = 'DELETE' AND EXISTS (
         SELECT FROM audits_log WHERE id = OLD.log_id AND log_class = 'sample')
       AND pg_has_role(current_user,
             (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
      RETURN OLD;
    END IF;
  END CASE;
  RAISE EXCEPTION 'evidence is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation',
          HINT = 'Corrections are new entries that name the old one.';
END $$;

-- A table without what goes takes the place of a partition, which is dropped: no row
-- is ever deleted, and no trigger turned off. First it is filled, beside all writers.
CREATE FUNCTION audits_copy_remainder(part regclass, goes text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  rest text; found boolean; gone bigint; kept bigint;
BEGIN
  SELECT 'remainder_' || relname INTO rest FROM pg_class WHERE oid = part;
  EXECUTE format('SELECT EXISTS (SELECT FROM %s AS r WHERE %s)', part, goes) INTO found;
  IF NOT found THEN
    RETURN 0;
  END IF;
  EXECUTE format('CREATE TABLE public.%I (LIKE %s INCLUDING ALL)', rest, part);
  EXECUTE format('INSERT INTO public.%I SELECT * FROM %s AS r WHERE NOT (%s)',
    rest, part, goes);
  GET DIAGNOSTICS kept = ROW_COUNT;
  EXECUTE format('SELECT count(*) FROM %s', part) INTO gone;
  IF kept = 0 THEN
    EXECUTE format('DROP TABLE public.%I', rest);
  END IF;
  RETURN gone - kept;
END $$;
REVOKE ALL ON FUNCTION audits_copy_remainder(regclass, text) FROM PUBLIC;

-- Then it takes the place; without one, the partition only goes.
CREATE FUNCTION audits_swap_partition(part regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  name text; parent regclass; bounds text; rest regclass;
BEGIN
  SELECT c.relname, i.inhparent, pg_get_expr(c.relpartbound, c.oid)
    INTO name, parent, bounds
    FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE c.oid = part;
  rest := to_regclass('public.remainder_' || name);
  EXECUTE format('DROP TABLE %s', part);
  IF rest IS NOT NULL THEN
    EXECUTE format('ALTER TABLE %s RENAME TO %I', rest, name);
    EXECUTE format('ALTER TABLE %s ATTACH PARTITION public.%I %s', parent, name, bounds);
    EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON public.%I'
      ' FOR EACH STATEMENT EXECUTE FUNCTION public.audits_deny()', name);
  END IF;
END $$;
REVOKE ALL ON FUNCTION audits_swap_partition(regclass) FROM PUBLIC;

-- Remove what these logs received up to the end of a month. The newest entry of each
-- must be the signed tombstone that says so. What stays: acts of people and what says
-- how the log was kept (they are documentation, Art. 18), ids, all tiles, and the
-- entries of the bundle that the end of the month divides.
CREATE FUNCTION audits_prune(month date, logs integer[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  ends timestamptz := (month + interval '1 month') AT TIME ZONE 'UTC';
  until_at timestamptz; months integer; log integer; stone record; said jsonb;
  first_left bigint; minimum bigint; before bigint; removed bigint := 0; part record;
  gone bigint; swapped regclass[] := '{}';
BEGIN
  IF month IS NULL OR month <> date_trunc('month', month)::date THEN
    RAISE EXCEPTION 'a month is named by its first day, not %', month;
  END IF;
  -- The law's own clock is the database's: whoever sets the application's clock
  -- forward removes nothing.
  IF ends + interval '6 months' > now() THEN
    RAISE EXCEPTION '% is kept for six months (AI Act, Art. 19(1) and 26(6))',
      to_char(month, 'YYYY-MM') USING ERRCODE = 'restrict_violation';
  END IF;
  -- ORDER: one removal at a time; heads, then tables, as every writer takes them.
  PERFORM pg_advisory_xact_lock(hashtext('audits_prune'));
  PERFORM FROM audits_head WHERE log_id = ANY(logs) ORDER BY log_id FOR UPDATE;
  FOREACH log IN ARRAY logs LOOP
    IF NOT EXISTS (SELECT FROM audits_log WHERE id = log AND log_class = 'evidence') THEN
      RAISE EXCEPTION 'log % holds no evidence', log
        USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM audits_hold WHERE log_id = log AND lifted_at IS NULL) THEN
      RAISE EXCEPTION 'log %: a legal hold stands against removing anything', log
        USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT max(d.months) INTO months FROM audits_duty d
     WHERE d.log_id = log AND ended_at IS NULL;
    until_at := (month + interval '1 month' + make_interval(months => coalesce(months, 0)))
      AT TIME ZONE 'UTC';
    IF until_at > now() THEN
      RAISE EXCEPTION 'log %: a duty asks to keep % until %', log,
        to_char(month, 'YYYY-MM'), until_at USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT e.idx, e.entry INTO stone
      FROM audits_entry e JOIN audits_head h ON h.log_id = e.log_id
     WHERE e.log_id = log AND e.idx = h.size - 1 AND e.received_at = h.received_at
       AND e.type = 'retention_pruned';
    IF NOT FOUND THEN
      RAISE EXCEPTION 'log %: its newest entry does not say what is removed', log
        USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT min(idx) INTO first_left FROM audits_entry
     WHERE log_id = log AND log_class = 'evidence' AND received_at >= ends;
    SELECT coalesce(max(payloads_from), 0) INTO before FROM audits_pruned WHERE log_id = log;
    minimum := first_left / 256 * 256;
    said := convert_from(stone.entry, 'UTF8')::jsonb;
    IF said ->> 'month' IS DISTINCT FROM to_char(month, 'YYYY-MM')
       OR (said ->> 'first')::bigint IS DISTINCT FROM before
       OR (said ->> 'end')::bigint IS DISTINCT FROM first_left
       OR (said ->> 'min')::bigint IS DISTINCT FROM minimum
       OR first_left <= before THEN
      RAISE EXCEPTION 'log %: its newest entry says something else than what would be'
        ' removed (% to %, minimum index %)', log, before, first_left - 1, minimum
        USING ERRCODE = 'restrict_violation';
    END IF;
    -- What goes must still be provable: by tiles that lead to the signed root.
    IF (SELECT count(*) FROM audits_tile WHERE log_id = log AND log_class = 'evidence'
         AND level = 0 AND n < minimum / 256) <> minimum / 256 THEN
      RAISE EXCEPTION 'log %: hash tiles below index % are missing', log, minimum
        USING ERRCODE = 'restrict_violation';
    END IF;
    INSERT INTO audits_pruned (log_id, entry, month, entries_from, payloads_from, pruned_at)
      VALUES (log, stone.idx, month, minimum, first_left, now());
  END LOOP;
  DELETE FROM audits_review r USING (
    SELECT log_id, max(payloads_from) AS below FROM audits_pruned
     WHERE log_id = ANY(logs) GROUP BY log_id) AS p
   WHERE r.log_class = 'evidence' AND r.log_id = p.log_id AND r.idx < p.below;
  FOR part IN
    SELECT i.inhrelid::regclass AS name,
           i.inhparent = 'audits_entry_evidence'::regclass AS has_entries
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent IN ('audits_entry_evidence'::regclass,
                           'audits_payload_evidence'::regclass)
       AND right(c.relname, 6) <= to_char(month, 'YYYYMM') ORDER BY c.relname
  LOOP
    gone := audits_copy_remainder(part.name, CASE WHEN part.has_entries THEN
      'type IN (''prediction'', ''review'', ''heartbeat'') AND EXISTS ('
      ' SELECT FROM audits_pruned p WHERE p.log_id = r.log_id AND p.entries_from > r.idx)'
    ELSE
      'EXISTS (SELECT FROM audits_pruned p WHERE p.log_id = r.log_id'
      '   AND p.payloads_from > r.idx)'
      ' AND EXISTS (SELECT FROM audits_entry e WHERE e.log_id = r.log_id'
      '   AND e.idx = r.idx AND e.received_at = r.received_at'
      '   AND e.log_class = r.log_class'
      '   AND e.type IN (''prediction'', ''review'', ''heartbeat''))'
    END);
    IF gone > 0 THEN
      swapped := swapped || part.name;
    END IF;
    IF part.has_entries THEN
      removed := removed + gone;
    END IF;
  END LOOP;
  -- ORDER: when all is copied. From the first swap on every writer waits for us.
  FOR part IN SELECT unnest(swapped) AS name LOOP
    PERFORM audits_swap_partition(part.name);
  END LOOP;
  RETURN removed;
END $$;
REVOKE ALL ON FUNCTION audits_prune(date, integer[]) FROM PUBLIC;
