"""I2 and I5: no committed fact is missing or doubled, and every sealed file is what was sealed."""

from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext as _

from isthmus.core.models import CommandRun
from isthmus.ledger.models import InboxFact, Unit
from isthmus.ledger.position import one_database_snapshot
from isthmus.ledger.verifying import verify


def check_facts() -> list[str]:
    """One sentence when acts committed more or fewer facts than the inbox and the sealed files hold.

    Every act's audit row says how many facts it committed; facts that were sealed twice are counted apart.
    """
    with one_database_snapshot():
        committed = CommandRun.objects.aggregate(facts=Sum("facts"))["facts"] or 0
        units = Unit.objects.filter(kind=Unit.Kind.SEAL).aggregate(rows=Sum("rows"), others=Sum("collected"))
        sealed = (units["rows"] or 0) - (units["others"] or 0)
        waiting = InboxFact.objects.count()
    if committed == sealed + waiting:
        return []
    return [
        _(
            "Acts committed %(committed)d facts, but %(sealed)d are sealed and %(waiting)d wait in the "
            "inbox. Restore the data folder and the database from the same backup."
        )
        % {"committed": committed, "sealed": sealed, "waiting": waiting}
    ]


def check_files(at: datetime) -> list[str]:
    """One sentence for each sealed file that is missing or is not what was sealed."""
    return [
        _("The file %(path)s is damaged: %(problem)s.") % {"path": damage.path, "problem": damage.problem}
        for damage in verify(at=at).damages
    ]
