"""Versions, dated changes and roles of a system."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from registry.operators.forms import Day, FactsForm, Line, Text
from registry.operators.models import Operator, OperatorRoleName
from registry.systems.models import AISystem, SystemChange
from registry.systems.selectors import model_versions_of


class VersionForm(FactsForm):
    name = Line(
        label=_("Version"),
        max_length=60,
        help_text=_("As your releases are called: 2.1, 2026-11. It is never changed."),
    )
    changes = Text(
        label=_("What changed"),
        required=False,
        help_text=_(
            "Against the version before, in words that an authority can follow."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    model_versions = forms.ModelMultipleChoiceField(
        label=_("Model versions in it"),
        queryset=AISystem.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The versions of AI models that this version of the system runs."),
    )

    def __init__(self, *args: Any, system: AISystem, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = self.fields["model_versions"]
        if isinstance(chosen, forms.ModelMultipleChoiceField):
            chosen.queryset = model_versions_of(system)
            chosen.label_from_instance = lambda v: f"{v.aimodel.name} {v.name}"  # type: ignore[method-assign, assignment]


class ChangeForm(FactsForm):
    changed_on = Day(
        label=_("Changed on"),
        help_text=_(
            "The day from which the system was different for those who use it."
        ),
    )
    kind = forms.ChoiceField(label=_("What kind of change"), choices=SystemChange.Kind)
    description = Text(
        label=_("What changed, and why"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    substantial_modification = forms.ChoiceField(
        label=_("Is it a substantial modification?"),
        choices=SystemChange.Substantial,
        initial=SystemChange.Substantial.NOT_ESTABLISHED,
        widget=forms.RadioSelect,
        help_text=_(
            "A change that the provider did not plan in the first conformity "
            "assessment and that touches the requirements for high-risk systems or "
            "the intended purpose (Art. 3(23)). Whoever makes one may become the "
            "provider (Art. 25(1)), and the system may lose its place under the old "
            "law (Art. 111(2)). Leave it open when nobody has looked at it yet."
        ),
    )


class RoleForm(FactsForm):
    operator = forms.ModelChoiceField(
        label=_("Operator"), queryset=Operator.objects.none()
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=OperatorRoleName,
        help_text=_(
            "Provider: has it developed and offers or uses it under its own name. "
            "Deployer: uses it under its authority, not privately. One can be both."
        ),
    )
    held_from = Day(label=_("Since"))
    held_until = Day(
        label=_("Until"),
        required=False,
        help_text=_("The last day. Leave it open while the role is held."),
    )
    reason = Text(
        label=_("Why"),
        help_text=_(
            "The fact that makes it so: “Sells it under its own trademark since…”."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, operators: QuerySet[Operator], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        chosen = self.fields["operator"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = operators


class EndRoleForm(FactsForm):
    held_until = Day(label=_("Last day"))
    reason = Text(label=_("Why it ends"), widget=forms.Textarea(attrs={"rows": 3}))
