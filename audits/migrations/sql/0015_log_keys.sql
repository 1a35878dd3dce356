-- The keys that a log got after its opening: added, never changed. Those of a sample go
-- with it.
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON audits_log_key
  FOR EACH ROW EXECUTE FUNCTION audits_deny_but_sample();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audits_log_key
  FOR EACH STATEMENT EXECUTE FUNCTION audits_deny();
