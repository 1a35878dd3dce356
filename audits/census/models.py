"""The questions that a census asks the tables; it has no table of its own."""

ROWS = """
SELECT e.idx, e.log_class, e.received_at, e.type, e.event_id, e.occurred_at,
       e.model_version, e.deployment, e.leaf_hash, e.entry, p.key, p.sealed
  FROM audits_entry e
  LEFT JOIN audits_payload p USING (log_id, idx, received_at, log_class)
 WHERE e.log_id = %s AND e.idx >= %s AND e.idx < %s ORDER BY e.idx, e.received_at
"""
# The rows that lists read beside entries of these types.
BESIDE = {
    "act": """
SELECT * FROM audits_trail WHERE log_id = %s AND idx >= %s AND idx < %s
""",
    "review": """
SELECT * FROM audits_review WHERE log_id = %s AND idx >= %s AND idx < %s
""",
}
# Rows that no entry or head accounts for, as place and fault. One statement each, so
# that a log that grows meanwhile is seen at one moment.
UNCOVERED = (
    """
SELECT 'entry ' || e.idx, 'it lies beyond the head, which is at size ' || h.size
  FROM audits_entry e JOIN audits_head h USING (log_id)
 WHERE e.log_id = %(log)s AND e.idx >= h.size ORDER BY e.idx LIMIT %(limit)s
""",
    """
SELECT format('tile/%%s/%%s', t.level, lpad(t.n::text, 3, '0')),
       format('a log of size %%s of class %%s has no such full tile',
              h.size, l.log_class)
  FROM audits_tile t JOIN audits_head h USING (log_id)
  JOIN audits_log l ON l.id = t.log_id
 WHERE t.log_id = %(log)s AND (t.log_class <> l.log_class
    OR t.level NOT BETWEEN 0 AND 6 OR t.n < 0
    OR t.n >= h.size >> (8 * (t.level + 1))) LIMIT %(limit)s
""",
    """
SELECT 'payload of entry ' || p.idx, 'there is no entry that it belongs to'
  FROM audits_payload p
  LEFT JOIN audits_entry e USING (log_id, idx, received_at, log_class)
 WHERE p.log_id = %(log)s AND e.entry IS NULL ORDER BY p.idx LIMIT %(limit)s
""",
    """
SELECT 'entry ' || idx,
       CASE WHEN e.entry IS NULL THEN format('the id %%s is not its own', event_id)
            ELSE format('its id %%s is not among the known ids', event_id) END
  FROM (SELECT * FROM audits_entry
         WHERE log_id = %(log)s AND event_id IS NOT NULL) AS e
  FULL JOIN (SELECT * FROM audits_event_id WHERE log_id = %(log)s) AS i
    USING (log_id, event_id, idx, log_class)
 WHERE e.entry IS NULL AND NOT EXISTS (
         SELECT FROM audits_pruned p WHERE p.log_id = i.log_id AND p.entries_from > idx)
    OR i.body_mac IS NULL ORDER BY idx LIMIT %(limit)s
""",
    """
SELECT 'act ' || t.idx, 'there is no entry of this act'
  FROM audits_trail t LEFT JOIN audits_entry e
    ON e.log_id = t.log_id AND e.idx = t.idx AND e.log_class = t.log_class
   AND e.type = 'act'
 WHERE t.log_id = %(log)s AND e.entry IS NULL ORDER BY t.idx LIMIT %(limit)s
""",
    """
SELECT 'review ' || r.idx, 'there is no entry of this review'
  FROM audits_review r LEFT JOIN audits_entry e
    ON e.log_id = r.log_id AND e.idx = r.idx AND e.log_class = r.log_class
   AND e.type = 'review'
 WHERE r.log_id = %(log)s AND e.entry IS NULL ORDER BY r.idx LIMIT %(limit)s
""",
    """
SELECT 'checkpoint of size ' || c.size,
       format('a log of size %%s of class %%s has none such', h.size, l.log_class)
  FROM audits_checkpoint c JOIN audits_head h USING (log_id)
  JOIN audits_log l ON l.id = c.log_id
 WHERE c.log_id = %(log)s AND (c.size > h.size OR c.log_class <> l.log_class)
 ORDER BY c.size LIMIT %(limit)s
""",
)
