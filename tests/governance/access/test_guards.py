"""The guards of the evidence: whoever turns one off is told of at the next start."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from governance.access.guards import GuardsOff, refuse_open_guards

ROOT = Path(__file__).resolve().parents[3]
SWALLOWS = """
CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER quiet BEFORE INSERT ON audits_payload
FOR EACH ROW EXECUTE FUNCTION mine()
"""
SPOILS = [
    ("ALTER TABLE audits_entry DISABLE TRIGGER USER", "no_change of audits_entry is"),
    ("ALTER TABLE audits_head DISABLE TRIGGER forward", "forward of audits_head is"),
    (
        "ALTER TABLE audits_tile_sample DISABLE TRIGGER no_truncate",
        "audits_tile_sample",
    ),
    (
        "ALTER TABLE audits_entry DROP CONSTRAINT leaf_hash_is_of_the_entry",
        "audits_entry no longer hashes again",
    ),
    (
        "CREATE RULE quiet AS ON INSERT TO audits_review_evidence DO INSTEAD NOTHING",
        "the rule quiet of audits_review_evidence is not ours",
    ),
    (SWALLOWS, "the trigger quiet of audits_payload is not ours"),
]


def told() -> str:
    """What the product says of the guards, or nothing; on a session of its own."""
    connection.close()
    try:
        refuse_open_guards(connection)
    except GuardsOff as refusal:
        return str(refusal)
    return ""


@pytest.mark.parametrize(("spoil", "reason"), SPOILS)
def test_a_guard_that_is_off_is_named_with_the_sql_that_mends_it(
    own_database: str, owner_url: str, spoil: str, reason: str
) -> None:
    assert told() == ""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(spoil)
        said = told()
        assert reason in said
        assert "exportlog" in said
        for line in said.splitlines():
            if line.startswith("    "):
                owner.execute(line)
    assert told() == ""


@pytest.mark.parametrize(
    "body",
    ["BEGIN RETURN NEW; END", "BEGIN /* as before */ RAISE EXCEPTION 'no'; END"],
)
def test_another_function_behind_a_trigger_is_named(
    own_database: str, owner_url: str, body: str
) -> None:
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "CREATE OR REPLACE FUNCTION audits_deny() RETURNS trigger LANGUAGE plpgsql"
            f" SET search_path = pg_catalog, public, pg_temp AS $$ {body} $$"
        )
    assert "the function audits_deny is not that of the migrations" in told()


def test_the_product_does_not_start_on_a_database_without_its_guards(
    own_database: str, owner_url: str
) -> None:
    with psycopg.connect(owner_url) as owner:
        owner.execute("ALTER TABLE audits_payload DISABLE TRIGGER no_change")
    ended = subprocess.run(
        [sys.executable, "-c", "import governance.wsgi"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "governance.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 78
    assert "the trigger no_change of audits_payload is off or gone" in ended.stderr
