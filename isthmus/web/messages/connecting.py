"""Connecting mailboxes at Google and Microsoft: out to the provider's page, and back with its answer.

What must be known when somebody comes back (the verifier, whose mailbox) is kept in their session under the
`state` that went along, for some minutes and once. An answer with another state is not ours.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from isthmus.core import clock, commands
from isthmus.core.outbound import NotReached
from isthmus.core.refusals import Refusal
from isthmus.core.safekeeping import seal, unseal
from isthmus.messages import oauth
from isthmus.messages.models import Mailbox, OAuthClient
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, refused, sent, went_well
from isthmus.web.acts.forms import ActForm
from isthmus.web.settings.frame import show

HOME = "settings-mailboxes"
PURPOSE = "oauth verifier"
_KEPT, _MOST, _TIME = "mailbox_consents", 5, timedelta(minutes=15)
_NAMES = {"google": "Google", "microsoft": "Microsoft"}


class ClientForm(ActForm):
    """What the provider gave for this installation."""

    client_id = forms.CharField(
        label=gettext_lazy("Client id"), max_length=254, widget=forms.TextInput(attrs={"autofocus": True})
    )
    client_secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Kept sealed, shown to nobody. Left empty, the one that is kept stays"),
    )
    tenant = forms.CharField(
        label=gettext_lazy("Tenant"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Only if it is registered for your company alone: its domain or id"),
    )
    wide = ("client_id", "client_secret", "tenant")

    def __init__(self, provider: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if provider != "microsoft":
            del self.fields["tenant"]


@dataclass(frozen=True)
class Registration:
    """A provider and what it knows of this installation."""

    name: str
    label: str
    client_id: str


def clients() -> list[Registration]:
    """Each provider, registered with or not."""
    known = dict(OAuthClient.objects.values_list("provider", "client_id"))
    return [Registration(name, label, known.get(name, "")) for name, label in _NAMES.items()]


def redirect_address(request: HttpRequest) -> str:
    """Where providers send people back to; the same each time, as they compare it letter by letter."""
    path = reverse("mailbox-connected")
    return settings.PUBLIC_URL + path if settings.PUBLIC_URL else request.build_absolute_uri(path)


@needs("settings.edit")
def client(request: HttpRequest, name: str) -> HttpResponse:
    """Register this installation with a provider, or change what it gave."""
    if name not in _NAMES:
        raise Http404
    row, home = OAuthClient.objects.filter(provider=name).first(), reverse(HOME)
    initial = {"client_id": row.client_id, "tenant": row.tenant} if row else {}
    done = _("Mailboxes there are connected by a button now.")
    act = Act("save_oauth_client", _NAMES[name], done, home, {"provider": name}, home, verb=_("Save"))
    return act_by_form(request, act, ClientForm(name, sent(request), initial=initial))


@needs("settings.edit")
def forget(request: HttpRequest, name: str) -> HttpResponse:
    """Forget what a provider gave for this installation."""
    if name not in _NAMES:
        raise Http404
    home = reverse(HOME)
    act = Act(
        "remove_oauth_client",
        _("Forget the registration with %s") % _NAMES[name],
        _("It is forgotten."),
        home,
        {"provider": name},
        home,
        _("Mailboxes that were connected by it stop working within an hour."),
        _("Forget it"),
        danger=True,
    )
    return act_by_form(request, act, ActForm(sent(request)))


@needs("mailboxes.edit")
@require_POST
def connect(request: HttpRequest, pk: int) -> HttpResponse:
    """Out to the page of a mailbox's provider; without scripts by a link, as forms lead nowhere else."""
    row, page = _mailbox(request, pk), reverse("mailbox", args=[pk])
    redirect = redirect_address(request)
    try:
        begun = oauth.begin(row, redirect=redirect)
    except Refusal as refusal:
        return refused(request, refusal, page)
    kept = dict(list(request.session.get(_KEPT, {}).items())[1 - _MOST :])
    kept[begun.state] = {
        "mailbox": row.pk,
        "verifier": seal(begun.verifier, purpose=PURPOSE),
        "redirect": redirect,
        "at": clock.now().isoformat(),
    }
    request.session[_KEPT] = kept
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": begun.address})
    context = {
        "title": row.address,
        "address": begun.address,
        "provider": oauth.provider_name(row),
        "back": page,
    }
    return show(request, HOME, "messages/onward.html", context)


@needs("mailboxes.edit")
@require_safe
def connected(request: HttpRequest) -> HttpResponse:
    """Back from a provider: its answer is taken once, and only where it was asked for in this session."""
    waiting = request.session.get(_KEPT, {})
    asked = waiting.pop(request.GET.get("state", ""), None)
    request.session[_KEPT] = waiting
    home = reverse(HOME)
    if asked is None or clock.now() - datetime.fromisoformat(asked["at"]) > _TIME:
        return refused(request, oauth.ConsentFailed(_not_asked()), home)
    row = _mailbox(request, asked["mailbox"])
    page = reverse("mailbox", args=[row.pk])
    try:
        token = _token(request, row, asked)
        given = {"mailbox_id": row.pk, "refresh_token": token}
        result = commands.run("connect_mailbox", given, by=actor_of(request), at=clock.now())
    except Refusal as refusal:
        return refused(request, refusal, page)
    except NotReached as lost:
        return refused(request, oauth.ConsentFailed(f"{lost} {_('Connect again in some minutes.')}"), page)
    done = _("%s lets us in. Both servers are being tried.") % oauth.provider_name(row)
    return went_well(request, Act("connect_mailbox", "", done, page, {}, page), result)


def _token(request: HttpRequest, row: Mailbox, asked: dict[str, str]) -> str:
    if error := request.GET.get("error"):
        said = request.GET.get("error_description", "")
        raise oauth.ConsentFailed(oauth.in_words(row, error[:60], said))
    verifier = unseal(asked["verifier"], purpose=PURPOSE)
    code = request.GET.get("code", "")
    return oauth.finish(row, code=code, verifier=verifier, redirect=asked["redirect"])


def _not_asked() -> str:
    return _(
        "This answer was not asked for here, was taken already, or came too late. Open the mailbox and press "
        "Connect once more, in this browser."
    )


def _mailbox(request: HttpRequest, pk: int) -> Mailbox:
    rows = Mailbox.objects.kept().visible_to(actor_of(request), "mailboxes.edit")
    row: Mailbox | None = rows.filter(pk=pk).exclude(auth=Mailbox.Auth.PASSWORD).first()
    if row is None:
        raise Http404
    return row
