"""django-simple-history: a signal saves each row a second time."""

from collections.abc import Iterator

from tests.benchmarks.peers import shape, site

site.begin("simple_history")

from simple_history.models import HistoricalRecords  # noqa: E402 - Django comes first
from simple_history.utils import bulk_create_with_history  # noqa: E402

from tests.benchmarks.peers.models import Event  # noqa: E402


# django-simple-history.readthedocs.io, "Quick Start": one field on the model.
class Prediction(Event):
    history = HistoricalRecords()

    class Meta:
        app_label = "peers"


class Peer(shape.Peer):
    name = "django-simple-history"
    one_by_one_is = "objects.create() on a model with HistoricalRecords"
    bulk_is = "bulk_create_with_history()"

    def prepare(self) -> None:
        site.make_tables()

    def one_by_one(self, events: Iterator[shape.Event]) -> int:
        return sum(1 for event in events if Prediction.objects.create(**event))

    def bulk(self, events: Iterator[shape.Event]) -> int:
        # The same, "Common Issues", "Bulk Creating and Queryset Updating".
        return sum(
            len(bulk_create_with_history([Prediction(**e) for e in batch], Prediction))
            for batch in shape.batched(events)
        )

    def held(self) -> int:
        return Prediction.history.count()
