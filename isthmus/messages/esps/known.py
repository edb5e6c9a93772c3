"""The providers that a mailbox can send through: where each is called, and what must be known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Esp:
    """One provider. `backend` and `webhook` are its classes in Anymail; `signs`: it signs what it tells.

    `regions`: the addresses of its API, the first where none is named. `quiet`: opens and clicks can be left
    uncounted mail by mail.
    """

    label: str
    backend: str
    webhook: str
    key: str
    regions: Mapping[str, str]
    quiet: bool = True
    signs: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


ESPS: dict[str, Esp] = {
    "postmark": Esp(
        "Postmark",
        "anymail.backends.postmark.EmailBackend",
        "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
        "server_token",
        {"": "https://api.postmarkapp.com/"},
        headers={"X-PM-KeepID": "true"},  # Else it gives each mail an id that no answer would find.
    ),
    "mailgun": Esp(
        "Mailgun",
        "anymail.backends.mailgun.EmailBackend",
        "anymail.webhooks.mailgun.MailgunTrackingWebhookView",
        "api_key",
        {"": "https://api.mailgun.net/v3/", "eu": "https://api.eu.mailgun.net/v3/"},
        signs=True,
    ),
    "brevo": Esp(
        "Brevo",
        "anymail.backends.brevo.EmailBackend",
        "anymail.webhooks.brevo.BrevoTrackingWebhookView",
        "api_key",
        {"": "https://api.brevo.com/v3/"},
        quiet=False,
    ),
    "sendgrid": Esp(
        "SendGrid",
        "anymail.backends.sendgrid.EmailBackend",
        "anymail.webhooks.sendgrid.SendGridTrackingWebhookView",
        "api_key",
        {"": "https://api.sendgrid.com/v3/", "eu": "https://api.eu.sendgrid.com/v3/"},
        signs=True,
    ),
}
REGIONS = [("", _("Worldwide")), ("eu", _("European Union"))]


def label_of(esp: str) -> str:
    """The provider as people call it; empty for none."""
    return ESPS[esp].label if esp in ESPS else ""
