"""What the pages of both kinds of keys share."""

from typing import Any

from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from governance.console.base import ConsoleAdmin


class KeyList(ChangeList):
    """Links by prefix: the primary key of a key holds its hash."""

    def url_for_result(self, result: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=(quote(result.prefix),))


class KeyAdmin(ConsoleAdmin):
    """A key is minted, shown once, and revoked; nothing else ever changes."""

    search_fields = ("name", "prefix")
    ordering = ("revoked", "-created")
    changeable = ("revoked",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return KeyList

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        return self.get_queryset(request).filter(prefix=object_id).first()

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> list[str]:
        fields = super().get_readonly_fields(request, obj)
        if obj is not None and obj._initial_revoked:  # type: ignore[attr-defined]
            return [*fields, "revoked"]
        return fields

    def add(self, request: HttpRequest, obj: Any, form: Any) -> Model:
        row, text = self.mint(request, obj, form)
        row.__dict__["text"] = text
        return row

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The one page that shows the key. A message would pass through a cookie."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Copy the key now"),
            "opts": self.opts,
            "key": obj,
            "text": obj.__dict__["text"],
        }
        return TemplateResponse(request, "admin/minted.html", context)

    def edit(self, request: HttpRequest, obj: Any, form: Any) -> None:
        if obj.revoked and not obj._initial_revoked:
            self.revoke(request, self.get_queryset(request).get(pk=obj.pk))

    def subject(self, row: Any) -> str:
        return f"{self.opts.model_name}:{row.prefix}"

    def mint(self, request: HttpRequest, obj: Any, form: Any) -> tuple[Model, str]:
        """Make the key; returns the row and the text to show once."""
        raise NotImplementedError

    def revoke(self, request: HttpRequest, key: Any) -> None:
        """Revoke the key for ever."""
        raise NotImplementedError
