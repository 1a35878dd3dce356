"""Shape of input: a page of questions, each with how somebody knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from governance.classification.contents.provenance import Provenance, Told
from governance.law.facts import UNKNOWN
from governance.law.model import Question
from registry.documents.models import Document
from registry.operators.forms import Day, Line

ON_A_DAY = "day"
NEVER = "no"


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer as a page shows it."""

    id: str
    value: str
    label: str
    hint: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its fields. `proposed_by`: where a proposed answer comes from."""

    question: Question
    field: forms.BoundField
    options: Sequence[Option]
    proposed_by: str
    source: forms.BoundField
    evidence: forms.BoundField | None
    day: forms.BoundField | None = None

    @property
    def backed(self) -> bool:
        """Whether something stands behind the disclosure of how somebody knows."""
        documents = self.evidence.value() if self.evidence else ()
        return bool(self.source.value() or documents or self.source.errors)

    @property
    def several(self) -> bool:
        return self.question.kind == "multi"


class QuestionsForm(forms.Form):
    """The questions of one page. Each wants an answer; "I cannot tell" is one.

    Nothing ticked is an error and never "no". `proposed` holds answers that nobody
    has given here yet, by fact, as (answer, where it comes from).
    """

    use_required_attribute = False

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        questions: Sequence[Question],
        answers: Mapping[str, Any],
        proposed: Mapping[str, tuple[Any, str]],
        provenance: Provenance,
        documents: Sequence[Document],
    ) -> None:
        super().__init__(data, auto_id="q_%s")
        self.questions, self.proposals = questions, dict[str, str]()
        self.documents = {str(document.pk): document for document in documents}
        for question in questions:
            answer = answers.get(question.id)
            if answer is None and question.id in proposed:
                answer, self.proposals[question.id] = proposed[question.id]
            self._add(question, answer)
            self._add_provenance(question, provenance.get(question.id, {}))

    def _add_provenance(self, question: Question, kept: Mapping[str, Any]) -> None:
        """How the person knows: a line and documents, neither of them demanded."""
        self.fields[source_of(question)] = Line(
            label=_("Who told you, or where it stands"),
            max_length=300,
            required=False,
            initial=kept.get("source", ""),
            widget=forms.TextInput(attrs={"class": "ds-input"}),
        )
        if self.documents:
            self.fields[evidence_of(question)] = forms.MultipleChoiceField(
                label=_("Documents that show it"),
                choices=[(pk, each.title) for pk, each in self.documents.items()],
                required=False,
                initial=[each["id"] for each in kept.get("evidence", ())],
                widget=forms.CheckboxSelectMultiple(attrs={"class": "ds-input"}),
            )

    def _add(self, question: Question, answer: Any) -> None:
        choices = [(value, value) for value, _label in possible(question)]
        if question.kind == "multi":
            self.fields[question.id] = forms.MultipleChoiceField(
                label=question.text,
                choices=choices,
                initial=answer,
                error_messages={
                    "required": _("Nothing is ticked, and that is not “no”: tick what "
                                  "fits, or say that you cannot tell.")
                },
            )  # fmt: skip
            return
        is_day = question.kind == "date" and answer not in (None, NEVER, UNKNOWN)
        self.fields[question.id] = forms.ChoiceField(
            label=question.text,
            choices=choices,
            initial=ON_A_DAY if is_day else answer,
            # A day that was typed without choosing "on a day" is an answer as well.
            required=question.kind != "date",
            error_messages={
                "required": _("Choose an answer. “I cannot tell” is one too.")
            },
        )
        if question.kind == "date":
            self.fields[day_of(question)] = Day(
                label=_("Day"), required=False, initial=answer if is_day else None
            )
            self.fields[day_of(question)].widget.attrs["class"] = "ds-input"

    def clean(self) -> dict[str, Any]:
        for question in self.questions:
            told = self.cleaned_data.get(question.id)
            if question.kind == "multi" and told and NONE in told and len(told) > 1:
                self.add_error(
                    question.id,
                    _("“None of these” stands alone: take it away, or the others."),
                )
            if question.kind == "date" and day_of(question) in self.cleaned_data:
                self._clean_day(question)
        return self.cleaned_data

    def _clean_day(self, question: Question) -> None:
        """One answer out of the choice and the day that was typed."""
        day, told = self.cleaned_data[day_of(question)], self.cleaned_data[question.id]
        if day and told in (NEVER, UNKNOWN):
            self.add_error(
                question.id, _("A day is typed and another answer is chosen. Keep one.")
            )
        elif day:
            self.cleaned_data[question.id] = day.isoformat()
        elif told == ON_A_DAY:
            self.add_error(day_of(question), _("Type the day, or say you cannot tell."))
        elif not told:
            self.add_error(
                question.id, _("Choose an answer. “I cannot tell” is one too.")
            )

    def answers(self) -> dict[str, Any]:
        """The answers by fact, as the law room reads them."""
        return {q.id: self.cleaned_data[q.id] for q in self.questions}

    def told(self) -> dict[str, Told]:
        """How the person knows, by fact."""
        chosen = {
            q.id: self.cleaned_data.get(evidence_of(q), []) for q in self.questions
        }
        return {
            q.id: Told(
                self.cleaned_data[source_of(q)],
                tuple(
                    self.documents[pk] for pk in self.documents if pk in chosen[q.id]
                ),
            )
            for q in self.questions
        }

    def asked(self) -> list[Asked]:
        """The questions as the page shows them, with what was chosen."""
        return [self._asked(question) for question in self.questions]

    def _asked(self, question: Question) -> Asked:
        field = self[question.id]
        value = field.value()
        chosen = value if isinstance(value, list | tuple) else [value]
        options = [
            Option(f"{field.auto_id}_{told}", told, label, hint, told in chosen)
            for told, (label, hint) in _shown(question)
        ]
        return Asked(
            question=question,
            field=field,
            options=options,
            proposed_by=self.proposals.get(question.id, ""),
            source=self[source_of(question)],
            evidence=self[evidence_of(question)] if self.documents else None,
            day=self[day_of(question)] if question.kind == "date" else None,
        )


NONE = "none"


def day_of(question: Question) -> str:
    """The name of the field in which the day of a date question is typed."""
    return f"{question.id}-day"


def source_of(question: Question) -> str:
    """The name of the field that says how somebody knows."""
    return f"{question.id}-source"


def evidence_of(question: Question) -> str:
    """The name of the field in which documents are ticked."""
    return f"{question.id}-evidence"


def possible(question: Question) -> list[tuple[str, str]]:
    """The answers that a question takes, with their words, "I cannot tell" last."""
    return [(value, label) for value, (label, _hint) in _shown(question)]


def _shown(question: Question) -> list[tuple[str, tuple[str, str]]]:
    hint = _now("The point stays open. Likely to know: %(who)s.") % {
        "who": question.who_knows
    }
    if question.kind == "yes_no":
        found = [("yes", (_now("Yes"), "")), ("no", (_now("No"), ""))]
    elif question.kind == "date":
        found = [
            (ON_A_DAY, (_now("On this day"), "")),
            (NEVER, (_now("That has not happened"), "")),
        ]
    else:
        found = [(choice.id, (choice.text, "")) for choice in question.choices]
    if question.kind == "multi":
        hint = _now("Beside ticked ones it means: of the others. %(hint)s") % {
            "hint": hint
        }
    return [*found, (UNKNOWN, (_now("I cannot tell"), hint))]
