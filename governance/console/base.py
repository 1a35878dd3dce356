"""What all pages of the console share: they are cut to the administrator's
organisations, save through services, delete nothing and act on one row at a time.
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import ForeignKey, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.trail.models import TrailView
from audits.trail.services import subject_of
from governance.console.access import administered, logs_of
from registry.operators.services import FactsWrong
from registry.people.models import Organisation, User
from registry.people.services import Refused


class ConsoleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form whose rules are those of the service that its page calls."""

    organisations: ClassVar[Sequence[Organisation]] = ()

    def validate_unique(self) -> None:
        """The service says it, and does not tell of other organisations' rows."""

    def validate_constraints(self) -> None:
        """The service says it in words."""


class OrganisationFilter(admin.SimpleListFilter):
    """The administrator's own organisations: Django's filter would list them all."""

    title = gettext_lazy("organisation")
    parameter_name = "organisation"

    def lookups(
        self, request: HttpRequest, model_admin: Any
    ) -> Iterable[tuple[str, str]]:
        return [(str(found.pk), found.name) for found in administered(request.user)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        mine = {str(found.pk) for found in administered(request.user)}
        if self.value() not in mine:
            return queryset
        return queryset.filter(**{self.lookup: self.value()}).distinct()

    lookup = "organisation"


class ConsoleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A page that an administrator opens for their own organisations' rows."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    save_as = False
    show_facets = admin.ShowFacets.NEVER  # LIMIT: each would count a whole log
    form = ConsoleForm
    organisation_path = "organisation"
    # Fields of a new row; of an existing one only `changeable` is written.
    add_fields: Sequence[str] = ()
    changeable: Sequence[str] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        mine = {f"{self.organisation_path}__in": administered(request.user)}
        return super().get_queryset(request).filter(**mine).distinct()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(administered(request.user))

    def has_view_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        if obj is None or obj._state.adding:
            return self.has_module_permission(request)
        return self.get_queryset(request).filter(pk=obj.pk).exists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(self.add_fields) and self.has_module_permission(request)

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return bool(self.changeable) and self.has_view_permission(request, obj)

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # SECURITY: else ?password__startswith=… answers questions letter by letter.
        offered = {
            item if isinstance(item, str) else str(item.parameter_name)  # type: ignore[union-attr]
            for item in self.list_filter
        }
        return lookup.removesuffix("__exact") in offered

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fields = self.add_fields if obj is None else self.shown_fields()
        return list(fields)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> list[str]:
        if obj is None:
            return []
        return [name for name in self.shown_fields() if name not in self.changeable]

    def shown_fields(self) -> list[str]:
        """What the page of an existing row shows."""
        names = [str(name) for name in self.list_display]
        return [*names, *(n for n in self.changeable if n not in names)]

    def get_form(
        self,
        request: HttpRequest,
        obj: Model | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> type[ConsoleForm]:
        if change:
            kwargs["form"] = ConsoleForm
        found = super().get_form(request, obj, change=change, **kwargs)
        own = {"organisations": administered(request.user)}
        return type(found.__name__, (found,), own)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        mine = administered(request.user)
        model = db_field.related_model
        if model is Organisation:
            pks = [organisation.pk for organisation in mine]
            kwargs["queryset"] = Organisation.objects.filter(pk__in=pks)
        elif model is User:
            people = User.objects.filter(memberships__organisation__in=mine)
            kwargs["queryset"] = people.distinct()
        else:
            path = self.admin_site._registry[model].organisation_path  # type: ignore[attr-defined]
            rows = model._default_manager.filter(**{f"{path}__in": mine})
            kwargs["queryset"] = rows
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(
        self,
        request: HttpRequest,
        obj: Any,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        if change:
            self.edit(request, obj, form)
        else:
            became(obj, self.add(request, obj, form))

    def add(self, request: HttpRequest, obj: Any, form: Any) -> Model:
        """Call the service that makes the row; returns what it stored."""
        raise NotImplementedError

    def edit(self, request: HttpRequest, obj: Any, form: Any) -> None:
        """Call the service that changes what may change."""
        raise NotImplementedError

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        hidden = {"show_save_and_continue": False, "show_save_and_add_another": False}
        try:
            return super().changeform_view(
                request, object_id, form_url, {**hidden, **(extra_context or {})}
            )
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
        except FactsWrong as wrong:
            for reason in wrong.errors.values():
                self.message_user(request, reason, messages.ERROR)
        return redirect(request.get_full_path())

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The row's acts out of the trail of the administrator's organisations."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404(_("There is no such row in your organisation."))
        logs = logs_of(administered(request.user))
        acts = TrailView.objects.filter(log__in=logs, subject=self.subject(row))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(row)s") % {"row": row},
            "acts": acts.order_by("-at")[:100],
            "object": row,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/object_history.html", context)

    def subject(self, row: Model) -> str:
        """How the trail names the row."""
        return subject_of(row)

    def response_add(
        self, request: HttpRequest, obj: Model, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self.back(request, _("Stored: %(row)s.") % {"row": obj})

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        return self.back(request, _("Changed: %(row)s.") % {"row": obj})

    def back(self, request: HttpRequest, text: str) -> HttpResponse:
        """To the list, with the outcome."""
        self.message_user(request, text, messages.SUCCESS)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return redirect(name)

    # The trail keeps what was done; Django's own history knows no organisations.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...
    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...


def became(obj: Model, stored: Model) -> None:
    """Let the form's row be the one that the service stored."""
    obj.__dict__.update(stored.__dict__)
