"""The door: who sees which system."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from registry.people.access import may
from registry.people.models import Role, User
from registry.systems.access import get_visible_system, visible_systems
from tests.factories import World, a_person


def test_a_person_sees_the_systems_of_their_organisation_only(world: World) -> None:
    assert list(visible_systems(world.alice)) == [world.system]
    assert list(visible_systems(world.charlie)) == [world.foreign]
    with pytest.raises(Http404):
        get_visible_system(world.charlie, world.system.pk)


def test_an_authority_sees_nothing_until_it_is_given_a_system(world: World) -> None:
    assert list(visible_systems(world.dana)) == []


def test_roles_do_not_leak_between_organisations(world: World) -> None:
    a_person("Erin", world.acme, Role.COMPLIANCE_OFFICER)
    erin = a_person("Erin", world.other, Role.AUDITOR)
    assert may(erin, "governance.add_dossier", world.acme)
    assert not may(erin, "governance.add_dossier", world.other)
    assert set(visible_systems(erin)) == {world.system, world.foreign}


def test_a_role_that_ended_opens_nothing(world: World) -> None:
    soon = timezone.now() + timedelta(days=1)
    former = a_person("Erin", world.acme, Role.RISK_OFFICER, until=soon)
    assert list(visible_systems(former)) == [world.system]
    former.memberships.update(until=timezone.now())
    # Memberships are read once per request; this is the next request.
    assert list(visible_systems(User.objects.get(pk=former.pk))) == []
