"""What changed: the metrics whose range left the one they had before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.metrics.catalogue import find
from isthmus.metrics.question import Answer, Row
from isthmus.web import figures
from isthmus.web.explore.addresses import metric_address, where_key
from isthmus.web.naming import channel_text
from isthmus.web.overview.asking import BY_CHANNEL, MATURING, STEADY, Answers
from isthmus.web.overview.pace import not_compared
from isthmus.web.pieces import Delta

MOST = 6


@dataclass(frozen=True)
class Change:
    """One thing that moved: what, how far, and the two ranges that do not touch."""

    trade: str
    text: str
    delta: Delta
    why: str
    href: str


@dataclass(frozen=True)
class Changes:
    """The section: how many things moved, and which."""

    finding: str
    moved: Sequence[Change]
    steady: Sequence[Change]
    looked_at: int
    before: str = ""
    notes: Sequence[str] = ()


def changes(answers: Answers, kept: dict[str, str]) -> Changes:
    """The section on changes. Only figures with a range are judged; the finding says when none moved."""
    if answers.before is None:
        return Changes(_("All time has no time before it to compare with"), (), (), 0)
    pairs = [*_whole(answers), *_by_channel(answers)]
    moved = [_change(*pair, answers, kept) for pair in pairs if figures.moved(pair[1], pair[2])]
    steady = [
        _change(*pair, answers, kept) for pair in _whole(answers) if not figures.moved(pair[1], pair[2])
    ]
    looked_at = [f"{when} {metric}" for metric in (*STEADY, *MATURING) for when in ("now", "before")]
    notes = not_compared(answers, *looked_at)
    if not pairs and notes:
        finding = _("What changed cannot be known here")
    elif not pairs:
        finding = _("Too little is recorded yet to say what changed")
    elif moved:
        finding = ngettext(
            "%(count)s thing moved beyond noise", "%(count)s things moved beyond noise", len(moved)
        ) % {"count": len(moved)}
    else:
        finding = _("Nothing moved beyond noise")
    return Changes(
        finding, moved[:MOST], steady[: max(MOST - len(moved), 0)], len(pairs), answers.before.text, notes
    )


def _whole(answers: Answers) -> Iterator[tuple[Answer, Row, Row]]:
    for metric in (*STEADY, *MATURING):
        now, before = answers.steady(f"now {metric}"), answers.steady(f"before {metric}")
        if now is not None and before is not None and _ranged(now.total) and _ranged(before.total):
            yield now, now.total, before.total


def _by_channel(answers: Answers) -> Iterator[tuple[Answer, Row, Row]]:
    for metric in BY_CHANNEL:
        now, before = (answers.steady(f"{when} {metric} by channel") for when in ("now", "before"))
        if now is None or before is None:
            continue
        earlier = {row.keys: row for row in before.rows}
        for row in now.rows:
            then = earlier.get(row.keys)
            if then is not None and _ranged(row) and _ranged(then):
                yield now, row, then


def _change(answer: Answer, now: Row, before: Row, answers: Answers, kept: dict[str, str]) -> Change:
    unit, currency = answer.unit, answer.currency
    way = "up" if (now.value or 0) > (before.value or 0) else "down"
    name = str(answer.label)
    if now.labels:
        name = _("%(channel)s: %(metric)s") % {"channel": channel_text(now.keys[0]), "metric": name.lower()}
    where = (where_key("channel", now.keys[0]),) if now.keys else ()
    assert answers.before is not None
    why = _("%(new)s; before %(before)s, %(old)s") % {
        "before": figures.write(before.value, unit, currency),
        "old": figures.write_range(before, unit, currency),
        "new": figures.write_range(now, unit, currency),
    }
    judged = figures.moved(now, before)
    return Change(
        trade=_trade(answer),
        text=f"{name} {figures.write(now.value, unit, currency)}",
        delta=Delta(
            figures.distance(now.value, before.value, unit, currency),
            way if judged else "",
            figures.tone(answer.metric, way, judged),
        ),
        why=why,
        href=metric_address(answer.metric, kept, by=("month",), where=where),
    )


def _trade(answer: Answer) -> str:
    if find(answer.metric).is_money:
        return "money"
    return "crossing" if answer.owner == "shared" else answer.owner


def _ranged(row: Row) -> bool:
    return row.low is not None and row.high is not None
