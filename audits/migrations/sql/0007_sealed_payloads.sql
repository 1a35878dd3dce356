-- Payloads are sealed: what is stored can be read with its subject's key only.

CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON audits_key_tree
  FOR EACH ROW EXECUTE FUNCTION audits_deny_but_sample();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audits_key_tree
  FOR EACH STATEMENT EXECUTE FUNCTION audits_deny();

ALTER TABLE audits_payload ALTER COLUMN key SET NOT NULL,
  ALTER COLUMN sealed SET NOT NULL;
ALTER TABLE audits_payload DROP COLUMN seed, DROP COLUMN parts;
-- What is erased with a person is found by the tag of the person's key.
CREATE INDEX audits_payload_by_key ON audits_payload (key);
-- Ciphertext does not compress: keep PostgreSQL from trying.
ALTER TABLE audits_payload_evidence ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE audits_payload_sample ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- As before, with the payload sealed; an entry that says all in the clear has none.

-- `heads`: per log its log_id, the size and root that the leaves continue, and
-- new_size, new_root, new_peaks and received_at as they will be. `leaves`: the columns
-- of entry, payload and event id. Bytes are base64.
-- False, with nothing written: a head has moved or is locked by somebody else.
-- An error, with nothing written: an id is in the log already, or a guard refuses.
CREATE OR REPLACE FUNCTION audits_append(heads json, leaves json) RETURNS boolean
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
      flags smallint, leaf_hash text, entry text, key bigint, sealed text, body_mac text)
  ), payloads AS (
    INSERT INTO audits_payload (log_class, log_id, idx, received_at, key, sealed)
    SELECT log_class, log_id, idx, received_at, key, decode(sealed, 'base64') FROM l
     WHERE sealed <> ''
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

-- As before, and the version of the log's keys only grows with it.
CREATE OR REPLACE FUNCTION audits_head_forward() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.log_id <> OLD.log_id OR NEW.size < OLD.size
     OR (NEW.size = OLD.size AND (NEW.root <> OLD.root OR NEW.peaks <> OLD.peaks))
     OR NEW.received_at < OLD.received_at OR NEW.keys < OLD.keys THEN
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
