"""Shape of input: one question per letter of Art. 25, and what an answer needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from governance.circumstances.models import Circumstance
from governance.law.value_chain import Letter
from governance.value_chain.access import can_answer
from governance.value_chain.contents import TakenUp
from governance.value_chain.models import ChainAnswer
from governance.value_chain.selectors import Alarm
from governance.value_chain.services import Said
from registry.operators.forms import Day, FactsForm, Text
from registry.operators.models import Operator
from registry.operators.services import EditedMeanwhile
from registry.people.models import Organisation, User
from registry.systems.models import AISystem


@dataclass(frozen=True, slots=True)
class Asked:
    """A letter with its field."""

    letter: Letter
    field: forms.BoundField


@dataclass(frozen=True, slots=True)
class Ticked:
    """A role with its box."""

    row: TakenUp
    box: forms.boundfield.BoundWidget


class RolesForm(FactsForm):
    """Roles that are held with the system as its maker delivers it."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "ds-input"}),
        error_messages={
            "required": _("Tick the roles that you answer for."),
            "invalid_choice": _("Somebody answered for one of these. Look again."),
        },
    )
    reason = Text(
        label=_("What it rests on"),
        error_messages={"required": _("Say what the answer rests on.")},
        help_text=_(
            "It is kept with each of them: “Checked against the contracts of 2026: "
            "installed as delivered, the maker's name stands on every page.”"
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, rows: Sequence[TakenUp], **options: Any) -> None:
        super().__init__(*args, **options)
        self.rows = rows
        field = self.fields["roles"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(str(row.alarm.id), row.alarm.title) for row in rows]

    @property
    def asked(self) -> Sequence[Ticked]:
        """The roles with their boxes, as the page shows them."""
        return [
            Ticked(row, box) for row, box in zip(self.rows, self["roles"], strict=True)
        ]

    def chosen(self) -> list[tuple[AISystem, Alarm]]:
        """The roles that were ticked."""
        ids = self.cleaned_data["roles"]
        return [(r.system, r.alarm) for r in self.rows if str(r.alarm.id) in ids]

    def _show_conflict(self, error: EditedMeanwhile) -> None:
        self.add_error("roles", _("Somebody answered for one of these. Look again."))


class AlarmForm(FactsForm):
    """The answers to one occasion."""

    operator = forms.ModelChoiceField(
        label=_("If yes: who became the provider"),
        queryset=Operator.objects.none(),
        required=False,
        empty_label=_("Nobody"),
    )
    became_on = Day(
        label=_("If yes: from which day on"),
        required=False,
        help_text=_(
            "From then on every duty of a provider follows. The role goes into the "
            "register with your reason."
        ),
    )
    task_for = forms.ModelChoiceField(
        label=_("If you cannot tell: who finds out"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("The alarm stays open and stands on the home page of that person."),
    )
    reason = Text(
        label=_("Why"),
        error_messages={
            "required": _("Say what the answer rests on, or what is missing.")
        },
        help_text=_(
            "What the answer rests on, or what is missing: “Release 2.1 of the maker, "
            "installed as it came, under the maker's name.”"
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=36)

    def __init__(
        self, *args: Any, alarm: Alarm, organisation: Organisation, **options: Any
    ) -> None:
        options["initial"] = {
            "became_on": alarm.on,
            "seen": str(alarm.answer.pk) if alarm.answer else "",
        }
        super().__init__(*args, **options)
        self.alarm = alarm
        for letter in alarm.letters:
            self.fields[letter.id] = forms.ChoiceField(
                label=letter.text,
                choices=Circumstance.Answer,
                widget=forms.RadioSelect(attrs={"class": "ds-input"}),
                error_messages={
                    "required": _("Answer yes, no, or that you cannot tell.")
                },
            )
        self.order_fields([letter.id for letter in alarm.letters])
        ids = [each.operator.pk for each in alarm.candidates]
        self._choose("operator", Operator.objects.filter(pk__in=ids).order_by("name"))
        self._choose("task_for", can_answer(organisation))

    def _choose(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    @property
    def asked(self) -> Sequence[Asked]:
        """The letters with their fields, as the page shows them."""
        return [Asked(letter, self[letter.id]) for letter in self.alarm.letters]

    @property
    def others(self) -> Sequence[forms.BoundField]:
        """The fields that are no letter."""
        return [self[name] for name in ("operator", "became_on", "task_for", "reason")]

    def said(self) -> Said:
        """The answer as the act takes it."""
        told = self.cleaned_data
        return Said(
            letters={each.id: told[each.id] for each in self.alarm.letters},
            reason=told["reason"],
            operator=told["operator"],
            became_on=told["became_on"],
            task_for=told["task_for"],
        )

    def _show_conflict(self, error: EditedMeanwhile) -> None:
        row = error.row
        if isinstance(row, ChainAnswer) and isinstance(self.data, MultiValueDict):
            self.stored_now = [
                (_now("Outcome"), row.get_outcome_display()),
                (_now("Answered by"), str(row.answered_by)),
                (_now("Why"), row.reason),
            ]
            data = self.data.copy()
            data["seen"] = str(row.pk)
            self.data = data
        self.add_error(
            None,
            _(
                "Somebody else answered after you opened this. What you typed is kept "
                "here. Keep it again to put it in place of what stands now."
            ),
        )
