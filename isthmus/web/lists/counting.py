"""How many rows there are, no further than it pays to know."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from isthmus.web import formats

CAP = 1000


def capped(rows: "QuerySet[Any]") -> tuple[int, bool]:
    """The count up to a thousand, and whether there are more."""
    # Counted by the database: each row that is fetched is a turn at the interpreter, lost to other threads.
    count = rows.order_by().values("pk")[: CAP + 1].count()
    return min(count, CAP), count > CAP


def written(count: int, more: bool) -> str:
    """`412`, or `1,000+`."""
    return _("%(count)s+") % {"count": formats.number(count)} if more else formats.number(count)
