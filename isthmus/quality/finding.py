"""Looking for the flaws that no index tells: some thousand records at a time, so that nobody waits for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from isthmus.leads.models import Lead
from isthmus.people.models import Account, Person
from isthmus.quality.checks import Check, checks_of
from isthmus.quality.models import Flaw
from isthmus.sales.models import Deal

PAGE = 5_000  # records whose flaws are noted in one turn, so that nobody's writes wait for long
Progress = Callable[[int, int], None]
_ROWS: dict[str, Callable[[], Any]] = {
    "people": lambda: Person.objects.present(),
    "accounts": lambda: Account.objects.present(),
    "leads": lambda: Lead.objects.all(),
    "deals": lambda: Deal.objects.all(),
}


def find_flaws(*, at: datetime, progress: Progress = lambda done, of: None) -> None:
    """Note which records are flawed, and forget those that are not any more."""
    ends = {of: _last(of) for of in _ROWS if _sought(of)}
    done, total = 0, sum(ends.values())
    for of, end in ends.items():
        for start in range(0, end, PAGE):
            for check in _sought(of):
                _note(check, start, min(start + PAGE, end), at)
            progress(done + min(start + PAGE, end), total)
        done += end


def _sought(of: str) -> list[Check]:
    return [check for check in checks_of(of) if check.sought]


def _last(of: str) -> int:
    """The greatest number that a record has or had."""
    return _ROWS[of]().model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _note(check: Check, after: int, end: int, at: datetime) -> None:
    within = _ROWS[check.of]().filter(pk__gt=after, pk__lte=end)
    flawed = set(within.filter(check.condition(at)).order_by().values_list("pk", flat=True))
    noted = Flaw.objects.filter(name=check.name, record_id__gt=after, record_id__lte=end)
    known = set(noted.values_list("record_id", flat=True))
    if flawed == known:
        return
    with transaction.atomic():
        noted.filter(record_id__in=known - flawed).delete()
        Flaw.objects.bulk_create(
            (Flaw(name=check.name, record_id=pk) for pk in sorted(flawed - known)), ignore_conflicts=True
        )
