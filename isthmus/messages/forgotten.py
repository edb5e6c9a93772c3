"""The id of a mail that was erased here: a keyed hash, so that it does not come back."""

import hashlib
import hmac

from django.conf import settings

MARK = "erased:"


def forgotten_id(rfc_id: str) -> str:
    """What stands in the place of a Message-ID once its mail was erased; the same each time."""
    if rfc_id.startswith(MARK):
        return rfc_id
    key = bytes.fromhex(settings.SECRETS.hashing)
    return MARK + hmac.new(key, f"message-id:{rfc_id}".encode(), hashlib.sha256).hexdigest()
