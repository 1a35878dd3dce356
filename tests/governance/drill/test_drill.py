"""`manage.py tamper --drill`: each attack is stopped or found, nothing else touched."""

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from governance.drill import build, layers
from governance.stack.testing import Server
from registry.systems.models import AISystem
from tests.factories import (
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)

EVERYTHING = (
    "SELECT string_agg(to_jsonb(t)::text, '' ORDER BY to_jsonb(t)::text) FROM {} t"
)


@pytest.fixture
def system(own_database: str) -> AISystem:
    """An installation's own log, committed, which a drill must not touch."""
    found = a_system(an_organisation())
    post_events(Client(), a_source_key(found), *(an_event() for _ in range(3)))
    return found


def hold_drill(server: Server, only: str, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("tamper", drill=True, server=server.superuser_url(), only=only)
    return capsys.readouterr().out


def on_the_server(server: Server) -> list[tuple[object, ...]]:
    """The server's databases and roles, with their settings and memberships."""
    with psycopg.connect(server.superuser_url()) as root:
        return root.execute(
            "SELECT datname, datacl::text FROM pg_database UNION ALL"
            " SELECT rolname, rolconfig::text FROM pg_roles UNION ALL"
            " SELECT roleid::regrole::text, member::regrole::text FROM pg_auth_members"
            " ORDER BY 1, 2"
        ).fetchall()


def in_the_database() -> list[str]:
    """Every row of every audit table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        found = [cursor.fetchone()[0]]
        for table in ("log", "head", "entry", "payload", "event_id", "tile", "trail"):
            cursor.execute(EVERYTHING.format(f"audits_{table}"))
            found.append(cursor.fetchone()[0])
    return found


def test_every_attack_is_stopped_or_found_and_nothing_else_is_touched(
    postgres: Server, system: AISystem, capsys: pytest.CaptureFixture[str]
) -> None:
    before = on_the_server(postgres), in_the_database()
    said = hold_drill(postgres, "", capsys)
    assert " 0 not found." in said
    assert (on_the_server(postgres), in_the_database()) == before
    for who in ("application", "owner, triggers off", "superuser, as a replica"):
        assert said.count(f"\n  {who} ") > 20
    for place in (
        "permission denied for table audits_entry",
        "permission denied for function pg_read_binary_file",
        "tile/entries/000 entry 17: its leaf hash is not the one in tile/0/000",
        "tile/0/000 position 17: not the leaf hash of entry 17",
        "payload of entry 17: part 'input'",
        "entry 450: it lies beyond the head, which is at size 400",
        "the trigger no_change of audits_payload is off or gone",
        "hashed again from the signed tree of size",
        "found      signer, checkpoint, receipt ",
    ):
        assert place in said


def test_a_blind_spot_is_told_by_name_and_ends_in_status_1(
    postgres: Server,
    system: AISystem,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # One drill for both, since each makes its own world anew.
    unseen = {
        "rows": "flip a byte in a payload",
        "start-up": "turn one partition's trigger off",
    }
    chosen = [each for each in build.attacks() if each.name in unseen.values()]
    monkeypatch.setattr(build, "attacks", lambda: chosen)
    for layer in unseen:
        monkeypatch.setitem(layers.LAYERS, layer, lambda _kept, _export: "")
    with pytest.raises(CommandError) as error:
        hold_drill(postgres, "", capsys)
    assert error.value.returncode == 1
    assert all(attack in str(error.value) for attack in unseen.values())
    assert "NOT FOUND" in capsys.readouterr().out


def test_a_drill_that_breaks_off_leaves_nothing_behind(
    postgres: Server,
    system: AISystem,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(*_layer: object) -> str:
        raise KeyboardInterrupt

    before = on_the_server(postgres), in_the_database()
    monkeypatch.setitem(layers.LAYERS, "fsck", interrupt)
    with pytest.raises(KeyboardInterrupt):
        hold_drill(postgres, "make the application a member", capsys)
    assert (on_the_server(postgres), in_the_database()) == before


def test_whoever_is_no_superuser_holds_no_drill(
    postgres: Server, system: AISystem, owner_url: str
) -> None:
    before = on_the_server(postgres)
    with pytest.raises(CommandError, match="superuser's login") as error:
        call_command("tamper", drill=True, server=owner_url)
    assert error.value.returncode == 2
    assert on_the_server(postgres) == before


def test_a_drill_of_nothing_proves_nothing(
    postgres: Server, system: AISystem, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="No attack has 'such'"):
        hold_drill(postgres, "such", capsys)
