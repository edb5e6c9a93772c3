"""What the account pages ask."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from isthmus.workspace.models import User


def _text(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input", **attributes})


def _password(autocomplete: str) -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"class": "input", "autocomplete": autocomplete})


class SignInForm(forms.Form):
    """E-mail and password. Does not tell which of the two was wrong."""

    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "username"})
    )
    password = forms.CharField(label=_("Password"), widget=_password("current-password"), strip=False)

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("email") and given.get("password"):
            self.user = authenticate(self.request, username=given["email"], password=given["password"])
            if self.user is None:
                raise ValidationError(
                    _("No user has this e-mail and password. Try again, or have a new password sent to you.")
                )
        return given


class ForgottenForm(forms.Form):
    """Whose password was forgotten."""

    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "username"})
    )


class NewPasswordForm(forms.Form):
    """A new password, once: a password field shows dots, managers fill it in."""

    password = forms.CharField(
        label=_("New password"),
        widget=_password("new-password"),
        strip=False,
        help_text=_("At least 12 characters; a few unrelated words do well."),
    )

    def __init__(self, user: User | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password


class AcceptInvitationForm(NewPasswordForm):
    """A name and a password: with them the invited person becomes a user."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=_text(autocomplete="name"))
    field_order = ["name", "password"]


class ChangePasswordForm(NewPasswordForm):
    """The present password, then the new one."""

    present = forms.CharField(
        label=_("Present password"), widget=_password("current-password"), strip=False, required=False
    )
    field_order = ["present", "password"]

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        if not user.has_usable_password():
            del self.fields["present"]
        else:
            self.fields["present"].required = True

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        if self.user is None or not self.user.check_password(present):
            raise ValidationError(_("This is not your present password. Type it again."))
        return present
