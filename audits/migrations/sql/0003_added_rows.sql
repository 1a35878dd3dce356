-- What the application's role may add, and what it must not shadow.

-- A search_path that does not name pg_temp searches it FIRST for tables: a role that
-- may make temporary tables could put its own audits_head before ours.
ALTER FUNCTION audits_deny() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION audits_contiguous() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION audits_head_forward() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION audits_deny_but_sample() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION audits_make_partitions(integer)
  SET search_path = pg_catalog, public, pg_temp;

-- Acts and reviews are pages' view of entries: without its entry, a row would show
-- something that no proof can be asked for.
CREATE FUNCTION audits_has_entry() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
       SELECT FROM audits_entry
        WHERE log_id = NEW.log_id AND idx = NEW.idx AND log_class = NEW.log_class
          AND type = TG_ARGV[0]) THEN
    RAISE EXCEPTION 'log %: index % is no entry of type %', NEW.log_id, NEW.idx, TG_ARGV[0]
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER has_entry BEFORE INSERT ON audits_trail
  FOR EACH ROW EXECUTE FUNCTION audits_has_entry('act');
CREATE TRIGGER has_entry BEFORE INSERT ON audits_review
  FOR EACH ROW EXECUTE FUNCTION audits_has_entry('review');

-- A saved checkpoint of a size to come would stop the saving of real ones.
CREATE FUNCTION audits_checkpoint_is_reached() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
       SELECT FROM audits_head WHERE log_id = NEW.log_id AND size >= NEW.size) THEN
    RAISE EXCEPTION 'log %: it has not reached the size %', NEW.log_id, NEW.size
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER is_reached BEFORE INSERT ON audits_checkpoint
  FOR EACH ROW EXECUTE FUNCTION audits_checkpoint_is_reached();

-- As before, and the peaks of a head stay with its root: from others, the next
-- append would go on from a tree that never was.
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
       SELECT FROM audits_entry WHERE log_id = NEW.log_id AND idx = NEW.size - 1) THEN
    RAISE EXCEPTION 'log %: the head cannot pass its entries', OLD.log_id
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
