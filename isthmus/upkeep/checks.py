"""What is looked at to know whether all is well, each finding with its remedy. Without personal data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from isthmus.core.clock import now
from isthmus.upkeep import looking


@dataclass(frozen=True)
class Check:
    """One thing that is looked at; `wrong` answers sentences, each with what to do."""

    name: str
    label: str | Promise
    wrong: Callable[[], list[str]]


def ready_checks() -> Sequence[Check]:
    """Those that say whether this installation can serve: quick, and the first is what others need."""
    return (
        Check("database", _("Database"), looking.database_answers),
        Check("migrations", _("Tables"), looking.tables_fit),
        Check("disk", _("Disk"), looking.disk_has_room),
        Check("ledger", _("Ledger files"), looking.newest_files_are_there),
        Check("inbox", _("Inbox"), looking.inbox_is_sealed),
        Check("worker", _("Worker"), looking.worker_lives),
        Check("queue", _("Queue"), looking.queue_moves),
    )


def doctor_checks() -> Sequence[Check]:
    """All that `isthmus doctor` looks at: the same, more thoroughly, and what a watcher need not know."""
    thorough = {
        "database": looking.database_can_be_written,
        "ledger": looking.all_files_are_there,
        "queue": lambda: looking.jobs_do_not_fail() + looking.queue_moves(),
    }
    return (
        *(Check(one.name, one.label, thorough.get(one.name, one.wrong)) for one in ready_checks()),
        Check("files", _("Attached files"), looking.attached_files_are_there),
        Check("keys", _("Keys"), looking.keys_are_private),
        Check("clock", _("Clock"), looking.clock_is_right),
        Check("hold", _("Outgoing"), looking.nothing_is_held_back),
        Check("webhooks", _("Webhooks"), looking.webhooks_get_through),
        Check("mailboxes", _("Mailboxes"), looking.mailboxes_work),
        Check("sources", _("Sources"), looking.sources_are_heard),
    )


def invariant_checks() -> Sequence[Check]:
    """What must always be true; these read everything."""
    from isthmus.collect import invariants as collect
    from isthmus.flows import invariants as flows
    from isthmus.leads import invariants as leads
    from isthmus.ledger import invariants as ledger
    from isthmus.messages import invariants as messages
    from isthmus.people import invariants as people
    from isthmus.sales import invariants as sales

    return (
        Check("I1", _("I1 leads"), leads.check),
        Check("I2", _("I2 facts"), ledger.check_facts),
        Check("I2e", _("I2 events"), collect.check),
        Check("I3", _("I3 mail"), messages.check),
        Check("I4", _("I4 money"), sales.check),
        Check("merges", _("Merges"), people.check),
        Check("flows", _("Automation"), flows.check),
        Check("I5", _("I5 ledger files"), lambda: ledger.check_files(now())),
    )
