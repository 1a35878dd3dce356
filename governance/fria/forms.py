"""Shape of input: a notification of the authority (Art. 27(3))."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.fria.models import AuthorityNotification
from registry.documents.models import Document
from registry.operators.forms import Day, FactsForm, Line, Text
from registry.systems.models import MemberState


class NotificationForm(FactsForm):
    kind = forms.ChoiceField(
        label=_("What you record"),
        choices=AuthorityNotification.Kind,
        widget=forms.RadioSelect,
        initial=AuthorityNotification.Kind.NOTIFIED,
    )
    authority = Line(
        label=_("Market surveillance authority"),
        max_length=200,
        help_text=_("The one that was told, or that authorised the use."),
    )
    member_state = forms.ChoiceField(
        label=_("Member State"), choices=[("", _("Choose one")), *MemberState.choices]
    )
    told_on = Day(
        label=_("Day"),
        help_text=_("On which it was sent, or on which the use was authorised."),
    )
    reference = Line(
        label=_("Reference"),
        max_length=200,
        required=False,
        help_text=_("The number that the authority gave it."),
    )
    reason = Text(
        label=_("Why it is exempt"),
        max_length=2000,
        required=False,
        help_text=_(
            "Only in a case of Art. 46(1): which authorisation, and since when."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    document = forms.ModelChoiceField(
        label=_("File"),
        queryset=Document.objects.none(),
        required=False,
        empty_label=_("none"),
        help_text=_("The filled-in template, or the receipt."),
    )

    def __init__(
        self, *args: Any, documents: QuerySet[Document], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        field = self.fields["document"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = documents
