"""What is stated of a system, and how the list is narrowed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.operators.forms import Day, FactsForm, Line, Text
from registry.people.models import Organisation, User
from registry.systems.models import AISystem, LifecycleState, MemberState
from registry.systems.selectors import members

# The headings of a form, each with the names of its fields.
Parts = tuple[tuple[Any, tuple[str, ...]], ...]
YES_NO = ((None, _("Not established")), (True, _("Yes")), (False, _("No")))


class SystemForm(FactsForm):
    """What is stated of a system. Only name and purpose cannot wait."""

    PARTS: Parts = (
        (_("What it is"), ("name", "intended_purpose", "lifecycle_state", "owner")),
        (
            _("Whom it concerns"),
            ("affected_persons", "member_states", "for_public_authorities"),
        ),
        (
            _("Since when"),
            (
                "placed_on_market_on",
                "put_into_service_on",
                "first_placed_where",
                "type_first_placed_on",
            ),
        ),
    )

    name = Line(
        label=_("Name"),
        max_length=200,
        help_text=_(
            "As people in the house call it: “Credit scoring, consumer loans”."
        ),
    )
    intended_purpose = Text(
        label=_("Intended purpose"),
        help_text=_(
            "What it is for, for whom, and in which situation; what its answer is used "
            "for and who decides in the end. “Scores applicants for consumer loans; a "
            "clerk decides.” The classification starts from these words (Art. 3(12))."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    lifecycle_state = forms.ChoiceField(
        label=_("Where it stands"),
        choices=LifecycleState,
        initial=LifecycleState.DESIGN,
        help_text=_("A pilot with real people counts as in service."),
    )
    owner = forms.ModelChoiceField(
        label=_("Who answers for it here"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Not established"),
        help_text=_("A person of your organisation."),
    )
    affected_persons = Text(
        label=_("Persons and groups it affects"),
        required=False,
        help_text=_("Those whom its answers are about: applicants, patients, pupils."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    member_states = forms.MultipleChoiceField(
        label=_("Member States"),
        choices=MemberState,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Where it is, or will be, placed on the market, put into service or used. "
            "Iceland, Liechtenstein and Norway are in the EEA and no Member States: "
            "name them in the purpose."
        ),
    )
    for_public_authorities = forms.TypedChoiceField(
        label=_("Meant for use by public authorities"),
        choices=[("", YES_NO[0][1]), ("yes", YES_NO[1][1]), ("no", YES_NO[2][1])],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        help_text=_(
            "Systems in use already have another time limit then (Art. 111(2))."
        ),
    )
    placed_on_market_on = Day(
        label=_("First placed on the market on"),
        required=False,
        help_text=_(
            "The day it was, or will be, first supplied to others in the Union, paid "
            "for or not (Art. 3(9), 3(10)). What the Act asks before that is due by "
            "this day; leave it open while none is planned."
        ),
    )
    put_into_service_on = Day(
        label=_("Put into service on"),
        required=False,
        help_text=_(
            "The day it was, or will be, first used for its purpose, also in your own "
            "house (Art. 3(11))."
        ),
    )
    first_placed_where = Line(
        label=_("Where that was"),
        max_length=200,
        required=False,
        help_text=_("The country, and the branch or site when it matters."),
    )
    type_first_placed_on = Day(
        label=_("First unit of the same type placed on the market on"),
        required=False,
        help_text=_(
            "When systems of the same type and model were supplied earlier, the first "
            "of them decides which rules apply (Art. 111(2))."
        ),
    )

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        owner = self.fields["owner"]
        if isinstance(owner, forms.ModelChoiceField):
            owner.queryset = members(organisation)

    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [(title, [self[name] for name in names]) for title, names in self.PARTS]


class EditSystemForm(SystemForm):
    PARTS: Parts = (
        *SystemForm.PARTS,
        (_("When name or purpose is another one now"), ("changed_on",)),
    )
    changed_on = Day(
        label=_("Since when"),
        required=False,
        help_text=_(
            "A new name or purpose is recorded as a change of this day, today when you "
            "leave it open. It may make somebody else the provider (Art. 25(1)), so "
            "that is asked next."
        ),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    @staticmethod
    def stored(system: AISystem) -> dict[str, Any]:
        """The form's initial values out of what is stored."""
        names = [name for _title, names in SystemForm.PARTS for name in names]
        public = {None: "", True: "yes", False: "no"}[system.for_public_authorities]
        return {
            **{name: getattr(system, name) for name in names},
            "for_public_authorities": public,
            "revision": system.revision,
        }

    def facts(self) -> dict[str, Any]:
        return {k: v for k, v in super().facts().items() if k != "changed_on"}


class FilterForm(forms.Form):
    """What the list shows; whatever is wrong in the address is left out."""

    q = Line(required=False, max_length=200)
    state = forms.ChoiceField(choices=LifecycleState, required=False)
    after = Line(required=False, max_length=200, strip=False)

    def found(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
