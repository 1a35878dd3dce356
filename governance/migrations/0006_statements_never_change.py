"""What was stated about an operator is never changed: duties were derived from it.

The tables' owner may still delete it, which wiping the sample does; nobody updates.
"""

from django.db import migrations

SQL = """
CREATE FUNCTION governance_never_changes() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' AND pg_has_role(current_user,
       (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'what was stated is never changed: % on % is refused',
    TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', HINT = 'State it anew.';
END $$;
CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE ON governance_circumstance
  FOR EACH ROW EXECUTE FUNCTION governance_never_changes();
"""
BACK = """
DROP TRIGGER never_changes ON governance_circumstance;
DROP FUNCTION governance_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("governance", "0005_circumstances")]
    operations = [migrations.RunSQL(SQL, BACK)]
