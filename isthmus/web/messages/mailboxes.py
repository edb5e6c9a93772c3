"""Mailboxes in Settings: whose, whether they work, and whether all of their mail is here."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from isthmus.core.actors import Actor, Scope
from isthmus.core.queue.holding import held_since
from isthmus.messages.models import Mailbox, OAuthClient, Privacy
from isthmus.messages.models.mailboxes import SECURITIES
from isthmus.messages.oauth import provider_name
from isthmus.messages.queries import unknown_outcomes
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm, choices_with_none
from isthmus.web.messages.connecting import clients, redirect_address
from isthmus.web.messages.hooks import CHOICES, esp_of
from isthmus.web.settings.frame import show
from isthmus.workspace.models import Team

HOME = "settings-mailboxes"
_OF_SERVERS = ("smtp_host", "smtp_port", "smtp_security", "imap_host", "imap_port", "imap_security")
_PLAIN = ("name", "privacy", *_OF_SERVERS, "login", "undo_seconds", "history_days", "makes_leads")


class _Servers(ActForm):
    name = forms.CharField(label=gettext_lazy("Name beside the address"), max_length=120, required=False)
    privacy = forms.ChoiceField(
        label=gettext_lazy("What colleagues see of its mail"),
        choices=Privacy.choices,
        initial=Privacy.METADATA,
        help_text=gettext_lazy("With people whom they may see. You see all of it."),
    )
    login = forms.CharField(
        label=gettext_lazy("Name at the mail server"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("Mostly the address itself"),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Kept sealed, shown to nobody. Many providers want an app password"),
    )
    smtp_host = forms.CharField(
        label=gettext_lazy("Server for sending (SMTP)"),
        max_length=253,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "smtp.example.com"}),
    )
    smtp_port = forms.IntegerField(
        label=gettext_lazy("Its port"), min_value=1, max_value=65535, initial=465, required=False
    )
    smtp_security = forms.ChoiceField(
        label=gettext_lazy("Its encryption"), choices=SECURITIES[:2], required=False
    )
    imap_host = forms.CharField(
        label=gettext_lazy("Server for reading (IMAP)"),
        max_length=253,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "imap.example.com"}),
    )
    imap_port = forms.IntegerField(
        label=gettext_lazy("Its port"), min_value=1, max_value=65535, initial=993, required=False
    )
    imap_security = forms.ChoiceField(
        label=gettext_lazy("Its encryption"), choices=SECURITIES[:2], required=False
    )
    undo_seconds = forms.IntegerField(
        label=gettext_lazy("Seconds in which a mail can be taken back"),
        min_value=0,
        max_value=120,
        initial=10,
        required=False,
    )
    history_days = forms.IntegerField(
        label=gettext_lazy("Days back that are read at first"),
        min_value=0,
        max_value=3650,
        initial=90,
        required=False,
    )
    makes_leads = forms.BooleanField(label=gettext_lazy("Strangers who write become leads"), required=False)
    wide = ("privacy",)


class MailboxForm(_Servers):
    """A new mailbox: one's own, or a team's where the right reaches that."""

    address = forms.CharField(
        label=gettext_lazy("Address"), max_length=254, widget=forms.EmailInput(attrs={"autofocus": True})
    )
    team_id = forms.TypedChoiceField(
        label=gettext_lazy("Shared by"), required=False, coerce=int, empty_value=None
    )
    auth = forms.ChoiceField(label=gettext_lazy("Signed in to with"), choices=Mailbox.Auth.choices)
    refresh_token = forms.CharField(
        label=gettext_lazy("Refresh token (OAuth)"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Leave it and the two below empty to connect by a button afterwards"),
    )
    esp = forms.ChoiceField(
        label=gettext_lazy("Sent through"),
        choices=choices_with_none(CHOICES, gettext_lazy("The server for sending")),
        required=False,
        help_text=gettext_lazy("Or through the API of an e-mail service provider"),
    )
    api_key = forms.CharField(
        label=gettext_lazy("Its key for sending"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Only with such a provider"),
    )
    client_id = forms.CharField(label=gettext_lazy("Client id (OAuth)"), required=False)
    client_secret = forms.CharField(
        label=gettext_lazy("Client secret (OAuth)"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    field_order = (
        "address", "name", "team_id", "auth", "login", "password", "smtp_host", "smtp_port", "smtp_security",
        "imap_host", "imap_port", "imap_security", "esp", "api_key", "refresh_token", "client_id",
        "client_secret", "privacy", "undo_seconds", "history_days", "makes_leads",
    )  # fmt: skip

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = _teams(actor)
        if teams:
            field: Any = self.fields["team_id"]
            field.choices = choices_with_none(teams, _("Nobody: it is mine"))
        else:
            del self.fields["team_id"]


class ChangeForm(_Servers):
    """What may change of a mailbox; an empty password leaves it as it is."""

    def arguments(self) -> dict[str, Any]:
        """All but a password that was not typed."""
        given = dict(self.cleaned_data)
        return {
            name: value
            for name, value in given.items()
            if value is not None and (value or name != "password")
        }


@needs("mailboxes.edit")
def mailboxes(request: HttpRequest) -> HttpResponse:
    """The mailboxes that one looks after, each with its state."""
    actor = actor_of(request)
    rows = list(_rows(actor).prefetch_related("folders").order_by("address"))
    context = {
        "rows": [(row, standing(row), _line(row)) for row in rows],
        "held_since": held_since(),
        "unknown": unknown_outcomes(actor).count(),
        "clients": clients() if actor.allows("settings.edit") else [],
        "redirect": redirect_address(request),
    }
    return show(request, HOME, "messages/mailboxes.html", context)


@needs("mailboxes.edit")
def mailbox(request: HttpRequest, pk: int) -> HttpResponse:
    """One mailbox: does it work, is all of it here?"""
    row = seen_mailbox(request, pk)
    context = {
        "title": row.address,
        "one": row,
        "standing": standing(row),
        "folders": list(row.folders.order_by("role")),
        "unknown": unknown_outcomes(actor_of(request)).filter(message__mailbox=row).count(),
        "held_since": held_since(),
        "provider": provider_name(row) if row.auth != Mailbox.Auth.PASSWORD else "",
        "has_client": OAuthClient.objects.filter(provider=row.auth).exists(),
        "esp": esp_of(row, request),
        "may_register": actor_of(request).allows("settings.edit"),
    }
    if request.htmx and request.GET.get("part") == "state":  # type: ignore[attr-defined]
        return render(request, "messages/mailbox.html#state", context)
    return show(request, HOME, "messages/mailbox.html", context)


@needs("mailboxes.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Connect a mailbox; both servers are tried at once."""
    actor, home = actor_of(request), reverse(HOME)
    act = Act(
        "add_mailbox",
        _("Connect a mailbox"),
        lambda result: (
            _("The mailbox is connected. Try it to see whether both servers let it in.")
            if result.value.is_connected
            else _("The mailbox is added. Connect it at its provider now.")
        ),
        lambda result: reverse("mailbox", args=[result.value.pk]),
        {},
        home,
        verb=_("Connect"),
    )
    return act_by_form(request, act, MailboxForm(actor, sent(request)))


@needs("mailboxes.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Other servers, another password, another openness."""
    row = seen_mailbox(request, pk)
    page = reverse("mailbox", args=[pk])
    form = ChangeForm(sent(request), initial={name: getattr(row, name) for name in _PLAIN})
    if row.owner_id is not None and row.owner_id != actor_of(request).id:
        del form.fields["privacy"]
    act = Act(
        "edit_mailbox", _("Change the mailbox"), _("Changed."), page, {"mailbox_id": pk}, page, row.address,
        _("Save"),
    )  # fmt: skip
    return act_by_form(request, act, form)


@needs("mailboxes.edit")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a mailbox away; its mail stays."""
    row = seen_mailbox(request, pk)
    act = Act(
        "remove_mailbox",
        _("Remove %(mailbox)s") % {"mailbox": row.address},
        _("The mailbox is removed; its mail stays."),
        reverse(HOME),
        {"mailbox_id": pk},
        reverse("mailbox", args=[pk]),
        _("Its password is forgotten, and nothing is sent from it or read any more."),
        _("Remove it"),
        danger=True,
    )
    return act_by_form(request, act, ActForm(sent(request)))


@needs("mailboxes.edit")
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Try both servers, read now, switch off or on."""
    seen_mailbox(request, pk)
    page = reverse("mailbox", args=[pk])
    acts: dict[str, tuple[str, str, dict[str, Any]]] = {
        "try": ("try_mailbox", _("Both servers are being tried."), {}),
        "read": ("read_mailbox", _("It is being read and compared now."), {}),
        "disconnect": ("disconnect_mailbox", _("Its provider lets nobody in from here any more."), {}),
        "server": ("send_through_server", _("Mail goes by its own server again."), {}),
        "off": ("switch_mailbox", _("Nothing is sent or read any more."), {"on": False}),
        "on": ("switch_mailbox", _("It is sent from and read again."), {"on": True}),
    }
    if name not in acts:
        raise Http404
    command, done, more = acts[name]
    return act_now(request, Act(command, "", done, page, {"mailbox_id": pk, **more}, page))


def standing(row: Mailbox) -> tuple[str, str]:
    """How a mailbox is, in a word and its tone."""
    if not row.on:
        return _("Off"), ""
    if not row.is_connected:
        return _("Not connected yet"), "warn"
    if row.trying:
        return _("Being tried"), ""
    if row.send_error or row.sync_error:
        return _("Does not work"), "bad"
    return (_("Works"), "good") if row.synced_at or row.tried_at else (_("Not tried yet"), "warn")


def _line(row: Mailbox) -> str:
    """Whether all of a mailbox is here: "source has 412, here 412"."""
    folders = [one for one in row.folders.all() if one.compared_at]
    if not folders:
        return ""
    there, here = sum(one.on_server for one in folders), sum(one.here for one in folders)
    return _("source has %(there)s, here %(here)s") % {"there": there, "here": here}


def _rows(actor: Actor) -> Any:
    return Mailbox.objects.kept().visible_to(actor, "mailboxes.edit").select_related("owner", "team")


def seen_mailbox(request: HttpRequest, pk: int) -> Mailbox:
    """A mailbox that the reader looks after; 404 for any other."""
    row: Mailbox = get_object_or_404(_rows(actor_of(request)), pk=pk)
    return row


def _teams(actor: Actor) -> list[tuple[int, str]]:
    scope = actor.scope("mailboxes.edit")
    if scope is Scope.OWN or scope is None:
        return []
    rows = Team.objects.all() if scope is Scope.ALL else Team.objects.filter(pk__in=actor.team_ids)
    return list(rows.values_list("pk", "name"))
