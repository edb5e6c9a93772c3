"""Coming in by a link: a one-time sign-in, or an invitation."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from isthmus.core import clock
from isthmus.core.refusals import InvalidInput
from isthmus.web.account.forms import AcceptInvitationForm
from isthmus.workspace.commands.doors import (
    LinkNotValid,
    accept_invitation,
    find_sign_in_link,
    open_invitation,
    use_sign_in_link,
)
from isthmus.workspace.models import Invitation, User

BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by a one-time link.

    A link that came by mail asks for a press of the button first, because mail scanners open links; one
    that was printed in the terminal of the machine itself signs in when it is opened.
    """
    try:
        link = find_sign_in_link(token=token, at=clock.now())
        opened_by_hand = request.method == "POST" or (link.is_local and request.method == "GET")
        if not opened_by_hand:
            return render(request, "account/sign_in_link.html", {"name": link.user.name})
        user = use_sign_in_link(token=token, at=clock.now())
    except LinkNotValid as refusal:
        return _refused(request, refusal)
    login(request, user, backend=BACKEND)
    return redirect("overview")


@never_cache
@sensitive_post_parameters("password")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Become a user by an invitation: choose a name and a password."""
    try:
        invited = open_invitation(token, clock.now())
    except LinkNotValid as refusal:
        return _refused(request, refusal)
    unsaved = User(email=invited.email, name=invited.name)
    form = AcceptInvitationForm(unsaved, request.POST or None, initial={"name": invited.name})
    if request.method == "POST" and form.is_valid():
        return _accepted(request, token, invited, form)
    return _asked(request, invited, form)


def _accepted(
    request: HttpRequest, token: str, invited: Invitation, form: AcceptInvitationForm
) -> HttpResponse:
    given = form.cleaned_data
    try:
        user = accept_invitation(token=token, name=given["name"], password=given["password"], at=clock.now())
    except LinkNotValid as refusal:
        return _refused(request, refusal)
    except InvalidInput as refusal:
        form.add_error(None, str(refusal))
        return _asked(request, invited, form)
    login(request, user, backend=BACKEND)
    return redirect("overview")


def _asked(request: HttpRequest, invited: Invitation, form: AcceptInvitationForm) -> HttpResponse:
    context = {"form": form, "invitation": invited}
    return render(request, "account/invitation.html", context, status=422 if form.is_bound else 200)


def _refused(request: HttpRequest, refusal: LinkNotValid) -> HttpResponse:
    return render(request, "account/link_refused.html", {"text": str(refusal), "again": ""}, status=410)
