-- Appending a few leaves in one call: the heads are locked for no longer than the
-- database itself takes. Between two statements, a writer that waits for its turn of
-- the processor would hold back all others.

DROP FUNCTION audits_append(json, json);

-- A tile is complete: keep its 256 hashes, and the one that they come to.
CREATE FUNCTION audits_write_tile(
  class text, log integer, tile_level integer, number bigint, top bytea) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF tile_level = 0 THEN
    INSERT INTO audits_tile (log_class, log_id, level, n, root, data)
    SELECT class, log, 0, number, top, string_agg(leaf_hash, ''::bytea ORDER BY idx)
      FROM audits_entry
     WHERE log_id = log AND idx BETWEEN number * 256 AND number * 256 + 255;
  ELSE
    INSERT INTO audits_tile (log_class, log_id, level, n, root, data)
    SELECT class, log, tile_level, number, top, string_agg(root, ''::bytea ORDER BY n)
      FROM audits_tile
     WHERE log_id = log AND level = tile_level - 1
       AND n BETWEEN number * 256 AND number * 256 + 255;
  END IF;
END $$;

-- `batches`: per log its log_id, `at` (the writer's clock), `keys` (the version under
-- which the payloads are sealed) and `leaves`: the bytes of each entry before and after
-- its receipt time, the payload, and the columns. Bytes are base64.
-- Answers, per log, the size and peaks that its leaves continue, the receipt time in
-- the entries, and the root they lead to. Nothing at all, and nothing is written: a
-- head is locked by somebody else (unless `patient`), the keys have moved, or the
-- clock is minutes behind the newest entry.
-- An error, with nothing written: an id is in the log already, or a guard refuses.
CREATE FUNCTION audits_append(batches json, patient boolean)
RETURNS TABLE (of_log integer, at_size bigint, at_peaks bytea, at_rx timestamptz,
               new_root bytea)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  ready integer; h record; stamp bytea; hashes bytea[]; node bytea;
  grown bigint; edge bytea; nth_node bigint; depth integer;
BEGIN
  -- ORDER: all locks before the first row, and rising, so that no two wait in a ring.
  IF patient THEN
    SELECT count(*) INTO ready FROM (
      SELECT FROM json_to_recordset(batches) AS b (log_id integer, at timestamptz, keys integer)
        JOIN audits_head t USING (log_id)
       WHERE b.keys = t.keys AND b.at >= t.received_at - interval '5 minutes'
       ORDER BY t.log_id FOR UPDATE OF t) AS locked;
  ELSE
    SELECT count(*) INTO ready FROM (
      SELECT FROM json_to_recordset(batches) AS b (log_id integer, at timestamptz, keys integer)
        JOIN audits_head t USING (log_id)
       WHERE b.keys = t.keys AND b.at >= t.received_at - interval '5 minutes'
       ORDER BY t.log_id FOR UPDATE OF t SKIP LOCKED) AS locked;
  END IF;
  IF ready <> json_array_length(batches) THEN
    RETURN;
  END IF;
  FOR h IN
    SELECT t.*, l.log_class, b.leaves, greatest(b.at, t.received_at) AS rx
      FROM json_to_recordset(batches) AS b (log_id integer, at timestamptz, leaves json)
      JOIN audits_head t USING (log_id) JOIN audits_log l ON l.id = t.log_id
     ORDER BY t.log_id
  LOOP
    stamp := convert_to(
      to_char(h.rx AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8');
    WITH l AS MATERIALIZED (
      SELECT x.*, h.size + x.nth - 1 AS idx,
             decode(x.before, 'base64') || stamp || decode(x.after, 'base64') AS entry
        FROM ROWS FROM (json_to_recordset(h.leaves) AS (
          type text, event_id uuid, occurred_at timestamptz, model_version text,
          deployment text, flags smallint, before text, after text, key bigint,
          sealed text, body_mac text)) WITH ORDINALITY AS x (
          type, event_id, occurred_at, model_version, deployment, flags, before,
          after, key, sealed, body_mac, nth)
    ), hashed AS MATERIALIZED (
      SELECT l.*, sha256('\x00'::bytea || l.entry) AS leaf_hash FROM l
    ), payloads AS (
      INSERT INTO audits_payload (log_class, log_id, idx, received_at, key, sealed)
      SELECT h.log_class, h.log_id, idx, h.rx, key, decode(sealed, 'base64')
        FROM hashed WHERE sealed <> ''
    ), ids AS (
      INSERT INTO audits_event_id (log_class, log_id, event_id, idx, body_mac)
      SELECT h.log_class, h.log_id, event_id, idx, decode(body_mac, 'base64')
        FROM hashed WHERE event_id IS NOT NULL
    ), entries AS (
      INSERT INTO audits_entry (log_class, log_id, idx, received_at, type, event_id,
        occurred_at, model_version, deployment, flags, leaf_hash, entry)
      SELECT h.log_class, h.log_id, idx, h.rx, type, event_id, occurred_at,
        model_version, deployment, flags, leaf_hash, entry FROM hashed
    )
    SELECT array_agg(leaf_hash ORDER BY idx) INTO hashes FROM hashed;
    -- RFC 9162, 2.1.2: a new leaf completes one subtree for each 1 at the end of the
    -- size; what is complete is a peak.
    grown := h.size;
    edge := h.peaks;
    FOREACH node IN ARRAY hashes LOOP
      depth := 0;
      nth_node := grown;
      WHILE nth_node & 1 = 1 LOOP
        node := sha256('\x01'::bytea || substring(edge FROM length(edge) - 31) || node);
        edge := substring(edge FOR length(edge) - 32);
        nth_node := nth_node >> 1;
        depth := depth + 1;
        IF depth % 8 = 0 THEN
          PERFORM audits_write_tile(h.log_class, h.log_id, depth / 8 - 1, nth_node, node);
        END IF;
      END LOOP;
      edge := edge || node;
      grown := grown + 1;
    END LOOP;
    node := substring(edge FROM length(edge) - 31);
    FOR depth IN REVERSE length(edge) / 32 - 2 .. 0 LOOP
      node := sha256('\x01'::bytea || substring(edge FROM depth * 32 + 1 FOR 32) || node);
    END LOOP;
    -- ORDER: after the entries, whose trigger compares them with the old head.
    UPDATE audits_head
       SET size = grown, root = node, peaks = edge, received_at = h.rx
     WHERE log_id = h.log_id;
    of_log := h.log_id;
    at_size := h.size;
    at_peaks := h.peaks;
    at_rx := h.rx;
    new_root := node;
    RETURN NEXT;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION audits_append(json, boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION audits_write_tile(text, integer, integer, bigint, bytea) FROM PUBLIC;
