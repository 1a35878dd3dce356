"""Why a fault is acknowledged."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AcknowledgeForm(forms.Form):
    """A reason that will still be understood in ten years."""

    reason = forms.CharField(
        label=_("What was found out, and what is done about it"),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=10,
        max_length=2000,
        help_text=_(
            "It goes into the log with your name and cannot be taken back. The fault "
            "stays listed; only its alarm ends."
        ),
    )
    whole_log = forms.BooleanField(
        label=_("All open faults of this log"),
        required=False,
        help_text=_("One cause often shows in several places."),
    )
