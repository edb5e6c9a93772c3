"""Rules written by the company: kept as editions, checked before, given back, undone."""

import pytest

from isthmus.collect.channels import Visit, current_rules
from isthmus.collect.channels.reading import shipped
from isthmus.collect.commands import reset_channel_rules, set_channel_rules
from isthmus.collect.commands.channels import RulesMoved
from isthmus.collect.models import ChannelRules
from isthmus.core.actors import SYSTEM
from isthmus.core.commands import run, undo
from isthmus.core.refusals import InvalidInput, NotPermitted
from isthmus.ledger.models import InboxFact
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.both_databases
BY = {"by": SYSTEM, "at": MONDAY_NOON}
PRESS = {"channel": "trade_press", "cases": [{"referrer": r"press\.example$"}]}
FROM_PRESS = Visit(host="acme.example", referrer="https://trade-press.example/1")


def test_own_rules_count_from_the_next_visit_on(db, django_assert_num_queries):
    assert current_rules().channel(FROM_PRESS) == "referral"

    set_channel_rules(rules=[PRESS, {"channel": "email", "cases": [{"medium": "MAIL"}]}], **BY)

    assert current_rules().channel(FROM_PRESS) == "trade_press"
    assert current_rules().channel(Visit(utm_medium="Mailing")) == "email"
    assert current_rules().channel(Visit(utm_medium="cpc")) == "other"
    assert InboxFact.objects.get().kind == "channel_rules.changed"
    with django_assert_num_queries(1):
        current_rules()


def test_the_shipped_rules_come_back(db):
    set_channel_rules(rules=[PRESS], **BY)
    reset_channel_rules(**BY)

    assert current_rules().channel(FROM_PRESS) == "referral"
    assert ChannelRules.objects.count() == 2


def test_an_edition_can_be_undone_to_the_one_before(db, admin):
    actor = actor_for(admin)
    first = run("set_channel_rules", {"rules": [PRESS]}, by=actor, at=MONDAY_NOON)
    second = run("reset_channel_rules", {}, by=actor, at=MONDAY_NOON)

    undo(second.batch, by=actor, at=MONDAY_NOON)
    assert current_rules().channel(FROM_PRESS) == "trade_press"
    undo(first.batch, by=actor, at=MONDAY_NOON)
    assert current_rules().channel(FROM_PRESS) == "referral"


def test_the_shipped_rules_are_rules_that_may_be_written(db):
    set_channel_rules(rules=[dict(rule) for rule in shipped()], **BY)

    assert current_rules().channel(Visit(utm_source="google", utm_medium="cpc")) == "paid_search"


def test_a_rule_that_cannot_be_read_is_refused_and_nothing_changes(db):
    with pytest.raises(InvalidInput, match="Rule 2: there is no class of sites “radio”"):
        set_channel_rules(rules=[PRESS, {"channel": "audio", "cases": [{"site": "radio"}]}], **BY)

    assert not ChannelRules.objects.exists()


def test_who_read_older_rules_is_told_so(db):
    row = set_channel_rules(rules=[PRESS], edition=0, **BY)

    with pytest.raises(RulesMoved, match="since you read them"):
        set_channel_rules(rules=[], edition=0, **BY)
    set_channel_rules(rules=[], edition=row.pk, **BY)


def test_a_seller_changes_no_rules(rita):
    with pytest.raises(NotPermitted):
        run("set_channel_rules", {"rules": [PRESS]}, by=actor_for(rita), at=MONDAY_NOON)
