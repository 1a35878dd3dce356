"""Every address, asked by everybody: the table says who gets what.

The resolver is walked, so that an address without a row fails, and a row without an
address too. Adding a page is one line in ``access_table.py``; a part of its address
that the world does not know yet is one line in ``access_world.py``.
"""

from collections.abc import Iterator
from copy import deepcopy

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.architecture.access_law import LAW
from tests.architecture.access_objects import OBJECTS
from tests.architecture.access_table import TABLE as ROOMS
from tests.architecture.access_world import CALLERS, one_of_each, the_caller
from tests.factories import World

TABLE = ROOMS | LAW
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def patterns(
    resolver: URLResolver, namespace: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every address with its full name. Of the console only what is registered."""
    for item in resolver.url_patterns:
        if isinstance(item, URLPattern):
            name = f"{namespace}{item.name}"
            if not name.startswith("admin:") or name.endswith(("index", "_changelist")):
                yield name, item
        else:
            inner = f"{namespace}{item.namespace}:" if item.namespace else namespace
            yield from patterns(item, inner)


def named() -> dict[str, URLPattern]:
    return dict(patterns(get_resolver()))


def split(row: str) -> tuple[str, str]:
    """A row's method and address: "POST people:invite" or just "people:invite"."""
    method, _space, name = row.rpartition(" ")
    return method or "GET", name


def address(name: str, pattern: URLPattern, objects: dict[str, object]) -> str:
    """The address with the world's objects in the place of its parameters."""
    room = name.partition(":")[0].removesuffix("_api")
    parts = {
        part: OBJECTS.get(f"{name} {part}")
        or OBJECTS.get(f"{room} {part}")
        or OBJECTS[part]
        for part in pattern.pattern.converters or {}
    }
    kwargs = {part: objects.get(known, known) for part, known in parts.items()}
    return reverse(name, kwargs=kwargs)


def ask(client: Client, method: str, url: str) -> int:
    """The status; whatever was done is undone, signing out included."""
    point, cookies = transaction.savepoint(), deepcopy(client.cookies)
    response: HttpResponse = client.generic(method, url)
    transaction.savepoint_rollback(point)
    client.cookies = cookies
    return response.status_code


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    listed = {split(row)[1] for row in TABLE}
    known = set(named())
    assert known - listed == set(), "add a line to tests/architecture/access_table.py"
    assert listed - known == set(), "these rows name no address any more"


def test_every_row_names_a_method_and_a_status_for_each_caller() -> None:
    for row, statuses in TABLE.items():
        assert split(row)[0] in METHODS, row
        assert len(statuses.split()) == len(CALLERS), row


def test_a_method_without_a_row_is_refused(world: World) -> None:
    objects, known = one_of_each(world), named()
    client = Client()
    client.force_login(
        the_caller(world, "administrator"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    listed = {split(row) for row in TABLE}
    answered = [
        f"{method} {name}: {status}"
        for name, pattern in known.items()
        if not name.startswith("admin:")
        for method in sorted(METHODS)
        if (method, name) not in listed
        and (status := ask(client, method, address(name, pattern, objects))) != 405
    ]
    assert answered == []


def test_the_answers_are_those_of_the_table(world: World) -> None:
    objects, known = one_of_each(world), named()
    wrong = []
    for place, caller in enumerate(CALLERS):
        point = transaction.savepoint()
        client = Client()
        if person := the_caller(world, caller):
            client.force_login(
                person, backend="django.contrib.auth.backends.ModelBackend"
            )
        for row, statuses in TABLE.items():
            method, name = split(row)
            wanted = statuses.split()[place]
            if name in known:
                got = ask(client, method, address(name, known[name], objects))
                if str(got) != wanted:
                    wrong.append(f"{caller}: {row}: {got} instead of {wanted}")
        transaction.savepoint_rollback(point)
    assert not wrong, "\n".join(wrong)
