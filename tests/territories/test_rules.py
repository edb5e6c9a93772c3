"""Rules of territories: what comes in falls where the first that is met says; what a hand placed stays."""

import pytest

from isthmus.core import commands
from isthmus.core.refusals import InvalidInput, NotPermitted
from isthmus.leads.commands import capture_lead
from isthmus.people.commands import add_account
from isthmus.people.models import Account, Person
from isthmus.territories.commands import (
    pause_territory_rules,
    place_account,
    switch_on_territory_rules,
    try_territory_rules,
    write_territory_rules,
)
from isthmus.territories.commands.rules import NoRulesDraft
from isthmus.territories.models import HandPlaced, RulesVersion, Turn
from isthmus.territories.placing import active_rules
from isthmus.territories.rules import Turns, by_shares
from isthmus.territories.spec import in_words
from isthmus.workspace.actors import actor_for
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.commands import add_field
from tests.cast import MONDAY_NOON
from tests.territories.conftest import ACT

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def where(field, op, value):
    return {"match": "all", "each": [{"field": f"account.{field}", "op": op, "value": value}]}


def rule(territory, *conditions, match="all", **owner):
    each = [{"field": f"account.{field}", "op": op, "value": value} for field, op, value in conditions]
    return {
        "if": {"match": match, "each": each},
        "territory_id": territory,
        "owner": owner or {"how": "keep"},
    }


@pytest.fixture
def spec(tree, bea, gus):
    """Bavaria by its postal codes, big ones and all others of Germany."""
    return {
        "rules": [
            rule(tree["Bavaria"], ("country", "is", "DE"), ("postcode", "begins", "8"), how="turn"),
            rule(
                tree["Germany"], ("country", "is", "DE"), ("size", "ge", 1000), how="seller", user_id=gus.pk
            ),
            rule(tree["Germany"], ("country", "is", "DE")),
        ],
        "fallback_id": None,
    }


def switched_on(spec):
    write_territory_rules(spec=spec, **ACT)
    return switch_on_territory_rules(**ACT)


def test_rules_read_as_sentences(spec):
    assert in_words(spec) == [
        "If its country is “DE” and its postal code begins with “8”, it lies in Bavaria and goes to its "
        "sellers by turn.",
        "If its country is “DE” and its people employed is at least 1,000, it lies in Germany and goes to "
        "Gus Grau.",
        "If its country is “DE”, it lies in Germany.",
        "What no rule matches falls into the territory that names its country, if any.",
    ]


def test_what_comes_in_falls_where_the_first_rule_says_and_goes_to_whose_turn_it_is(spec, tree, bea, gus):
    before = add_account(name="Early", country="DE", postcode="80331", **ACT)
    switched_on(spec)

    isar = add_account(name="Isar", country="DE", postcode="80333", size=5000, **ACT)
    elbe = add_account(name="Elbe", country="DE", postcode="20095", size=5000, **ACT)
    oder = add_account(name="Oder", country="DE", **ACT)
    lund = add_account(name="Lund", country="SE", **ACT)

    assert (before.territory_id, before.owner_id) == (tree["Germany"], None)
    assert (isar.territory_id, isar.owner_id, isar.team_id) == (tree["Bavaria"], bea.pk, bea.team_id)
    assert (elbe.territory_id, elbe.owner_id) == (tree["Germany"], gus.pk)
    assert (oder.territory_id, oder.owner_id) == (tree["Germany"], None)
    assert lund.territory_id == tree["Nordics"]  # By its country, as no rule matches it.
    assert Turn.objects.get().user_id == bea.pk


def test_a_lead_lies_with_its_account_else_where_what_it_brought_says(spec, tree, bea, gus):
    switched_on(spec)
    add_account(name="Isar", domain="isar.example", country="DE", postcode="80333", **ACT)

    known = capture_lead(email="a@isar.example", company="Isar", company_domain="isar.example", **ACT)
    alone = capture_lead(email="b@post.example", country="DE", **ACT)

    assert (known.territory_id, known.owner_id) == (tree["Bavaria"], bea.pk)
    assert Person.objects.get(pk=known.person_id).territory_id == tree["Bavaria"]
    assert (alone.territory_id, alone.owner_id) == (tree["Germany"], None)


def test_a_trial_counts_places_moves_overlaps_and_what_nobody_matches_and_changes_nothing(spec, tree, admin):
    write_territory_rules(spec=spec, **ACT)
    for name, country, code, size in (
        ("Isar", "DE", "80333", 5000), ("Lech", "DE", "86150", 10), ("Elbe", "DE", "20095", 10),
        ("Seine", "FR", "75001", 10),
    ):  # fmt: skip
        add_account(name=name, country=country, postcode=code, size=size, **ACT)
    lech = Account.objects.get(name="Lech")
    place_account(account_id=lech.pk, territory_id=tree["Germany"], by=actor_for(admin), at=MONDAY_NOON)

    result = try_territory_rules(by=actor_for(admin), at=MONDAY_NOON).result

    assert dict(map(tuple, result["now"])) == {tree["Germany"]: 3, None: 1}
    assert dict(map(tuple, result["then"])) == {tree["Germany"]: 2, tree["Bavaria"]: 1, None: 1}
    assert result["moves"] == [[tree["Germany"], tree["Bavaria"], 1]]
    assert result["won"] == [2, 0, 1]
    assert sorted(result["overlaps"]) == [[0, 1, 1], [0, 2, 2]]
    assert (result["unmatched"], result["by_hand"]) == (1, 1)
    assert Account.objects.get(name="Isar").territory_id == tree["Germany"]


def test_what_a_person_placed_by_hand_stays_and_says_by_whom(spec, tree, admin):
    account = add_account(name="Isar", country="SE", **ACT)
    by = actor_for(admin)

    done = commands.run(
        "place_account", {"account_id": account.pk, "territory_id": tree["Bavaria"]}, by=by, at=MONDAY_NOON
    )

    held = HandPlaced.objects.get()
    assert (held.account_id, held.by_id, held.at) == (account.pk, admin.pk, MONDAY_NOON)
    assert Account.objects.get(pk=account.pk).territory_id == tree["Bavaria"]
    commands.undo(done.batch, by=by, at=MONDAY_NOON)
    assert not HandPlaced.objects.exists()
    assert Account.objects.get(pk=account.pk).territory_id == tree["Nordics"]


def test_rules_are_versions_and_switching_on_is_taken_back_to_the_one_before(spec, tree, admin):
    by = actor_for(admin)
    switched_on(spec)
    second = {**spec, "fallback_id": tree["Nordics"]}
    commands.run("write_territory_rules", {"spec": second}, by=by, at=MONDAY_NOON)
    done = commands.run("switch_on_territory_rules", {}, by=by, at=MONDAY_NOON)
    assert active_rules().number == 2

    commands.undo(done.batch, by=by, at=MONDAY_NOON)

    assert active_rules().number == 1
    assert RulesVersion.objects.get(number=2).state == "draft"
    pause_territory_rules(**ACT)
    assert active_rules() is None


def test_what_cannot_be_is_refused_in_sentences(spec, tree, rita, admin):
    with pytest.raises(NoRulesDraft, match="no draft"):
        switch_on_territory_rules(**ACT)
    with pytest.raises(InvalidInput) as told:
        write_territory_rules(
            spec={"rules": [rule(987, ("shoe_size", "is", "9")), rule(tree["DACH"])]}, **ACT
        )
    assert set(told.value.errors) == {"rules.1.1", "rules.1.territory_id", "rules.2"}
    write_territory_rules(spec=spec, **ACT)
    with pytest.raises(NothingChanged):
        write_territory_rules(spec=spec, **ACT)
    with pytest.raises(NotPermitted):
        write_territory_rules(spec=spec, by=actor_for(rita), at=MONDAY_NOON)


def test_rules_ask_custom_fields_too(tree):
    add_field(model="account", key="segment", label="Segment", type="text", kind="analytic", **ACT)
    switched_on({"rules": [rule(tree["DACH"], ("custom.segment", "is", "gold"))]})

    assert add_account(name="Gold", custom={"segment": "gold"}, **ACT).territory_id == tree["DACH"]


@pytest.mark.core
def test_by_turn_goes_to_the_least_work_then_to_who_waited_longest():
    turns = Turns({1: 2, 2: 0, 3: 0}, {2: MONDAY_NOON})

    assert [turns.next([1, 2, 3], MONDAY_NOON) for _time in range(6)] == [3, 2, 3, 2, 1, 3]
    assert turns.next([], MONDAY_NOON) is None


@pytest.mark.core
def test_shares_hold_at_every_moment():
    found = by_shares(range(9), {1: 2, 2: 1})

    assert [found[unit] for unit in range(9)].count(1) == 6
    assert [found[unit] for unit in range(3)].count(1) == 2
