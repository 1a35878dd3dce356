-- Every place of a log in the meta-log is kept: the first one that holds an entry says
-- by when it existed. Until now there was only the newest.
ALTER TABLE audits_anchored DROP CONSTRAINT audits_anchored_pkey;
ALTER TABLE audits_anchored ADD CONSTRAINT audits_anchored_pkey PRIMARY KEY (log_id, size);

CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON audits_timestamp
  FOR EACH ROW EXECUTE FUNCTION audits_deny();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audits_timestamp
  FOR EACH STATEMENT EXECUTE FUNCTION audits_deny();
