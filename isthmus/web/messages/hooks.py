"""Where providers tell what became of mails; and choosing through which one a mailbox sends."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from isthmus.core import clock
from isthmus.messages.esps.hearing import NotFromTheProvider, NotUnderstood, address_for, hear, mailbox_of
from isthmus.messages.esps.known import ESPS, REGIONS, label_of
from isthmus.messages.models import Mailbox
from isthmus.web.access import needs
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.forms import ActForm

CHOICES = [(name, one.label) for name, one in ESPS.items()]


class EspForm(ActForm):
    """Which provider, and how it is signed in to."""

    esp = forms.ChoiceField(label=gettext_lazy("Provider"), choices=CHOICES)
    esp_region = forms.ChoiceField(
        label=gettext_lazy("Region"),
        choices=REGIONS,
        required=False,
        help_text=gettext_lazy("Mailgun and SendGrid keep the mail of some accounts in the European Union"),
    )
    api_key = forms.CharField(
        label=gettext_lazy("Key for sending"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("At Postmark the server token. Left empty, the one that is kept stays"),
    )
    signing_key = forms.CharField(
        label=gettext_lazy("Key of its signatures"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "Mailgun: the signing key of webhooks, needed to hear from it. SendGrid: the verification key"
        ),
    )
    wide = ("api_key", "signing_key")


@needs("mailboxes.edit")
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Through which provider a mailbox sends."""
    from isthmus.web.messages.mailboxes import seen_mailbox

    row, page = seen_mailbox(request, pk), reverse("mailbox", args=[pk])
    initial = {"esp": row.esp or "postmark", "esp_region": row.esp_region}
    done = _(
        "Mail goes through it from now on. Give it the address on this page, so that it tells what arrives."
    )
    act = Act(
        "send_through_esp", _("Send through a provider"), done, page, {"mailbox_id": pk}, page, row.address,
        _("Save"),
    )  # fmt: skip
    return act_by_form(request, act, EspForm(sent(request), initial=initial))


@csrf_exempt  # Whoever calls proves itself by password or signature.
@require_http_methods(["POST", "HEAD"])
def hook(request: HttpRequest, key: str) -> HttpResponse:
    """What a provider tells. Told anything but 200, it tells it again later."""
    mailbox = mailbox_of(key)
    if mailbox is None:
        raise Http404
    if request.method == "HEAD":
        return HttpResponse()
    try:
        hear(mailbox, request, at=clock.now())
    except NotFromTheProvider:
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="Isthmus"'})
    except NotUnderstood:
        return HttpResponse(status=400)
    return HttpResponse()


def esp_of(row: Mailbox, request: HttpRequest) -> dict[str, Any] | None:
    """What a mailbox's page says of its provider; None where it has none."""
    if not row.esp:
        return None
    path = reverse("mail-hook", args=[row.hook_key])
    url = settings.PUBLIC_URL + path if settings.PUBLIC_URL else request.build_absolute_uri(path)
    return {"label": label_of(row.esp), "address": address_for(row, url), "signs": ESPS[row.esp].signs}
