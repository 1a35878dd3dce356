"""Shape of input: one statement about an operator."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from governance.circumstances.models import Circumstance
from registry.operators.forms import Day, FactsForm, Text
from registry.operators.services import EditedMeanwhile

HERE, EVERYWHERE = "here", "everywhere"


class StatementForm(FactsForm):
    """An answer, from a day on. Stated of one system, or of all when it is alike."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=Circumstance.Answer,
        widget=forms.RadioSelect,
        error_messages={"required": _("Answer yes, no, or that you cannot tell.")},
    )
    where = forms.ChoiceField(
        label=_("Where it holds"),
        choices=[
            (HERE, _("For this system only")),
            (EVERYWHERE, _("Wherever the organisation acts")),
        ],
        initial=HERE,
        widget=forms.RadioSelect,
    )
    held_from = Day(
        label=_("Since when"),
        initial=timezone.localdate,
        help_text=_(
            "Duties of earlier days are derived from what was stated for them."
        ),
    )
    reason = Text(
        label=_("What it rests on"),
        required=False,
        help_text=_("“Annual accounts 2025: 38 people, EUR 6 million turnover.”"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=36)

    def __init__(self, *args: Any, of_system: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not of_system:
            del self.fields["where"]

    @property
    def here(self) -> bool:
        """Whether it is stated of the one system only."""
        return self.cleaned_data.get("where") == HERE

    def facts(self) -> dict[str, Any]:
        return {k: v for k, v in self.cleaned_data.items() if k != "where"}

    def _show_conflict(self, error: EditedMeanwhile) -> None:
        row = error.row
        if isinstance(row, Circumstance) and isinstance(self.data, MultiValueDict):
            self.stored_now = [
                (_now("Answer"), row.get_answer_display()),
                (_now("Since when"), row.held_from.isoformat()),
                (_now("Stated by"), str(row.stated_by or "")),
                (_now("What it rests on"), row.reason),
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
