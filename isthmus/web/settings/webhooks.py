"""Webhooks: endpoints of other systems, what they hear of, and each message with its outcome."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from isthmus.core import clock
from isthmus.core.commands import CommandResult
from isthmus.core.queue.holding import held_since
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm, moment_input
from isthmus.web.lists import keyset
from isthmus.web.pieces import Choice
from isthmus.web.settings.frame import show
from isthmus.web.settings.users import shown_once
from isthmus.webhooks.events import KINDS
from isthmus.webhooks.models import Delivery, Webhook
from isthmus.webhooks.queries import deliveries_for, webhooks_for

HOME = "settings-webhooks"
ORDER = keyset.Order("made_at", descending=True)
PAGE = 25


class WebhookForm(ActForm):
    """Where to, what for, and of what."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://example.com/in"}),
        help_text=gettext_lazy("Begins with https:// and lies on the open internet"),
    )
    description = forms.CharField(label=gettext_lazy("For"), max_length=200, required=False)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Only these events"),
        required=False,
        choices=list(KINDS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all of them, and those that come with new versions"),
    )
    with_imports = forms.BooleanField(
        label=gettext_lazy("Also what imports bring"),
        required=False,
        help_text=gettext_lazy("Years of history are no news: leave it out unless the other side wants them"),
    )
    wide = ("url", "kinds")

    def arguments(self) -> dict[str, Any]:
        """All of it: an emptied field is meant."""
        return dict(self.cleaned_data)


class AgainForm(ActForm):
    """Since when."""

    failed_since = forms.DateTimeField(
        label=gettext_lazy("What failed since"), widget=moment_input(), input_formats=["%Y-%m-%dT%H:%M"]
    )


@needs("webhooks.edit")
def webhooks(request: HttpRequest) -> HttpResponse:
    """The endpoints, those that are on first, each with its latest message."""
    latest = Delivery.objects.filter(webhook=OuterRef("pk")).order_by("-made_at", "-pk")
    rows = webhooks_for(actor_of(request)).annotate(
        last_at=Subquery(latest.values("made_at")[:1]), last_state=Subquery(latest.values("state")[:1])
    )
    context = {"rows": [(row, _standing(row)) for row in rows], "held_since": held_since()}
    return show(request, HOME, "settings/webhooks.html", context)


@needs("webhooks.edit")
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One endpoint and its messages, the latest first."""
    row = get_object_or_404(webhooks_for(actor_of(request)).select_related("made_by"), pk=pk)
    state, after = request.GET.get("state", ""), request.GET.get("after", "")
    found, onward = keyset.page(deliveries_for(actor_of(request), pk, state), ORDER, after, PAGE)
    context: dict[str, Any] = {
        "deliveries": [(one, _tone(one)) for one in found],
        "next": f"?{urlencode({'state': state, 'after': onward})}" if onward else "",
    }
    if request.htmx and after:  # type: ignore[attr-defined]
        return render(request, "settings/webhook.html#rows", context)
    context |= {
        "title": str(row),
        "one": row,
        "standing": _standing(row),
        "kinds": [KINDS[kind] for kind in row.kinds],
        "states": _states(pk, state),
        "state": state,
        "failed": deliveries_for(actor_of(request), pk, Delivery.State.FAILED).exists(),
        "held_since": held_since(),
    }
    return show(request, HOME, "settings/webhook.html", context)


@needs("webhooks.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new endpoint; its secret is shown once."""
    page = reverse(HOME)
    act = Act("add_webhook", _("New webhook"), "", page, {}, page, verb=_("Add it"))
    return act_by_form(request, act, WebhookForm(sent(request)), answer=_secret(request))


@needs("webhooks.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another address, other events."""
    row = _row(request, pk)
    initial = {name: getattr(row, name) for name in ("url", "description", "kinds", "with_imports")}
    page = _page(pk)
    act = Act(
        "edit_webhook", _("Change the webhook"), _("Changed."), page, {"webhook_id": pk}, page, verb=_("Save")
    )
    return act_by_form(request, act, WebhookForm(sent(request), initial=initial))


@needs("webhooks.edit")
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret, shown once."""
    _row(request, pk)
    act = Act(
        "rotate_webhook_secret",
        _("New secret"),
        "",
        _page(pk),
        {"webhook_id": pk},
        _page(pk),
        _("For a day messages are signed with the old one too, so that nothing is lost meanwhile."),
        _("Make a new secret"),
    )
    return act_by_form(request, act, ActForm(sent(request)), answer=_secret(request))


@needs("webhooks.edit")
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """All that failed since a time, once more."""
    _row(request, pk)

    def done(result: CommandResult) -> str:
        return _("Messages on their way again: %d.") % int(result.value["replayed"])

    act = Act(
        "replay_failed", _("Send what failed again"), done, _page(pk), {"webhook_id": pk}, _page(pk),
        verb=_("Send again"),
    )  # fmt: skip
    since = timezone.localtime(clock.now() - timedelta(days=1)).replace(second=0, microsecond=0)
    return act_by_form(request, act, AgainForm(sent(request), initial={"failed_since": since}))


@needs("webhooks.edit")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an endpoint away for good."""
    row = _row(request, pk)
    act = Act(
        "remove_webhook",
        _("Remove %(webhook)s") % {"webhook": row},
        _("The webhook is removed."),
        reverse(HOME),
        {"webhook_id": pk},
        _page(pk),
        _("Its secret and its messages go with it. This cannot be undone."),
        _("Remove it"),
        danger=True,
    )
    return act_by_form(request, act, ActForm(sent(request)))


@needs("webhooks.edit")
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Try an endpoint, switch it off or on."""
    words = {
        "try": ("try_webhook", _("A test is on its way. In a moment its outcome stands below.")),
        "off": ("disable_webhook", _("Nothing goes there any more.")),
        "on": ("enable_webhook", _("From now on it hears what happens.")),
    }
    if name not in words:
        raise Http404
    command, done = words[name]
    return act_now(request, Act(command, "", done, _page(pk), {"webhook_id": pk}, _page(pk)))


@needs("webhooks.edit")
@require_POST
def message_again(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Send one message again."""
    done = _("The message is on its way again.")
    return act_now(request, Act("replay_delivery", "", done, _page(pk), {"delivery_id": number}, _page(pk)))


def _secret(request: HttpRequest) -> Any:
    def answer(result: Any) -> HttpResponse:
        note = _("Copy it now into the other system: it is shown only this once. It begins with whsec_.")
        context = {
            "title": _("The secret of %(webhook)s") % {"webhook": result.value.row},
            "secret": result.value.token,
            "note": note,
            "back": _page(result.value.pk),
        }
        return shown_once(request, context)

    return answer


def _row(request: HttpRequest, pk: int) -> Webhook:
    rows: QuerySet[Webhook] = webhooks_for(actor_of(request))
    return get_object_or_404(rows, pk=pk)


def _page(pk: int) -> str:
    return reverse("webhook", args=[pk])


def _standing(row: Webhook) -> tuple[str, str]:
    if row.off_since is not None:
        return _("Off"), "" if row.off_because == Webhook.Off.CHOSEN else "bad"
    return (_("Failing"), "warn") if row.failing_since is not None else (_("On"), "good")


def _tone(message: Delivery) -> str:
    if message.state == Delivery.State.WAITING:
        return "warn" if message.error else ""
    return {Delivery.State.DELIVERED: "good", Delivery.State.FAILED: "bad"}[Delivery.State(message.state)]


def _states(pk: int, state: str) -> Sequence[Choice]:
    named = [("", _("All")), *Delivery.State.choices]
    return [
        Choice(str(text), f"{_page(pk)}?state={one}" if one else _page(pk), one == state)
        for one, text in named
    ]
