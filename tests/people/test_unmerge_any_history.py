"""Whatever happened between a merge and taking it apart, everybody has what they would have without it.

Each random history is lived twice, with a merge in its middle and without one; in the end the tables, all
columns of the facts that count, and some metrics of the catalogue are the same. Every metric is asked once.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isthmus.core.actors import SYSTEM
from isthmus.core.commands import run, undo
from isthmus.core.refusals import Refusal
from isthmus.core.window import Window
from isthmus.leads import invariants
from isthmus.leads.models import Lead
from isthmus.ledger import state
from isthmus.ledger.reading import snapshot
from isthmus.ledger.sealing import seal
from isthmus.metrics.queries import ask_many, catalogue
from isthmus.metrics.question import Question
from isthmus.people.merging.commands import merge_people, unmerge_people
from isthmus.people.models import Consent, Identifier, Person, SearchToken
from isthmus.sales.invariants import check as money_is_right
from isthmus.sales.models import Activity, Deal, Order
from isthmus.workspace.models import Company
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

# Kept, lost, and somebody who has nothing to do with it.
WHO = ("pat", "patricia", "kim")
ADDRESSES = {who: f"{who}@{who}.example" for who in WHO}
PHONES = {who: f"+4670000000{number}" for number, who in enumerate(WHO, start=1)}
SHARED_PHONES = ("+46709999991", "+46709999992")
KINDS = (
    "capture", "capture", "lead", "deal", "order", "edit", "edit", "consent", "call", "note", "undo", "seal",
)  # fmt: skip


@st.composite
def acts(draw: st.DrawFn) -> tuple[Any, ...]:
    kind = draw(st.sampled_from(KINDS))
    who = draw(st.sampled_from(WHO))
    which, choice = draw(st.integers(0, 5)), draw(st.integers(0, 5))
    return kind, who, which, choice


METRICS = [(name, by) for name in catalogue() for by in (("channel",), ("month",))]
histories = st.tuples(
    st.lists(acts(), max_size=7),
    st.lists(acts(), max_size=9),
    st.lists(acts(), max_size=4),
    st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(["keep", "lose"]) for name in ("full_name", "email")}
    ),
    st.lists(st.sampled_from(METRICS), min_size=1, max_size=2),
)


PLAIN = (
    "kind", "occurred_us", "account_id", "campaign_id", "product_id", "channel", "owner", "team", "territory",
    "actor_kind", "region", "locale", "amount", "amount_base", "currency", "quantity", "revision",
)  # fmt: skip
EVENTFUL = [
    ("capture", "patricia", 1, 5), ("capture", "pat", 2, 2), ("lead", "", 0, 1), ("lead", "", 1, 3),
    ("deal", "", 0, 1), ("deal", "", 1, 2), ("call", "", 1, 0), ("consent", "pat", 1, 0),
    ("deal", "", 0, 4), ("deal", "", 1, 4), ("order", "", 0, 1), ("order", "", 1, 1), ("seal", "", 0, 0),
    ("order", "", 0, 4), ("order", "", 1, 5), ("edit", "pat", 1, 0), ("note", "pat", 0, 0),
]  # fmt: skip


class Life:
    """One telling of a history. Rows are named by the order in which they came, the same in both tellings.

    Edits never write a value that a capture brings: it would stand there already in one of the tellings.
    """

    def __init__(self) -> None:
        self.hours = 0
        self.done: list[tuple[str, str]] = []
        self.people: dict[str, Person] = {}
        for who in WHO:
            phone = PHONES[who] if who != "pat" else ""
            self.people[who] = self._capture(who, full_name=who.title(), phone=phone).person

    @property
    def at(self) -> Any:
        return MONDAY_NOON + timedelta(hours=self.hours)

    def live(self, one: tuple[Any, ...]) -> None:
        kind, who, which, choice = one
        self.hours += 1
        try:
            with transaction.atomic():
                getattr(self, f"_{kind}_act")(who, which, choice)
        except (Refusal, IndexError):
            return

    def forget_edits(self) -> None:
        """Edits of the two as one cannot be taken back once they are two again."""
        self.done = [(name, batch) for name, batch in self.done if name != "edit_person"]

    def _do(self, command: str, /, **arguments: Any) -> Any:
        result = run(command, arguments, by=SYSTEM, at=self.at)
        self.done.append((command, result.batch))
        return result.value

    def _capture(self, who: str, **more: Any) -> Lead:
        lead: Lead = self._do("capture_lead", email=ADDRESSES[who], channel=who, **more)
        return lead

    def _capture_act(self, who: str, which: int, choice: int) -> None:
        brought: list[dict[str, Any]] = [
            {},
            {"phone": SHARED_PHONES[which % 2]},
            {"consent": ["email"]},
            {"city": f"Home {which}"},
            {"title": f"Buyer {which}"},
            {"city": f"Home {which}", "phone": SHARED_PHONES[which % 2]},
        ]
        self._capture(who, **brought[choice])

    def _lead_act(self, _who: str, which: int, choice: int) -> None:
        lead = list(Lead.objects.order_by("pk"))[which]
        if choice % 2:
            self._do("qualify_lead", lead_id=lead.pk, score=choice)
        else:
            self._do("disqualify_lead", lead_id=lead.pk, reason="spam")

    def _deal_act(self, _who: str, which: int, choice: int) -> None:
        deals = list(Deal.objects.order_by("pk"))
        if choice < 3:
            lead = list(Lead.objects.order_by("pk"))[which]
            self._do("open_deal", name=f"D{len(deals)}", lead_id=lead.pk, amount=str(choice))
        else:
            self._do("win_deal", deal_id=deals[which].pk, amount=str(which + 1))

    def _order_act(self, _who: str, which: int, choice: int) -> None:
        orders = list(Order.objects.order_by("pk"))
        if choice < 3:
            deal = list(Deal.objects.order_by("pk"))[which]
            lines = [{"amount": "7"}, {"amount": "5"}]
            self._do("place_order", number=f"O{len(orders)}", lines=lines, deal_id=deal.pk)
        else:
            self._do("pay_order", order_id=orders[which].pk, amount=str(choice))

    def _edit_act(self, who: str, which: int, choice: int) -> None:
        if who == "patricia":
            return  # Whoever is merged away has no page: what is edited is the one that was kept.
        given = [{"city": f"Town {which}"}, {"title": f"Chief {which}"}, {"phone": f"+4671000000{which}"}]
        self._do("edit_person", person_id=self.people[who].pk, **given[choice % 3])

    def _consent_act(self, who: str, which: int, _choice: int) -> None:
        if who != "patricia":
            pk, given = self.people[who].pk, bool(which % 2)
            self._do("record_consent", person_id=pk, channel="phone", given=given, source="call")

    def _call_act(self, _who: str, which: int, _choice: int) -> None:
        lead = list(Lead.objects.order_by("pk"))[which]
        self._do("log_activity", kind="call", lead_id=lead.pk, text="x")

    def _note_act(self, who: str, _which: int, _choice: int) -> None:
        if who != "patricia":
            self._do("log_activity", kind="note", person_id=self.people[who].pk, text="x")

    def _undo_act(self, _who: str, which: int, _choice: int) -> None:
        _name, batch = self.done[len(WHO) :][-1 - which]
        undo(batch, by=SYSTEM, at=self.at)

    def _seal_act(self, _who: str, _which: int, _choice: int) -> None:
        seal()


def dump(metrics: Sequence[tuple[str, tuple[str, ...]]] = METRICS) -> dict[str, Any]:
    """The tables, the counting facts and metrics, without numbers that two tellings cannot share."""
    names = {person.pk: person.full_name for person in Person.objects.all()}
    subjects = {person.subject: names[person.pk] for person in Person.objects.all()}
    places = {
        column: {
            pk: place for place, pk in enumerate(model.objects.order_by("pk").values_list("pk", flat=True))
        }
        for column, model in (("lead_id", Lead), ("deal_id", Deal), ("order_id", Order))
    }

    def whose(rows: Any, *columns: str) -> list[Any]:
        return sorted(
            (names.get(pk, ""), *map(str, rest)) for pk, *rest in rows.values_list("person_id", *columns)
        )

    with snapshot() as ledger:
        facts = ledger.execute(
            f"SELECT subject, lead_id, deal_id, order_id, {', '.join(PLAIN)} FROM facts "
            "WHERE kind NOT IN ('person.merged', 'person.unmerged')"
        ).fetchall()
    return {
        "people": sorted(
            Person.objects.values_list("full_name", "email", "phone", "title", "city", "merged_into_id")
        ),
        "identifiers": whose(Identifier.objects, "kind", "value", "came_with_id"),
        "words": sorted(
            (names[pk], word) for pk, word in SearchToken.objects.values_list("party_id", "token")
        ),
        "leads": whose(Lead.objects, "channel", "captured_at", "state", "score"),
        "deals": whose(Deal.objects, "name", "state", "amount"),
        "orders": whose(Order.objects, "number", "total", "paid"),
        "activities": whose(Activity.objects, "kind", "at"),
        "consents": whose(Consent.objects, "channel", "given", "at"),
        "facts": sorted(
            (
                subjects.get(subject, ""),
                *(str(places[name].get(pk)) for name, pk in zip(places, numbers, strict=True)),
                *map(str, plain),
            )
            for subject, *rest in facts
            for numbers, plain in [(rest[:3], rest[3:])]
        ),
        "metrics": figures(metrics),
    }


def figures(metrics: Sequence[tuple[str, tuple[str, ...]]]) -> dict[str, Any]:
    """Metrics in all, and split."""
    window = Window.parse(None, None, Company.current().zone)
    asked = [Question(metric=name, window=window, actor=SYSTEM, by=by) for name, by in metrics]
    found = {}
    for question, answer in zip(asked, ask_many(asked), strict=True):
        if isinstance(answer, Refusal):
            found[question.metric, question.by] = str(answer)
        else:
            lines = [(row.labels, row.value, row.n, row.low, row.high) for row in answer.rows]
            found[question.metric, question.by] = (
                answer.total.value,
                answer.total.n,
                sorted(map(str, lines)),
            )
    return found


def told(tell: Callable[[Life], None], metrics: Any) -> dict[str, Any]:
    """What is left of one telling; then it is as if it had not been."""
    state.forget()  # Of the other telling, which stood at the same position.
    with transaction.atomic():
        tell(Life())
        left = dump(metrics)
        assert invariants.check() == []
        assert money_is_right() == []
        transaction.set_rollback(True)
    return left


@given(history=histories)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_taking_them_apart_everybody_has_what_they_would_have_had(pipeline, history):
    before, between, after, choices, metrics = history

    def without(life: Life) -> None:
        for one in (*before, *between):
            life.live(one)
        life.forget_edits()
        for one in after:
            life.live(one)

    def with_a_merge(life: Life) -> None:
        for one in before:
            life.live(one)
        keep, lose = life.people["pat"].pk, life.people["patricia"].pk
        merge_people(keep_id=keep, lose_id=lose, choices=choices, by=SYSTEM, at=life.at)
        for one in between:
            life.live(one)
        unmerge_people(lose_id=lose, by=SYSTEM, at=life.at)
        life.forget_edits()
        for one in after:
            life.live(one)

    assert told(with_a_merge, metrics) == told(without, metrics)


def test_every_metric_is_what_it_was_before_the_merge(pipeline):
    life = Life()
    for one in EVENTFUL:
        life.live(one)
    before = dump()
    keep, lose = life.people["pat"].pk, life.people["patricia"].pk

    merge_people(keep_id=keep, lose_id=lose, choices={"full_name": "lose"}, by=SYSTEM, at=life.at)
    assert dump() != before
    unmerge_people(lose_id=lose, by=SYSTEM, at=life.at)

    assert dump() == before
    assert {kind for _who, kind, *_rest in before["orders"]} == {"O0", "O1"}
