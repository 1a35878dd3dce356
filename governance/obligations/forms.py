"""Shapes of input for acts on duties."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from governance.obligations.selectors import Link
from governance.obligations.services.acts import LIMIT
from governance.obligations.services.planning import LONGEST_REVIEW
from registry.documents.models import Document
from registry.operators.forms import Day, FactsForm, Text
from registry.people.models import User
from registry.systems.services import EditedMeanwhile


class DutyForm(FactsForm):
    """The base: the period and the revision that the person has read."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def _show_conflict(self, error: EditedMeanwhile) -> None:
        """Keep what was typed and take the new revision: saving again is a decision."""
        if isinstance(self.data, MultiValueDict):
            data = self.data.copy()
            data[self.add_prefix("revision")] = error.row.revision  # type: ignore[attr-defined]
            self.data = data
        self.add_error(
            None,
            _now("Somebody else did something with this duty after you opened it. The "
                 "page shows how it stands now, what you typed is kept. Send again if "
                 "it still holds."),
        )  # fmt: skip


class OwnerForm(DutyForm):
    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("nobody"),
        help_text=_("Gets the reminders, and finds the duty on the page Home."),
    )

    def __init__(self, *args: Any, people: Iterable[User], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["owner"]
        if isinstance(field, forms.ModelChoiceField):
            known = [person.pk for person in people]
            field.queryset = User.objects.filter(pk__in=known).order_by("name")


class DueForm(DutyForm):
    due_on = Day(label=_("To be done by"))
    reason = Text(
        label=_("Why this day"),
        max_length=LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The Act's own day stays beside it. Reminders follow yours."),
    )


class ReviewForm(DutyForm):
    months = forms.IntegerField(
        label=_("Look at it again every so many months"),
        required=False,
        min_value=1,
        max_value=LONGEST_REVIEW,
        help_text=_("When a period is accepted, the next opens with its day."),
    )


class ReasonForm(DutyForm):
    """A reason: for not applying, for opening again, for a return."""

    reason = Text(
        label=_("Reason"),
        max_length=LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class EvidenceForm(DutyForm):
    documents = forms.ModelMultipleChoiceField(
        label=_("Documents of this system"),
        queryset=Document.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    links = forms.MultipleChoiceField(
        label=_("Things of this product"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = Text(
        label=_("Note"),
        max_length=LIMIT,
        required=False,
        help_text=_("What shows that the duty is met, and where else it can be seen."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self,
        *args: Any,
        choices: QuerySet[Document],
        things: list[Link],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.things = {link.value: link for link in things}
        documents, links = self.fields["documents"], self.fields["links"]
        if isinstance(documents, forms.ModelMultipleChoiceField):
            documents.queryset = choices
        if isinstance(links, forms.MultipleChoiceField):
            links.choices = [(link.value, link.label) for link in things]
        if not things:
            del self.fields["links"]
        if not choices:
            del self.fields["documents"]

    def evidence(self) -> dict[str, Any]:
        """What is submitted, as the act takes it."""
        told = self.cleaned_data
        chosen = [self.things[value] for value in told.get("links", [])]
        return {
            "documents": list(told.get("documents", [])),
            "links": [link._asdict() for link in chosen],
            "text": told["text"],
            "revision": told["revision"],
        }
