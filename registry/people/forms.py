"""What people may write into the pages of this room."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import (
    AuthenticationForm,
    PasswordChangeForm,
    SetPasswordForm,
)
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from registry.people.models import Role, ServiceScope, User

if TYPE_CHECKING:
    SetForm = SetPasswordForm[User]
    ChangeForm = PasswordChangeForm
else:
    SetForm, ChangeForm = SetPasswordForm, PasswordChangeForm

# LIMIT: far above any pass phrase; hashing megabytes would cost the server's time.
MAX_PASSWORD = 512


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty post is a post, too, and gets errors."""
    return request.POST if request.method == "POST" else None


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SignInForm(AuthenticationForm):
    """E-mail address and password; one message for every way of being wrong."""

    error_messages = {
        "invalid_login": _(
            "This e-mail address and password do not belong together. "
            "Check both; passwords tell upper case from lower case."
        ),
        "inactive": _("This e-mail address and password do not belong together."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("E-mail address")
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autofocus": True, "maxlength": 254}
        )
        self.fields["password"].widget.attrs["maxlength"] = MAX_PASSWORD

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()

    def clean_password(self) -> str:
        return _short_enough(self.cleaned_data["password"])


class AskResetForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class NewPasswordForm(SetForm):
    """A new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = _(
            "At least 12 characters. A sentence that only you would say is a good one."
        )
        self.fields["new_password2"].help_text = ""

    def clean_new_password1(self) -> str:
        return _short_enough(self.cleaned_data["new_password1"])


class AcceptForm(NewPasswordForm):
    """An invited person's name and first password."""

    field_order = ["name", "new_password1", "new_password2"]
    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        help_text=_("As others shall read it beside what you decide."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A link that does not work has no person; its page shows no form.
        self.fields["name"].initial = getattr(self.user, "name", "")


class ChangePasswordForm(ChangeForm, NewPasswordForm):
    """The old password, and the new one twice."""

    error_messages = {
        **ChangeForm.error_messages,
        "password_incorrect": _("This is not your present password."),
    }


class InviteForm(forms.Form):
    """Whom to give which role, until when."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        help_text=_("The person can change it when they accept."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: no end. An authority always needs one."),
    )

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class RoleForm(forms.Form):
    """One more role for a person who is here already."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: no end. An authority always needs one."),
    )

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class UntilForm(forms.Form):
    last_day = forms.DateField(label=_("Last day"), required=False, widget=DayInput())


class KeyForm(forms.Form):
    """A key of the organisation: what it is for, what it may do, until when."""

    name = forms.CharField(
        label=_("Name"),
        max_length=50,
        help_text=_("The service that will hold it, so that you can tell keys apart."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=ServiceScope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: it works until it is revoked."),
    )

    def clean_scopes(self) -> list[ServiceScope]:
        return [ServiceScope(scope) for scope in self.cleaned_data["scopes"]]


def _short_enough(password: str) -> str:
    if len(password) > MAX_PASSWORD:
        raise ValidationError(
            _("A password may have %(max)s characters.") % {"max": MAX_PASSWORD}
        )
    return password
