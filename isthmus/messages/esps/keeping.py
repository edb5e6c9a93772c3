"""What is kept of a mailbox's provider, sealed: the key of its API, and by what its messages are known."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput
from isthmus.core.safekeeping import seal, unseal
from isthmus.messages.esps.known import ESPS
from isthmus.messages.models import Mailbox

PURPOSE = "esp secret"


def keys_of(mailbox: Mailbox) -> dict[str, str]:
    """api_key, signing_key and password; empty where there is no provider. Raises SafekeepingLost."""
    kept: dict[str, str] = (
        json.loads(unseal(mailbox.esp_secret, purpose=PURPOSE)) if mailbox.esp_secret else {}
    )
    return kept


def set_esp(row: Mailbox, given: Mapping[str, Any]) -> None:
    """Have a mailbox send through a provider; what is left out stays as it is. Raises InvalidInput."""
    esp, region = str(given.get("esp") or ""), str(given.get("esp_region") or "")
    if esp not in ESPS:
        raise InvalidInput({"esp": _("This is no provider that is known here.")})
    if region not in ESPS[esp].regions:
        raise InvalidInput({"esp_region": _("%s has no such region.") % ESPS[esp].label})
    kept = keys_of(row) if row.esp == esp else {}
    for name in ("api_key", "signing_key"):
        if text := str(given.get(name) or "").strip():
            kept[name] = text
    if not kept.get("api_key"):
        raise InvalidInput({"api_key": _("Paste the key for sending from the provider’s page.")})
    if not (kept["api_key"].isascii() and kept["api_key"].isprintable()):
        raise InvalidInput({"api_key": _("This is no such key: copy it once more.")})
    kept.setdefault("password", secrets.token_urlsafe(24))
    row.esp, row.esp_region = esp, region
    row.esp_secret = seal(json.dumps(kept), purpose=PURPOSE)
    row.hook_key = row.hook_key or secrets.token_urlsafe(24)


def forget_esp(row: Mailbox) -> None:
    """Nothing is kept of its provider any more."""
    row.esp = row.esp_region = row.esp_secret = row.hook_key = ""
