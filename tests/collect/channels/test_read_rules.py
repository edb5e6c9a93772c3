"""Rules as people write them: what is taken and what is refused."""

import time

import pytest

from isthmus.collect.channels.names import CHANNELS
from isthmus.collect.channels.reading import RuleError, read_rules, shipped
from isthmus.collect.channels.rules import Rules, Visit

pytestmark = pytest.mark.core


def test_the_rules_that_are_shipped_can_be_read_and_their_channels_have_names():
    rules = read_rules(shipped())

    assert {rule.channel for rule in rules} <= set(CHANNELS)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"channel": "Paid Search", "cases": [{"site": "search"}]}, "small letters"),
        ({"channel": "paid", "cases": []}, "needs a case"),
        ({"channel": "paid", "cases": [{}]}, "must say something"),
        ({"channel": "paid", "cases": [{"site": "saerch"}]}, "no class of sites “saerch”"),
        ({"channel": "paid", "cases": [{"colour": "red"}]}, "“colour” is none of"),
        ({"channel": "paid", "cases": [{"medium": "("}]}, "cannot be read"),
        ({"channel": "paid", "cases": [{"click_id": ["clid"]}]}, "no click id “clid”"),
        ({"channel": "paid", "cases": [{"medium": "x" * 201}]}, "200 letters"),
        ({"channel": "paid", "cases": [{"medium": 5}]}, "a pattern is a text"),
        ({"channel": "paid", "any": [], "cases": [{"site": "search"}]}, "“any” is not part"),
    ],
)
def test_a_bad_rule_is_refused_in_a_sentence_with_its_number(rule, sentence):
    good = {"channel": "search", "cases": [{"site": "search"}]}

    with pytest.raises(RuleError, match=f"Rule 2: .*{sentence}"):
        read_rules([good, rule])


def test_no_rules_at_all_are_refused():
    with pytest.raises(RuleError, match="one rule at least"):
        read_rules([])


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)*$", "(.*)*x", ".*.*.*.*x", "((ab)?c*)+x", "(?=a+b)"])
def test_a_pattern_that_could_take_very_long_is_refused(pattern):
    with pytest.raises(RuleError, match="could take very long"):
        read_rules([{"channel": "slow", "cases": [{"source": pattern}]}])


def test_the_slowest_pattern_that_is_taken_is_soon_through_with_the_longest_text():
    rules = Rules(read_rules([{"channel": "slow", "cases": [{"source": "a*a*a*b"}]}]))
    began = time.perf_counter()

    assert rules.channel(Visit(utm_source="a" * 5000)) == "other"
    assert time.perf_counter() - began < 1
