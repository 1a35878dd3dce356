"""Models in the browser: versions with figures, immutability, isolation."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.log.models import Entry
from audits.metrics.build import roll_up_log
from audits.trail.selectors import trail_of
from registry.aimodels.models import AIModel, Metric, ModelVersion
from tests.factories import World, a_source_key, a_system, an_event, post_events
from tests.registry.datasets.worlds import (
    DIGEST,
    a_dataset,
    a_dataset_version,
    a_model,
    a_version,
    an_engineer,
)

SignIn = Callable[..., Client]


def table(*rows: dict[str, Any], total: int = 8) -> dict[str, Any]:
    """The table of figures as a browser posts it."""
    posted: dict[str, Any] = {
        "figures-TOTAL_FORMS": total,
        "figures-INITIAL_FORMS": 0,
    }
    for number, row in enumerate(rows):
        posted |= {f"figures-{number}-{name}": value for name, value in row.items()}
    return posted


def test_an_engineer_registers_a_version_with_its_figures(
    world: World, signed_in: SignIn
) -> None:
    data = a_dataset_version(a_dataset(world.system))
    client = signed_in(an_engineer(world.acme))
    form = {"name": "Repayment", "systems": [world.system.pk]}
    client.post(reverse("aimodels:add"), form)
    aimodel = AIModel.objects.get()
    page = client.post(
        reverse("aimodels:add_version", args=[aimodel.pk]),
        {
            "name": "credit-1", "artefact_sha256": DIGEST, "framework": "numpy",
            "params": '{"l2": 0.5}', "training_data": data.pk, "licence": "Apache-2.0",
            **table(
                {"name": "auc", "value": "0.78", "dataset": data.pk, "count": "300"},
                {"name": "auc", "value": "0.71", "dataset": data.pk, "segment": "< 25"},
                {"name": "auc", "value": "0.80", "dataset": data.pk, "segment": "> 60"},
            ),
        },
        follow=True,
    ).content.decode()  # fmt: skip
    version = ModelVersion.objects.get()
    assert version.params == {"l2": 0.5}
    assert version.metrics.count() == 3
    assert "auc lies between 0.710 (&lt; 25) and 0.800 (&gt; 60)." in page
    assert 'data-chart="bar"' in page
    assert "Loans 2026" in page
    act = trail_of(world.system.log)[0]
    assert (act.verb, act.actor_name) == ("model_version.registered", "Erin")
    assert act.details["artefact_sha256"] == DIGEST


def test_a_wrong_figure_names_its_row_and_nothing_is_stored(
    world: World, signed_in: SignIn
) -> None:
    aimodel = a_model(world.system)
    auc = {"name": "auc", "value": "0.7", "segment": "women"}
    answer = signed_in(an_engineer(world.acme)).post(
        reverse("aimodels:add_version", args=[aimodel.pk]),
        {
            "name": "credit-1", "artefact_sha256": DIGEST,
            **table({"name": "auc"}, {"name": "f1", "value": "nan"}, auc, auc),
        },
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Figure 1, Value: This field is required." in page
    assert "Figure 2, Value: Enter a number." in page
    assert "Figure 4, Metric: Said twice" in page
    assert 'value="women"' in page
    assert not ModelVersion.objects.exists()


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ("{'l2': 0.5}", "Line 1, column 2 is no JSON"),
        ('{"l2": 0.5,\n "c": }', "Line 2, column 7 is no JSON"),
        ("[1]", "Write an object in braces"),
        ('{"l2": NaN}', "NaN is no number in JSON"),
        ('{"l2": 1e999}', "inf is no number in JSON"),
        ('{"a": "\\u0000"}', "a character that cannot be kept"),
        ('{"a": "\\ud800"}', "a character that cannot be kept"),
        ('{"a":' * 9 + "{}" + "}" * 9, "nested deeper than 8 levels"),
        ("[" * 5000, "nested deeper|no JSON"),
    ],
)
def test_hyper_parameters_that_are_no_json_object_say_where_and_why(
    world: World, signed_in: SignIn, params: str, reason: str
) -> None:
    aimodel = a_model(world.system)
    answer = signed_in(an_engineer(world.acme)).post(
        reverse("aimodels:add_version", args=[aimodel.pk]),
        {"name": "v", "artefact_sha256": DIGEST, "params": params, **table()},
    )
    assert answer.status_code == 422
    said = str(answer.context["form"].errors["params"])
    assert any(words in said for words in reason.split("|"))


def test_more_lines_keep_what_was_typed_and_judge_nothing_yet(
    world: World, signed_in: SignIn
) -> None:
    aimodel = a_model(world.system)
    answer = signed_in(an_engineer(world.acme)).post(
        reverse("aimodels:add_version", args=[aimodel.pk]),
        {"framework": "numpy", "more": "1", **table({"name": "auc"})},
    )
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'value="numpy"' in page
    assert 'value="auc"' in page
    assert "required" not in page
    assert len(answer.context["table"].forms) == 9


def test_a_version_name_is_taken_once_per_model(
    world: World, signed_in: SignIn
) -> None:
    aimodel, other = a_model(world.system), a_model(world.system, name="Limits")
    a_version(aimodel, "v1")
    client = signed_in(an_engineer(world.acme))
    form = {"name": "v1", "artefact_sha256": DIGEST, **table()}
    taken = client.post(reverse("aimodels:add_version", args=[aimodel.pk]), form)
    assert taken.status_code == 422
    assert "a version is never changed" in taken.content.decode()
    free = client.post(reverse("aimodels:add_version", args=[other.pk]), form)
    assert free.status_code == 302


def test_versions_and_their_figures_are_refused_by_the_database_when_changed(
    world: World,
) -> None:
    version = a_version(a_model(world.system), metrics=[{"name": "auc", "value": 0.7}])
    metric = version.metrics.get()
    version.artefact_sha256, metric.value = "0" * 64, 0.99
    for act in (
        version.save,
        metric.save,
        Metric.objects.all().delete,
        lambda: connection.cursor().execute("DELETE FROM registry_modelversion"),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            act()


def test_intake_knows_a_version_from_its_registration_on(
    world: World, client: Client
) -> None:
    key = a_source_key(world.system)

    def flags() -> list[str]:
        answer = post_events(client, key, an_event(model_version="credit-9"))
        found: list[str] = answer.json()["events"][0]["flags"]
        return found

    assert flags() == ["unknown_model_version"]
    a_version(a_model(world.system), "credit-9")
    assert flags() == []


def test_one_more_system_uses_a_model_and_its_log_learns_the_names(
    world: World, client: Client, signed_in: SignIn
) -> None:
    second = a_system(world.acme, "Limits")
    aimodel = a_model(world.system)
    a_version(aimodel, "credit-9")
    engineer = signed_in(an_engineer(world.acme))
    address = reverse("aimodels:use", args=[aimodel.pk])
    assert engineer.post(address, {"system": world.foreign.pk}).status_code == 422
    assert engineer.post(address, {"system": second.pk}).status_code == 302
    assert trail_of(second.log)[0].verb == "model.linked"
    key = a_source_key(second)
    answer = post_events(client, key, an_event(model_version="credit-9"))
    assert answer.json()["events"][0]["flags"] == []


def test_the_page_of_a_version_counts_predictions_that_name_it(
    world: World, client: Client, signed_in: SignIn
) -> None:
    version = a_version(a_model(world.system), "credit-1")
    key = a_source_key(world.system)
    post_events(client, key, *(an_event() for _ in range(3)))
    post_events(client, key, an_event(model_version="another"))
    roll_up_log(world.system.log)
    assert Entry.objects.filter(log=world.system.log, type="prediction").count() == 4
    address = reverse("aimodels:version", args=[version.aimodel_id, version.pk])
    found = signed_in(world.alice).get(address).context["predictions"]
    assert [(row.system, row.count) for row in found] == [(world.system, 3)]
    assert found[0].last == timezone.now().date()


def test_another_organisation_finds_no_model(world: World, signed_in: SignIn) -> None:
    version = a_version(a_model(world.system))
    stranger = signed_in(an_engineer(world.other, "Fay"))
    for name, keys in (
        ("aimodels:detail", [version.aimodel_id]),
        ("aimodels:add_version", [version.aimodel_id]),
        ("aimodels:use", [version.aimodel_id]),
        ("aimodels:version", [version.aimodel_id, version.pk]),
        ("aimodels:of_system", [world.system.pk]),
    ):
        assert stranger.get(reverse(name, args=keys)).status_code == 404, name
    assert "Repayment" not in stranger.get(reverse("aimodels:list")).content.decode()


def test_data_of_another_organisation_cannot_be_named(
    world: World, signed_in: SignIn
) -> None:
    foreign = a_dataset_version(a_dataset(world.foreign))
    answer = signed_in(an_engineer(world.acme)).post(
        reverse("aimodels:add_version", args=[a_model(world.system).pk]),
        {
            "name": "v",
            "artefact_sha256": DIGEST,
            "training_data": foreign.pk,
            **table(),
        },
    )
    assert answer.status_code == 422
    assert "training_data" in answer.context["form"].errors


def test_whoever_does_not_build_reads_and_may_not_add(
    world: World, signed_in: SignIn
) -> None:
    version = a_version(a_model(world.system))
    bob = signed_in(world.bob)
    for name, keys, status in (
        ("aimodels:list", [], 200),
        ("aimodels:detail", [version.aimodel_id], 200),
        ("aimodels:version", [version.aimodel_id, version.pk], 200),
        ("aimodels:of_system", [world.system.pk], 200),
        ("aimodels:add", [], 403),
        ("aimodels:use", [version.aimodel_id], 403),
        ("aimodels:add_version", [version.aimodel_id], 403),
    ):
        assert bob.get(reverse(name, args=keys)).status_code == status, name
