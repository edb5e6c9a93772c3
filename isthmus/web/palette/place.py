"""Where somebody is when they open the palette: the record of the page, or the rows selected in a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from isthmus.core.actors import Actor
from isthmus.web.acts.returning import back_of
from isthmus.workspace import records

# The argument by which commands name a record of each kind.
ARGUMENTS = {"person": "person_id", "account": "account_id", "lead": "lead_id", "deal": "deal_id"}
MOST = 200


@dataclass(frozen=True)
class Place:
    """The records that acts are about (none where the page has none), and the page to come back to."""

    kind: str = ""
    rows: Sequence[Any] = ()
    back: str = "/"

    @property
    def argument(self) -> str:
        """The argument that names such a record."""
        return ARGUMENTS.get(self.kind, "")

    @property
    def is_one(self) -> bool:
        """Whether it is one record and no selection."""
        return len(self.rows) == 1

    def query(self, **more: str) -> str:
        """The place as the query of an address."""
        on = f"{self.kind}:{','.join(str(row.pk) for row in self.rows)}" if self.rows else ""
        parts = {"on": on, "back": self.back, **more}
        return "?" + urlencode({name: value for name, value in parts.items() if value})


def place_of(request: HttpRequest, actor: Actor) -> Place:
    """The place of a request: `on=deal:12` or `on=deal:12,13`. What the actor may not see is left out."""
    back = back_of(request, reverse("palette"))
    kind, _colon, numbers = request.GET.get("on", "").partition(":")
    ids = [int(one) for one in numbers.split(",") if one.isdigit() and len(one) < 19][:MOST]
    if kind not in ARGUMENTS or not ids:
        return Place(back=back)
    found: Mapping[int, Any] = records.visible(kind, ids, actor)
    return Place(kind, [found[pk] for pk in ids if pk in found], back)
