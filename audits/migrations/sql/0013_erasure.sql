-- Erasing a person: the one way in which something of a log may go, and what goes.
-- The entry that says so stays, like every other: leaves, tiles and proofs never change.

-- While `audits_erase` runs, `probatum.erasing` names the log. Any role may set that,
-- but only within the function does it act as the owner of the tables.
CREATE FUNCTION audits_is_erasing(log_id integer, relation oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(current_setting('probatum.erasing', true), '') = log_id::text
     AND pg_has_role(current_user,
           (SELECT relowner FROM pg_class WHERE oid = relation), 'MEMBER')
$$;

-- As audits_deny, but for what goes with a person: the payload itself; the MAC of what
-- was posted, by which a guess could be confirmed; the reason that a reviewer chose.
CREATE FUNCTION audits_deny_but_erasure() RETURNS trigger LANGUAGE plpgsql
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

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['payload', 'event_id', 'review', 'key_tree'] LOOP
    EXECUTE format('DROP TRIGGER no_change ON audits_%s', t);
    EXECUTE format('CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON audits_%s'
      ' FOR EACH ROW EXECUTE FUNCTION audits_deny_but_erasure(%L)', t, t);
  END LOOP;
END $$;

-- As before, and the version of the keys moves only with an erasure, one by one.
CREATE OR REPLACE FUNCTION audits_head_forward() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.log_id <> OLD.log_id OR NEW.size < OLD.size
     OR (NEW.size = OLD.size AND (NEW.root <> OLD.root OR NEW.peaks <> OLD.peaks))
     OR NEW.received_at < OLD.received_at OR NEW.keys < OLD.keys THEN
    RAISE EXCEPTION 'log %: the head only moves forward', OLD.log_id
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.keys <> OLD.keys AND (NEW.keys <> OLD.keys + 1
       OR NOT audits_is_erasing(OLD.log_id, TG_RELID)) THEN
    RAISE EXCEPTION 'log %: its keys change with an erasure only', OLD.log_id
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.size > OLD.size AND NOT EXISTS (
       SELECT FROM audits_entry WHERE log_id = NEW.log_id AND idx = NEW.size - 1
          AND received_at = NEW.received_at) THEN
    RAISE EXCEPTION 'log %: the head cannot pass its entries', OLD.log_id
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

-- Do what the entry at `said_at` says: it names the tag, the version of the keys to
-- which it leads, and how many payloads go. Nothing goes without its entry, and the
-- first time that must be the log's newest: so nobody sealed anything in between.
-- `new_tree` is the tree of keys without that one, wrapped. Done again for a tree that
-- was restored from a copy, it goes by an older entry. Returns how many payloads went.
-- Acts of people are about no erased person: their payloads never go this way.
CREATE FUNCTION audits_erase(erased_log integer, said_at bigint, new_tree bytea)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  h record; said jsonb; erased bigint; gone bigint; others bigint;
  indexes bigint[]; ids uuid[];
BEGIN
  SELECT head.size, head.keys, tree.version, log.log_class INTO h
    FROM audits_head head JOIN audits_log log ON log.id = head.log_id
    JOIN audits_key_tree tree ON tree.log_id = head.log_id
   WHERE head.log_id = erased_log FOR UPDATE OF head;
  SELECT convert_from(entry, 'UTF8')::jsonb INTO said FROM audits_entry
   WHERE log_id = erased_log AND idx = said_at AND type = 'subject_erased'
     AND log_class = h.log_class AND said_at < h.size;
  IF said IS NULL OR said ->> 'type' IS DISTINCT FROM 'subject_erased'
     OR (said ->> 'keys')::integer IS DISTINCT FROM h.version + 1
     OR (h.version = h.keys AND said_at <> h.size - 1)
     OR said ->> 'tag' !~ '^[0-9a-f]{16}$' THEN
    RAISE EXCEPTION 'log %: index % is no entry by which its keys % may go on',
      erased_log, said_at, h.version USING ERRCODE = 'restrict_violation';
  END IF;
  erased := ('x' || (said ->> 'tag'))::bit(64)::bigint;
  PERFORM set_config('probatum.erasing', erased_log::text, true);
  WITH removed AS (
    DELETE FROM audits_payload
     WHERE log_id = erased_log AND key = erased AND log_class = h.log_class
    RETURNING log_class, log_id, idx, received_at)
  SELECT count(*), count(*) FILTER (WHERE e.type NOT IN ('prediction', 'review')
           OR e.type IS NULL), array_agg(r.idx), array_agg(e.event_id)
    INTO gone, others, indexes, ids
    FROM removed r LEFT JOIN audits_entry e USING (log_class, log_id, idx, received_at);
  IF others > 0 OR (h.version = h.keys AND gone IS DISTINCT FROM (said ->> 'gone')::bigint) THEN
    RAISE EXCEPTION 'log %: % payloads lie under the tag, % of them of other entries',
      erased_log, gone, others USING ERRCODE = 'restrict_violation',
      HINT = 'The entry must say how many payloads of predictions and reviews go.';
  END IF;
  UPDATE audits_event_id SET body_mac = ''
   WHERE log_id = erased_log AND log_class = h.log_class AND event_id = ANY(ids);
  UPDATE audits_review SET reason_code = ''
   WHERE log_id = erased_log AND log_class = h.log_class AND idx = ANY(indexes)
     AND reason_code <> '';
  UPDATE audits_key_tree SET version = version + 1, wrapped = new_tree
   WHERE log_id = erased_log;
  IF h.version = h.keys THEN
    UPDATE audits_head SET keys = keys + 1 WHERE log_id = erased_log;
  END IF;
  PERFORM set_config('probatum.erasing', '', true);
  RETURN gone;
END $$;
REVOKE ALL ON FUNCTION audits_erase(integer, bigint, bytea) FROM PUBLIC;
