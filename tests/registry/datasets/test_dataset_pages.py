"""Data sets: their versions, the facts of Art. 10, and who may see and add them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.trail.selectors import trail_of
from governance.access.services import grant_system
from registry.datasets.models import Dataset, DatasetVersion
from registry.datasets.selectors import ART_10
from registry.datasets.serializers import DatasetVersionIn
from tests.factories import TESTER, World, a_system
from tests.registry.datasets.worlds import (
    DIGEST,
    a_dataset,
    a_dataset_version,
    an_engineer,
)

SignIn = Callable[..., Client]


def test_an_engineer_registers_a_data_set_and_a_version_and_each_system_logs_it(
    world: World, signed_in: SignIn
) -> None:
    second = a_system(world.acme, "Limits")
    client = signed_in(an_engineer(world.acme))
    answer = client.post(
        reverse("datasets:add"),
        {"name": "Loans", "description": "", "systems": [world.system.pk, second.pk]},
    )
    dataset = Dataset.objects.get()
    assert answer["Location"] == reverse("datasets:detail", args=[dataset.pk])
    page = client.post(
        reverse("datasets:add_version", args=[dataset.pk]),
        {
            "name": "2026", "use": "training", "rows": "700",
            "sha256": DIGEST.upper(), "origin": "The bank's own loans.",
        },
        follow=True,
    ).content.decode()  # fmt: skip
    assert DatasetVersion.objects.get().sha256 == DIGEST
    assert "The bank&#x27;s own loans." in page
    assert "8 facts are not established" in page
    assert "Art. 10(2)(h)" in page
    for system in (world.system, second):
        verbs = [act.verb for act in trail_of(system.log)]
        assert verbs[:2] == ["dataset_version.registered", "dataset.registered"]


def test_the_data_tab_names_what_is_missing(world: World, signed_in: SignIn) -> None:
    dataset = a_dataset(world.system)
    a_dataset_version(dataset, "empty")
    a_dataset_version(dataset, "whole", **{q.name: "Known." for q in ART_10})
    client = signed_in(world.alice)
    address = reverse("datasets:of_system", args=[world.system.pk])
    page = client.get(address).content.decode()
    assert "9 of 9 not established" in page
    assert "all stated" in page
    assert "Gaps and shortcomings" in page
    assert f'href="{address}" aria-current="page"' in page


def test_the_next_version_begins_with_the_facts_of_the_last(
    world: World, signed_in: SignIn
) -> None:
    dataset = a_dataset(world.system)
    a_dataset_version(dataset, origin="The bank's own loans.")
    client = signed_in(an_engineer(world.acme))
    page = client.get(reverse("datasets:add_version", args=[dataset.pk]))
    assert page.context["form"]["origin"].value() == "The bank's own loans."
    assert page.context["form"]["name"].value() is None


def test_a_version_name_that_is_taken_is_a_form_error_and_keeps_what_was_typed(
    world: World, signed_in: SignIn
) -> None:
    dataset = a_dataset(world.system)
    a_dataset_version(dataset, "2026")
    answer = signed_in(an_engineer(world.acme)).post(
        reverse("datasets:add_version", args=[dataset.pk]),
        {"name": "2026", "use": "testing", "gaps": "No one under 20."},
    )
    assert answer.status_code == 422
    assert "a version is never changed" in answer.content.decode()
    assert "No one under 20." in answer.content.decode()
    assert dataset.versions.count() == 1


def test_a_name_that_another_organisation_uses_is_free(
    world: World, signed_in: SignIn
) -> None:
    a_dataset(world.foreign, name="Loans")
    client = signed_in(an_engineer(world.acme))
    form = {"name": "Loans", "systems": [world.system.pk]}
    assert client.post(reverse("datasets:add"), form).status_code == 302
    again = client.post(reverse("datasets:add"), form)
    assert again.status_code == 422
    assert "A data set of this name is registered" in again.content.decode()


def test_a_version_is_refused_by_the_database_when_it_is_changed_or_deleted(
    world: World,
) -> None:
    version = a_dataset_version(a_dataset(world.system))
    version.gaps = "None at all."
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        version.save()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        DatasetVersion.objects.filter(pk=version.pk).delete()


def test_another_organisation_finds_no_data_set(
    world: World, signed_in: SignIn
) -> None:
    dataset = a_dataset(world.system)
    version = a_dataset_version(dataset)
    charlie = signed_in(an_engineer(world.other, "Fay"))
    for name, keys in (
        ("datasets:detail", [dataset.pk]),
        ("datasets:add_version", [dataset.pk]),
        ("datasets:use", [dataset.pk]),
        ("datasets:version", [dataset.pk, version.pk]),
        ("datasets:of_system", [world.system.pk]),
    ):
        assert charlie.get(reverse(name, args=keys)).status_code == 404, name
    assert "Loans" not in charlie.get(reverse("datasets:list")).content.decode()
    form = {"name": "Taken over", "systems": [world.system.pk]}
    assert charlie.post(reverse("datasets:add"), form).status_code == 422


def test_a_version_opens_only_under_its_own_data_set(
    world: World, signed_in: SignIn
) -> None:
    version = a_dataset_version(a_dataset(world.system))
    other = a_dataset(world.system, name="Other")
    address = reverse("datasets:version", args=[other.pk, version.pk])
    assert signed_in(world.alice).get(address).status_code == 404


def test_whoever_does_not_build_reads_and_may_not_add(
    world: World, signed_in: SignIn
) -> None:
    dataset = a_dataset(world.system)
    alice = signed_in(world.alice)
    assert alice.get(reverse("datasets:detail", args=[dataset.pk])).status_code == 200
    for name, keys in (
        ("datasets:add", []),
        ("datasets:add_version", [dataset.pk]),
        ("datasets:use", [dataset.pk]),
    ):
        assert alice.get(reverse(name, args=keys)).status_code == 403, name
        assert alice.post(reverse(name, args=keys), {}).status_code == 403, name


def test_an_authority_sees_data_of_the_systems_it_was_given_and_no_other_system(
    world: World, signed_in: SignIn
) -> None:
    hidden = a_system(world.acme, "Hidden plans")
    dataset = a_dataset(world.system, hidden)
    dana = signed_in(world.dana)
    address = reverse("datasets:detail", args=[dataset.pk])
    assert dana.get(address).status_code == 404
    now = timezone.now()
    grant_system(
        user=world.dana, system=world.system, until=now + timedelta(days=9),
        by=TESTER, at=now,
    )  # fmt: skip
    page = dana.get(address).content.decode()
    assert world.system.name in page
    assert "Hidden plans" not in page


def test_one_more_system_uses_the_data_set(world: World, signed_in: SignIn) -> None:
    dataset = a_dataset(world.system)
    second = a_system(world.acme, "Limits")
    client = signed_in(an_engineer(world.acme))
    address = reverse("datasets:use", args=[dataset.pk])
    assert client.post(address, {"system": world.system.pk}).status_code == 422
    assert client.post(address, {"system": world.foreign.pk}).status_code == 422
    assert client.post(address, {"system": second.pk}).status_code == 302
    assert trail_of(second.log)[0].verb == "dataset.linked"
    page = client.get(reverse("datasets:of_system", args=[second.pk]))
    assert "Loans" in page.content.decode()


def test_lists_are_filtered_by_name_and_go_on_where_they_ended(
    world: World, signed_in: SignIn
) -> None:
    for number in range(51):
        row = Dataset.objects.create(organisation=world.acme, name=f"Set {number:02}")
        row.systems.add(world.system)
    client = signed_in(world.alice)
    first = client.get(reverse("datasets:list"))
    assert "Set 50" not in first.content.decode()
    after = first.context["found"].after
    rest = client.get(reverse("datasets:list"), {"after": after}).content.decode()
    assert "Set 50" in rest
    found = client.get(reverse("datasets:list"), {"q": "set 07"}).content.decode()
    assert "Set 07" in found
    assert "Set 08" not in found


def test_the_api_takes_each_fact_that_the_page_asks_for() -> None:
    assert {question.name for question in ART_10} <= set(DatasetVersionIn().fields)
