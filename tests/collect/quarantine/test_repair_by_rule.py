"""Rules of repair: what each makes of an event, said in a sentence, and which are none."""

import pytest

from isthmus.collect.quarantine.rules import Rule, number_in, read_rules, repaired
from isthmus.core.refusals import InvalidInput


def changed(event, *rules):
    return repaired(event, [Rule(*rule) for rule in rules])


def test_each_rule_does_what_its_sentence_says():
    event = {"type": "track", "properties": {"price": "12,50 €", "id": 7, "junk": "x"}}

    after = changed(
        event,
        ("event", "", "Order Placed"),
        ("rename", "properties.price", "properties.revenue"),
        ("number", "properties.revenue"),
        ("text", "properties.id"),
        ("remove", "properties.junk"),
        ("set", "context.locale", "de"),
    )

    assert after == {
        "type": "track",
        "event": "Order Placed",
        "properties": {"revenue": 12.5, "id": "7"},
        "context": {"locale": "de"},
    }
    assert event["properties"]["price"] == "12,50 €"
    assert Rule("rename", "a", "b").sentence == "Move the field a to b."
    assert Rule("number", "properties.revenue").sentence == "Take the field properties.revenue as a number."


def test_a_rule_about_a_field_that_is_not_there_changes_nothing():
    event = {"event": "A", "properties": "none"}

    for act in ("rename", "remove", "text", "number"):
        assert changed(event, (act, "properties.revenue", "x")) == event
        assert changed(event, (act, "nothing.at.all", "x")) == event


def test_an_object_gives_way_to_what_was_inside():
    assert changed({"userId": {"id": "u7"}}, ("rename", "userId.id", "userId")) == {"userId": "u7"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("-3.5", -3.5),
        ("12,50 €", 12.5),
        ("$1,234.50", 1234.5),
        ("1.234,50", 1234.5),
        ("1.234.567", 1234567),
        ("1,234", 1234),
        ("EUR 0.5", 0.5),
        ("free", None),
        ("1-2", None),
        ("", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text, number):
    assert number_in(text) == number


@pytest.mark.parametrize(
    "rule",
    [
        {"act": "explode", "field": "a"},
        {"act": "rename", "field": "a"},
        {"act": "event", "value": " "},
        {"act": "set", "field": "a..b", "value": "x"},
        {"act": "set", "field": "messageId", "value": "x"},
        {"act": "remove", "field": ".".join("abcdefghi")},
        {"act": "set", "field": "a", "value": "x" * 201},
    ],
)
def test_what_is_no_rule_is_refused(rule):
    with pytest.raises(InvalidInput):
        read_rules([rule])


def test_there_are_at_most_ten_rules():
    with pytest.raises(InvalidInput, match="10"):
        read_rules([{"act": "remove", "field": "a"}] * 11)
