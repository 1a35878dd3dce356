"""django-pghistory: a trigger copies each row into an event table."""

from collections.abc import Iterator

from tests.benchmarks.peers import shape, site

site.begin("pgtrigger", "pghistory")

import pghistory  # noqa: E402 - Django comes first
from django.core.management import call_command  # noqa: E402

from tests.benchmarks.peers.models import Event  # noqa: E402


# django-pghistory.readthedocs.io, "Quick Start": the decorator and objects.create().
@pghistory.track()
class Single(Event):
    class Meta:
        app_label = "peers"


# The same, "Performance and Scaling": bulk calls want triggers of a statement.
@pghistory.track(level=pghistory.Statement)
class Many(Event):
    class Meta:
        app_label = "peers"


class Peer(shape.Peer):
    name = "django-pghistory"
    one_by_one_is = "objects.create() on a tracked model"
    bulk_is = "bulk_create() with a trigger of the statement"

    def prepare(self) -> None:
        site.make_tables()
        call_command("pgtrigger", "install", verbosity=0)

    def one_by_one(self, events: Iterator[shape.Event]) -> int:
        return sum(1 for event in events if Single.objects.create(**event))

    def bulk(self, events: Iterator[shape.Event]) -> int:
        return sum(
            len(Many.objects.bulk_create(Many(**event) for event in batch))
            for batch in shape.batched(events)
        )

    def held(self) -> int:
        return sum(model.pgh_event_model.objects.count() for model in (Single, Many))
