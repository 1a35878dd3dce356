"""Wiping the sample: all of it, and nothing else."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone

from audits.log.models import Entry, Log, LogClass
from audits.log.selectors import head_checkpoint
from audits.metrics.build import roll_up_log
from audits.trail.models import TrailEntry
from governance.workspace.load import SampleFailed, load, make_workspace
from governance.workspace.wipe import WipeRefused, wipe
from registry.people.models import Organisation, Role, User
from registry.people.services import give_role
from tests.databases import point_at
from tests.factories import (
    TESTER,
    a_person,
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)


def say(_text: str) -> None:
    """Nobody listens."""


@pytest.fixture
def two_worlds(
    own_database: str, settings: object, tmp_path: Path
) -> Iterator[Organisation]:
    """The sample beside an organisation of real evidence, both with events."""
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    real = an_organisation("Real Bank")
    a_person("Alice", real, Role.RISK_OFFICER)
    make_workspace(say)
    sample = Organisation.objects.get(log__log_class=LogClass.SAMPLE)
    for system in (a_system(real), sample.systems.first()):
        key = a_source_key(system)
        assert post_events(Client(), key, an_event(), an_event()).status_code == 201
        roll_up_log(system.log)
    return real


def rows() -> dict[str, int]:
    """How many rows each table of ours has."""
    return {
        model._meta.label: model._default_manager.count()
        for app in ("audits", "registry", "governance")
        for model in apps.get_app_config(app).get_models()
        if model._meta.managed
    }


def test_the_owner_wipes_the_sample_and_nothing_else(
    two_worlds: Organisation, owner_url: str
) -> None:
    log = two_worlds.systems.get().log
    before = head_checkpoint(log)
    kept = Entry.objects.filter(log__log_class=LogClass.EVIDENCE).count()
    application = os.environ["DATABASE_URL"]
    point_at(owner_url)
    gone = wipe()
    point_at(application)
    assert gone > 40
    assert not Log.objects.filter(log_class=LogClass.SAMPLE).exists()
    assert list(Organisation.objects.all()) == [two_worlds]
    assert [user.name for user in User.objects.all()] == ["Alice"]
    left = rows()
    assert left["registry.AISystem"] == 1
    assert left["registry.ModelVersion"] == left["governance.AnnexText"] == 0
    # One more entry in all: the wipe itself, in the installation's log.
    assert left["audits.Entry"] == kept + 1
    assert head_checkpoint(log) == before
    said = TrailEntry.objects.get(verb="sample.wiped")
    assert said.details["entries"] == gone
    assert said.log.title == "installation"


def test_the_sample_can_be_loaded_again_under_other_log_names(
    two_worlds: Organisation, owner_url: str
) -> None:
    first = set(Log.objects.values_list("origin", flat=True))
    application = os.environ["DATABASE_URL"]
    point_at(owner_url)
    wipe()
    point_at(application)
    make_workspace(say)
    again = Log.objects.filter(log_class=LogClass.SAMPLE)
    assert again.count() == 4
    assert not first & set(again.values_list("origin", flat=True))


def test_what_was_wiped_stays_away_until_somebody_asks_for_it(
    two_worlds: Organisation, owner_url: str
) -> None:
    sample = Organisation.objects.get(log__log_class=LogClass.SAMPLE)
    rita = User.objects.get(email="risk@sample.example")
    give_role(
        user=rita, organisation=two_worlds, role=Role.AUDITOR,
        by=TESTER, at=timezone.now(),
    )  # fmt: skip
    application = os.environ["DATABASE_URL"]
    point_at(owner_url)
    wipe()
    point_at(application)
    heard: list[str] = []

    assert load(url="http://nowhere.invalid", say=heard.append)["users"] == []
    assert "The sample was wiped" in heard[0]
    assert not Organisation.objects.filter(name=sample.name).exists()
    assert User.objects.filter(pk=rita.pk).exists()
    with pytest.raises(SampleFailed, match=r"risk@sample\.example has an account"):
        load(url="http://nowhere.invalid", say=say, anyway=True)


def test_an_installation_in_use_is_not_filled(
    own_database: str,
    settings: object,
    tmp_path: Path,
) -> None:
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    an_organisation("Real Bank")
    heard: list[str] = []

    load(url="http://nowhere.invalid", say=heard.append)

    assert "Organisations are here already" in heard[0]
    assert Organisation.objects.count() == 1


def test_the_application_cannot_wipe(two_worlds: Organisation) -> None:
    before = rows()
    with pytest.raises(WipeRefused, match="owner"):
        wipe()
    assert rows() == before


def test_wiping_refuses_when_there_is_no_sample(own_database: str) -> None:
    an_organisation("Real Bank")
    with pytest.raises(WipeRefused, match="no sample"):
        wipe()


def test_not_even_the_owner_deletes_the_row_of_a_real_log(
    two_worlds: Organisation, owner_url: str
) -> None:
    application = os.environ["DATABASE_URL"]
    point_at(owner_url)
    try:
        with (
            pytest.raises(IntegrityError, match="append-only"),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "DELETE FROM audits_head WHERE log_id = %s", [two_worlds.log_id]
            )
    finally:
        point_at(application)
