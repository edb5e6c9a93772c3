"""Who comes: visitors, new and returning ones, those who are known, those whom anything reached, machines."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from isthmus.metrics import sessions as telling
from isthmus.metrics.catalogue import metric
from isthmus.metrics.families import VISIT_KINDS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.facts import Facts

_TOUCHES = (*VISIT_KINDS, "email.opened", "email.clicked")


@metric(
    label=_("Visitors"),
    owner="marketing",
    unit="count",
    aggregate="distinct",
    kinds=VISIT_KINDS,
    anchors=("event",),
)
def visitors(facts: "Facts") -> "ir.Table":
    """People and strangers who came: each counts once.

    One row is one visit as in `sessions`; counted are the visitors who have one. Visitors who were joined, to
    each other or to a person, are one. Without cookies a stranger is another one each day: the figure of a
    longer window is then higher than the true one.
    """
    return telling.sessions(facts)


@metric(
    label=_("New visitors"),
    owner="marketing",
    unit="count",
    aggregate="distinct",
    kinds=VISIT_KINDS,
    anchors=("event",),
)
def new_visitors(facts: "Facts") -> "ir.Table":
    """Visitors whose first visit ever was in these days.

    One row is one visit as in `sessions` that no other of its visitor came before, in the whole ledger. Who
    comes back within the window is a returning visitor too. Without cookies a stranger is new each day.
    """
    found = telling.with_first(facts, telling.sessions(facts))
    return found.filter(found.is_first == 1)


@metric(
    label=_("Returning visitors"),
    owner="marketing",
    unit="count",
    aggregate="distinct",
    kinds=VISIT_KINDS,
    anchors=("event",),
)
def returning_visitors(facts: "Facts") -> "ir.Table":
    """Visitors who came again: with a visit in these days that was not their first.

    One row is one visit as in `sessions` with another of its visitor before it, in the window or earlier. Who
    came for the first time in the window and again is a new visitor too. Without cookies, strangers who
    return on another day are not recognised.
    """
    found = telling.with_first(facts, telling.sessions(facts))
    return found.filter(found.is_first == 0)


@metric(
    label=_("Identified share"),
    owner="marketing",
    unit="share",
    aggregate="distinct share",
    kinds=VISIT_KINDS,
    anchors=("event",),
    outcomes=(_("known"), _("strangers")),
)
def identified_share(facts: "Facts") -> "ir.Table":
    """Share of visitors who are known people.

    One row is one visit as in `sessions`; counted are its visitors, and those of them who are people with a
    record here today, whenever they became known. No visitors: no share.
    """
    import ibis

    found = telling.sessions(facts)
    people = ibis.table({"id": "int64", "subject": "int64"}, name="mirror_people")
    return found.mutate(worth=found.subject.isin(people.select(known=people.subject).known).cast("int64"))


@metric(
    label=_("Reach"),
    owner="marketing",
    unit="count",
    aggregate="distinct",
    kinds=_TOUCHES,
    anchors=("event",),
)
def reach(facts: "Facts") -> "ir.Table":
    """People and strangers whom something of ours reached: they visited, opened or clicked.

    One row is one such fact, dated by itself; each person or visitor counts once. Who saw advertising and did
    nothing is not in it: platforms tell numbers of those, not who (`frequency`). Mail scanners and other
    machines are left out.
    """
    return telling.of_people(facts, *_TOUCHES)


@metric(
    label=_("Bot share"),
    owner="marketing",
    unit="share",
    aggregate="share",
    kinds=_TOUCHES,
    anchors=("event",),
    outcomes=(_("by machines"), _("by people")),
    may_be_nought=True,
)
def bot_share(facts: "Facts") -> "ir.Table":
    """Share of collected events that machines made.

    One row is one page view, mail opened, click, form or event, dated by itself; a machine made it when the
    newest verdict on its program says so. All other figures of visits leave those out. No events: no share.
    """
    rows = facts.of(*_TOUCHES)
    return rows.mutate(worth=rows.machine.cast("int64"))
