"""django-auditlog: a signal writes each change of a row as a LogEntry in JSON."""

from collections.abc import Iterator

from tests.benchmarks.peers import shape, site

site.begin("auditlog")

from auditlog.models import LogEntry  # noqa: E402 - Django comes first
from auditlog.registry import auditlog  # noqa: E402

from tests.benchmarks.peers.models import Event  # noqa: E402


class Prediction(Event):
    class Meta:
        app_label = "peers"


# django-auditlog.readthedocs.io, "Usage", "Automatically logging changes".
auditlog.register(Prediction)


class Peer(shape.Peer):
    name = "django-auditlog"
    one_by_one_is = "objects.create() on a registered model"
    # The same page: bulk calls send no signals, so that nothing is logged of them.

    def prepare(self) -> None:
        site.make_tables()

    def one_by_one(self, events: Iterator[shape.Event]) -> int:
        return sum(1 for event in events if Prediction.objects.create(**event))

    def held(self) -> int:
        return LogEntry.objects.filter(action=LogEntry.Action.CREATE).count()
