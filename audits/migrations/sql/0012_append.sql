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
-- the entries, and the root they lead to. A log is left out, and nothing of it is
-- written, when somebody else has locked its head (unless `patient`), when its keys
-- have moved, or when the clock is minutes behind its newest entry.
-- An error, with nothing written: an id is in the log already, or a guard refuses.
CREATE FUNCTION audits_append(batches json, patient boolean)
RETURNS TABLE (of_log integer, at_size bigint, at_peaks bytea, at_rx timestamptz,
               new_root bytea)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  ready integer[]; h record; node bytea;
  grown bigint; edge bytea; nth_node bigint; depth integer;
BEGIN
  -- ORDER: all locks before the first row, and rising, so that no two wait in a ring.
  IF patient THEN
    SELECT array_agg(log_id) INTO ready FROM (
      SELECT t.log_id FROM json_to_recordset(batches) AS b (log_id integer, at timestamptz, keys integer)
        JOIN audits_head t USING (log_id)
       WHERE b.keys = t.keys AND b.at >= t.received_at - interval '5 minutes'
       ORDER BY t.log_id FOR UPDATE OF t) AS locked;
  ELSE
    SELECT array_agg(log_id) INTO ready FROM (
      SELECT t.log_id FROM json_to_recordset(batches) AS b (log_id integer, at timestamptz, keys integer)
        JOIN audits_head t USING (log_id)
       WHERE b.keys = t.keys AND b.at >= t.received_at - interval '5 minutes'
       ORDER BY t.log_id FOR UPDATE OF t SKIP LOCKED) AS locked;
  END IF;
  -- The leaves of all logs in one statement: three tables with their partitions cost
  -- as much for one row as for some.
  FOR h IN
    WITH l AS MATERIALIZED (
      SELECT t.log_id, c.log_class, t.size, t.peaks, t.size + x.nth - 1 AS idx,
             greatest(b.at, t.received_at) AS rx, x.*
        FROM json_to_recordset(batches) AS b (log_id integer, at timestamptz, leaves json)
        JOIN audits_head t USING (log_id) JOIN audits_log c ON c.id = t.log_id,
             ROWS FROM (json_to_recordset(b.leaves) AS (
               type text, event_id uuid, occurred_at timestamptz, model_version text,
               deployment text, flags smallint, before text, after text, key bigint,
               sealed text, body_mac text)) WITH ORDINALITY AS x (
               type, event_id, occurred_at, model_version, deployment, flags, before,
               after, key, sealed, body_mac, nth)
       WHERE t.log_id = ANY (ready)
    ), hashed AS MATERIALIZED (
      SELECT written.*, sha256('\x00'::bytea || entry) AS leaf_hash
        FROM (SELECT l.*, decode(before, 'base64') || convert_to(to_char(
                rx AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8')
                || decode(after, 'base64') AS entry FROM l) AS written
    ), payloads AS (
      INSERT INTO audits_payload (log_class, log_id, idx, received_at, key, sealed)
      SELECT log_class, log_id, idx, rx, key, decode(sealed, 'base64')
        FROM hashed WHERE sealed <> ''
    ), ids AS (
      INSERT INTO audits_event_id (log_class, log_id, event_id, idx, body_mac)
      SELECT log_class, log_id, event_id, idx, decode(body_mac, 'base64')
        FROM hashed WHERE event_id IS NOT NULL
    ), entries AS (
      INSERT INTO audits_entry (log_class, log_id, idx, received_at, type, event_id,
        occurred_at, model_version, deployment, flags, leaf_hash, entry)
      SELECT log_class, log_id, idx, rx, type, event_id, occurred_at, model_version,
        deployment, flags, leaf_hash, entry FROM hashed
    )
    SELECT log_id, log_class, size, peaks, rx, array_agg(leaf_hash ORDER BY idx) AS hashes
      FROM hashed GROUP BY log_id, log_class, size, peaks, rx
  LOOP
    -- RFC 9162, 2.1.2: a new leaf completes one subtree for each 1 at the end of the
    -- size; what is complete is a peak.
    grown := h.size;
    edge := h.peaks;
    FOREACH node IN ARRAY h.hashes LOOP
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
