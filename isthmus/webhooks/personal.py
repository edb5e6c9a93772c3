"""What webhooks hold of a person: their number, in messages that name nobody."""

from django.utils.translation import gettext_lazy as _

from isthmus.core.personal_stores import impersonal

impersonal(
    "webhooks.Webhook", "url", "description", "kinds", "secret", "former_secret", "off_because",
    because=_("the company's own settings"),
)  # fmt: skip
impersonal(
    "webhooks.Delivery", "message_id", "kind", "body", "state", "error",
    because=_("kinds, channels, amounts and numbers; people are numbers here"),
)  # fmt: skip
