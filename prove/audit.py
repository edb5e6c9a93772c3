"""The reckoning after the kills: what was acknowledged against the tables and the ledger, one by one."""

from collections import Counter
from collections.abc import Collection, Mapping

from prove.clients import Answer


def audit(answers: Mapping[str, Answer], imported: Mapping[str, int]) -> list[str]:
    """One sentence for each thing that is not as it was acknowledged; empty when all held."""
    return [
        *_against("the table", answers, _leads_in_table()),
        *_against("the ledger", answers, _leads_in_ledger()),
        *batches(),
        *_imports(imported),
        *_invariants(),
    ]


def _leads_in_table() -> list[tuple[str, int]]:
    from isthmus.leads.models import Lead

    return list(Lead.objects.filter(channel="proof").values_list("landing_page", "pk"))


def _leads_in_ledger() -> list[tuple[str, int]]:
    from isthmus.ledger.reading import snapshot

    sql = "SELECT landing_page, lead_id FROM facts WHERE kind = 'lead.captured' AND channel = 'proof'"
    with snapshot() as ledger:
        return [(mark, lead_id) for mark, lead_id in ledger.execute(sql).fetchall()]


def _against(where: str, answers: Mapping[str, Answer], found: list[tuple[str, int]]) -> list[str]:
    times = Counter(mark for mark, _ in found)
    leads = dict(found)
    lost = [mark for mark in answers if mark not in times]
    doubled = [mark for mark, count in times.items() if count > 1]
    other = [mark for mark, answer in answers.items() if mark in leads and leads[mark] != answer.lead_id]
    unknown = [mark for mark in times if mark not in answers]
    named = {
        "lost in": lost,
        "doubled in": doubled,
        "another lead in": other,
        "never acknowledged but in": unknown,
    }
    return [
        f"{len(marks)} {what} {where}, the first is {marks[0]}." for what, marks in named.items() if marks
    ]


def batches(*, but: Collection[str] = ()) -> list[str]:
    """Every act's audit row says how many facts it committed: the ledger has exactly those, `but` of some."""
    from isthmus.core.models import CommandRun
    from isthmus.ledger.reading import snapshot

    committed = {str(batch): facts for batch, facts in CommandRun.objects.values_list("batch", "facts")}
    with snapshot() as ledger:
        rows = ledger.execute(
            "SELECT batch, count(*), count(DISTINCT id) FROM facts GROUP BY batch"
        ).fetchall()
    held = {batch: count for batch, count, _ in rows}
    twice = [batch for batch, count, different in rows if count != different]
    wrong = [
        batch
        for batch in (committed.keys() | held.keys()) - set(but)
        if committed.get(batch, 0) != held.get(batch, 0)
    ]
    problems = [f"{len(twice)} batches hold a fact twice, the first is {twice[0]}."] if twice else []
    if wrong:
        first = wrong[0]
        problems.append(
            f"{len(wrong)} acts differ between audit and ledger; {first} committed {committed.get(first, 0)} "
            f"facts and the ledger has {held.get(first, 0)}."
        )
    return problems


def _imports(imported: Mapping[str, int]) -> list[str]:
    from django.db.models import Count

    from isthmus.leads.models import Lead

    found = dict(
        Lead.objects.filter(channel__startswith="import-")
        .values_list("channel")
        .annotate(rows=Count("external_id", distinct=True))
    )
    whole = dict(
        Lead.objects.filter(channel__startswith="import-").values_list("channel").annotate(n=Count("pk"))
    )
    return [
        f"{channel} has {whole.get(channel, 0)} leads of {found.get(channel, 0)} ids for {rows} rows."
        for channel, rows in imported.items()
        if not whole.get(channel, 0) == found.get(channel, 0) == rows
    ]


def _invariants() -> list[str]:
    from isthmus.core.clock import now
    from isthmus.leads import invariants
    from isthmus.ledger.verifying import verify

    damages = verify(at=now()).damages
    return [*invariants.check(), *(f"{damage.path}: {damage.problem}" for damage in damages)]
