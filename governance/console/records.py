"""The audit tables, read-only: one log at a time, newest first.

They are read through views with one text key, because the admin refuses composite
keys; a row is fetched by log and index, which the tables are indexed by.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from audits.log.models import EntryView
from audits.trail.models import TrailView
from governance.console.access import administered, logs_of
from governance.console.base import ConsoleAdmin

# LIMIT: counting ten million entries would take longer than reading a page; the
# product's own lists go further back.
COUNTED = 1000


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than it will show."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows[:COUNTED].count())


class LogFilter(admin.SimpleListFilter):
    """One of the organisations' logs; the organisation's own unless chosen."""

    title = gettext_lazy("log")
    parameter_name = "log"

    def lookups(
        self, request: HttpRequest, model_admin: Any
    ) -> Iterable[tuple[str, str]]:
        logs = logs_of(administered(request.user))
        return [(str(log.pk), log.title) for log in logs]

    def chosen(self) -> str | None:
        known = [key for key, _title in self.lookup_choices]
        return self.value() if self.value() in known else next(iter(known), None)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(log=self.chosen())

    def choices(self, changelist: Any) -> Iterator[Any]:
        for key, title in self.lookup_choices:
            yield {
                "selected": key == self.chosen(),
                "query_string": changelist.get_query_string({"log": key}),
                "display": title,
            }


class RecordAdmin(ConsoleAdmin):
    """Evidence: nobody adds, changes or deletes it here or anywhere."""

    list_filter = (LogFilter,)
    list_display_links = ("idx",)
    ordering = ("-idx",)
    paginator = CappedPaginator
    organisation_path = "log"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        logs = [log.pk for log in logs_of(administered(request.user))]
        rows: QuerySet[Any] = self.model._default_manager.filter(log__in=logs)
        return rows.order_by("-idx")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        log, _colon, idx = object_id.partition(":")
        # LIMIT: what int4 and int8 hold; more digits name no row.
        if not (log.isdecimal() and idx.isdecimal() and len(log) < 10 > len(idx) - 9):
            return None
        rows = self.get_queryset(request).filter(log=int(log), idx=int(idx))
        return rows.first()

    def has_view_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        # get_object cut it to the administrator's logs already.
        return self.has_module_permission(request)


@admin.register(EntryView)
class EntryAdmin(RecordAdmin):
    list_display = ("idx", "received_at", "type", "event_id", "leaf_hash")

    def shown_fields(self) -> list[str]:
        return ["origin", *self.list_display]


@admin.register(TrailView)
class ActAdmin(RecordAdmin):
    list_display = ("idx", "at", "verb", "subject_label", "actor_name", "actor_role")

    def shown_fields(self) -> list[str]:
        return ["origin", *self.list_display, "subject", "details"]
