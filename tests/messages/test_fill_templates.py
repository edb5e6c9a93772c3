"""Merge fields: only what is declared is filled in, as plain text, whatever somebody types or is called."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.messages.writing.filling import LONGEST_VALUE, TemplateUnusable, fill, read

pytestmark = pytest.mark.core
VALUES = {"person.first_name": "Pat", "account.name": "Prospect & Sons"}
KNOWN = {*VALUES, "person.city"}


def test_fields_are_filled_in_and_defaults_stand_for_what_is_not_known() -> None:
    text = "Dear {{ person.first_name | default: there }}, how is {{person.city|default: your: town }}?"

    assert fill(text, VALUES).text == "Dear Pat, how is your: town?"
    assert fill(text, {}).text == "Dear there, how is your: town?"


def test_what_is_missing_is_named_once() -> None:
    filled = fill("{{ person.city }} {{ person.city }} {{ person.first_name }}", VALUES)

    assert filled.missing == ("person.city",)
    assert filled.text == "  Pat"


def test_values_are_escaped_in_html_and_stay_as_they_are_in_text() -> None:
    values = {"account.name": "<script>alert(1)</script>"}

    assert fill("{{ account.name }}", values, html=True).text == html.escape(values["account.name"])
    assert fill("{{ account.name }}", values).text == values["account.name"]


def test_a_subject_is_one_line_whatever_a_value_holds() -> None:
    assert fill("Hi {{ x.y }}", {"x.y": "a\r\nBcc: b@example.org"}, one_line=True).text == (
        "Hi a Bcc: b@example.org"
    )


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{{ person.first_name", "does not end"),
        ("{{ person.__class__ }}", "is no field"),
        ("{{ person.first_name.upper }}", "is no field"),
        ("{{ }}", "is no field"),
        ("{{ 7*7 }}", "is no field"),
        ("{{ person.first_name | upper }}", "Only a default|After the bar"),
        ("{{ person.firstname }}", "Did you mean person.first_name"),
        ("{{ settings.secret_key }}", "There is no field"),
        ("x" * 100_001, "longer than"),
        ("{{ person.city }}" * 501, "at most 500"),
    ],
)
def test_what_is_no_template_is_refused_in_a_sentence(template: str, says: str) -> None:
    with pytest.raises(TemplateUnusable, match=says):
        read(template, KNOWN)


SOUP = st.lists(
    st.sampled_from(
        ["{{", "}}", "{", "}", "|", " ", "default:", "person.first_name", "account.name", "__class__", ".",
         "x", "{%", "%}", "${", "\n", "'", "\x00", "\u202e", "person", "{{ person.city }}"]
    )
    | st.text(max_size=5),
    max_size=40,
).map("".join)  # fmt: skip


@given(SOUP, st.dictionaries(st.sampled_from(sorted(KNOWN)), st.text(max_size=2000) | SOUP))
def test_whatever_is_typed_only_declared_fields_come_out_and_values_are_never_templates(
    template: str, values: dict[str, str]
) -> None:
    try:
        parts = read(template, KNOWN)
    except TemplateUnusable:
        return

    filled = fill(template, values)

    rest = filled.text
    for part in parts:
        if isinstance(part, str):
            assert "{{" not in part
            assert rest.startswith(part)
            rest = rest[len(part) :]
            continue
        assert part.name in KNOWN
        shown = next(
            one
            for one in (_plain(values.get(part.name, "")), part.default or "")
            if one or one == (part.default or "")
        )
        assert rest.startswith(shown)
        assert len(shown) <= LONGEST_VALUE
        rest = rest[len(shown) :]
    assert rest == ""


@given(SOUP, SOUP)
def test_escaped_values_hold_no_mark_up(template: str, value: str) -> None:
    markup = f"<b>{value}</b>\"'"
    try:
        filled = fill(f"{{{{ person.city }}}}{template}", {"person.city": markup}, html=True)
    except TemplateUnusable:
        return

    assert not re.match(r"<", filled.text)


def _plain(text: str) -> str:
    from isthmus.messages.writing.filling import plain

    return plain(text)
