-- What we cosigned as a witness only moves forward, as a head does: a witness that
-- forgets has cosigned two histories.

CREATE FUNCTION audits_witnessed_forward() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.origin <> OLD.origin OR NEW.size < OLD.size
     OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
     OR NEW.cosigned_at < OLD.cosigned_at THEN
    RAISE EXCEPTION 'log %: what was cosigned only moves forward', OLD.origin
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER forward BEFORE UPDATE OR DELETE ON audits_witnessed
  FOR EACH ROW EXECUTE FUNCTION audits_witnessed_forward();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audits_witnessed
  FOR EACH STATEMENT EXECUTE FUNCTION audits_deny();

CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON audits_cosignature
  FOR EACH ROW EXECUTE FUNCTION audits_deny();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audits_cosignature
  FOR EACH STATEMENT EXECUTE FUNCTION audits_deny();

-- Which log is the meta-log is said once.
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON audits_meta_log
  FOR EACH ROW EXECUTE FUNCTION audits_deny();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audits_meta_log
  FOR EACH STATEMENT EXECUTE FUNCTION audits_deny();
