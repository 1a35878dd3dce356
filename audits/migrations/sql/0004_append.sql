-- Appending a few leaves to locked or unmoved heads in one call: what a service waits
-- for when it posts one event is mostly the way to the database and back.

-- `heads`: per log its log_id, the size and root that the leaves continue, and
-- new_size, new_root, new_peaks and received_at as they will be. `leaves`: the columns
-- of entry, payload and event id. Bytes are base64.
-- False, with nothing written: a head has moved or is locked by somebody else.
-- An error, with nothing written: an id is in the log already, or a guard refuses.
CREATE FUNCTION audits_append(heads json, leaves json) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE h record;
BEGIN
  FOR h IN
    SELECT * FROM json_to_recordset(heads) AS h (log_id integer, size bigint, root text)
  LOOP
    PERFORM FROM audits_head
      WHERE log_id = h.log_id AND size = h.size AND root = decode(h.root, 'base64')
      FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
  END LOOP;
  WITH l AS MATERIALIZED (
    SELECT * FROM json_to_recordset(leaves) AS l (
      log_class text, log_id integer, idx bigint, received_at timestamptz, type text,
      event_id uuid, occurred_at timestamptz, model_version text, deployment text,
      flags smallint, leaf_hash text, entry text, seed text, parts text, body_mac text)
  ), payloads AS (
    INSERT INTO audits_payload (log_class, log_id, idx, received_at, seed, parts)
    SELECT log_class, log_id, idx, received_at, decode(seed, 'base64'),
           decode(parts, 'base64') FROM l
  ), ids AS (
    INSERT INTO audits_event_id (log_class, log_id, event_id, idx, body_mac)
    SELECT log_class, log_id, event_id, idx, decode(body_mac, 'base64') FROM l
     WHERE event_id IS NOT NULL
  )
  INSERT INTO audits_entry (log_class, log_id, idx, received_at, type, event_id,
    occurred_at, model_version, deployment, flags, leaf_hash, entry)
  SELECT log_class, log_id, idx, received_at, type, event_id, occurred_at,
    model_version, deployment, flags, decode(leaf_hash, 'base64'),
    decode(entry, 'base64') FROM l;
  -- ORDER: after the entries, whose trigger compares them with the old heads.
  FOR h IN
    SELECT * FROM json_to_recordset(heads) AS h (log_id integer, new_size bigint,
      new_root text, new_peaks text, received_at timestamptz)
  LOOP
    UPDATE audits_head
       SET size = h.new_size, root = decode(h.new_root, 'base64'),
           peaks = decode(h.new_peaks, 'base64'), received_at = h.received_at
     WHERE log_id = h.log_id;
  END LOOP;
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION audits_append(json, json) FROM PUBLIC;

-- As before, and a head was received when its newest entry was. So the database finds
-- that entry in the one month where it lies, instead of looking into all of them.
CREATE OR REPLACE FUNCTION audits_head_forward() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.log_id <> OLD.log_id OR NEW.size < OLD.size
     OR (NEW.size = OLD.size AND (NEW.root <> OLD.root OR NEW.peaks <> OLD.peaks))
     OR NEW.received_at < OLD.received_at THEN
    RAISE EXCEPTION 'log %: the head only moves forward', OLD.log_id
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
