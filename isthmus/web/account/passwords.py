"""A forgotten password, and changing a known one."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlsafe_base64_decode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from isthmus.core import clock, queue
from isthmus.web.account.forms import ChangePasswordForm, ForgottenForm, NewPasswordForm
from isthmus.workspace.commands.passwords import set_password
from isthmus.workspace.models import User


def forgotten(request: HttpRequest) -> HttpResponse:
    """Send a link to choose a new password; the answer is the same whether the address is known or not."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        site = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
        queue.enqueue("web.send_password_reset", {"email": form.cleaned_data["email"], "site": site})
        return render(request, "account/reset_sent.html", {"email": form.cleaned_data["email"]})
    return render(request, "account/forgotten.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@sensitive_post_parameters("password")
def reset(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Choose a new password by the link of the mail. The link opens once."""
    user = _user_of(uid)
    if user is None or not default_token_generator.check_token(user, token):
        text = _("This link was used or has expired. Have a new one sent to you.")
        return render(
            request, "account/link_refused.html", {"text": text, "again": "forgotten-password"}, status=410
        )
    form = NewPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        set_password(user=user, password=form.cleaned_data["password"], at=clock.now())
        messages.success(request, _("Your new password is set. Sign in with it."))
        return redirect("sign-in")
    context = {"form": form, "name": user.name}
    return render(request, "account/new_password.html", context, status=422 if form.is_bound else 200)


@login_required
@sensitive_post_parameters("present", "password")
def change(request: HttpRequest) -> HttpResponse:
    """Change one's password; other sign-ins end, this one stays."""
    user: User = request.user  # type: ignore[assignment]
    form = ChangePasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        set_password(user=user, password=form.cleaned_data["password"], at=clock.now())
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed. Other sign-ins of yours have ended."))
        return redirect("overview")
    return render(
        request, "account/change_password.html", {"form": form}, status=422 if form.is_bound else 200
    )


def _user_of(uid: str) -> User | None:
    try:
        pk = int(urlsafe_base64_decode(uid))
    except (ValueError, OverflowError):
        return None
    return User.objects.filter(pk=pk, is_active=True).first()
