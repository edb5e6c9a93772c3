"""`If-Match: "3"`: an act on a record only while nobody has changed it since it was read."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.core.editing import need_version
from isthmus.core.refusals import InvalidInput
from isthmus.leads.models import Lead
from isthmus.people.models import Account, Person
from isthmus.sales.models import Deal

# The argument that names the record that a command is about; the first that is given counts.
_VERSIONED: Mapping[str, Any] = {
    "person_id": Person,
    "account_id": Account,
    "deal_id": Deal,
    "lead_id": Lead,
}


def expected(request: HttpRequest) -> int | None:
    """The version that the caller has read, where they say so. Raises InvalidInput."""
    header = request.headers.get("If-Match")
    if header is None:
        return None
    text = header.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise InvalidInput({"If-Match": _('If-Match must be a version, like the ETag of the record: "3".')})
    return int(text)


def check(version: int, arguments: Mapping[str, Any], by: Actor) -> None:
    """Lock the record and compare. Must run in the act's transaction. Raises VersionMoved, InvalidInput.

    A record out of reach is left for the command to refuse.
    """
    for name, model in _VERSIONED.items():
        number = arguments.get(name)
        if isinstance(number, int):
            found = model.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=number).first()
            if found is not None:
                need_version(found, version)
            return
    raise InvalidInput({"If-Match": _("This act is about no record that has a version.")})
