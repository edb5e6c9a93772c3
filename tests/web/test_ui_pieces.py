"""Every piece of `ui/` renders, and a new piece without a sample here fails."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django import forms
from django.template import engines
from django.template.loader import render_to_string

import isthmus.web
from isthmus.web.charts.drawing import Drawing
from isthmus.web.pieces import Cell, Chip, Choice, DataTable, Day, Definition, Delta, Event, Stat
from isthmus.web.timeline.written import written_days

UI = Path(isthmus.web.__file__).parent / "templates" / "ui"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MEANING = Definition(
    "wins", "Wins", "Deals won in the window.", "sales", "count(deal.won)", [("Rows", "/rows/")]
)
WINS = Stat("Wins", "58", "/rows/", "9 not yet paid", Delta("11 points", "down", "bad"), MEANING)
CALL = Event(
    NOON, "sales", "First call", "12 minutes", "Three sites", "They are old.", "Rita Okafor", "/deals/1/"
)
FACTS = Event(NOON, "system", "2 system facts", lines=["Merged", "Moved"])
TABLE = DataTable(
    ["Channel", "Leads"],
    [[Cell("Email", num=False), Cell("164", "/rows/")]],
    [Cell("All"), Cell("164")],
    "Leads",
)


class Question(forms.Form):
    name = forms.CharField(help_text="As on the door")
    agreed = forms.BooleanField(required=False)
    secret = forms.CharField(widget=forms.HiddenInput)


SAMPLES: dict[str, tuple[dict[str, object], str]] = {
    "notice.html": (
        {"tone": "bad", "title": "No.", "text": "Try again.", "href": "/x/", "act": "Open"},
        "Try again.",
    ),
    "refusal.html": ({"refusal": "This lead was already accepted."}, "already accepted"),
    "empty.html": (
        {"title": "No lead is waiting", "text": "All answered.", "href": "/leads/", "act": "See them"},
        "waiting",
    ),
    "definition.html": ({"definition": MEANING}, 'id="def-wins"'),
    "stat.html": ({"stat": WINS}, 'popovertarget="def-wins"'),
    "stats.html": ({"stats": [WINS], "kind": "column"}, 'href="/rows/"'),
    "chips.html": ({"chips": [Chip("Channel", "Email", "?")]}, "Remove the filter Channel"),
    "more.html": ({"next": "?after=9", "columns": 4}, 'hx-get="?after=9"'),
    "data_table.html": ({"table": TABLE}, "<tfoot>"),
    "chart.html": (
        {"chart": Drawing("<svg>w</svg>", "<svg>n</svg>", TABLE), "note": "Leads"},
        "<svg>w</svg>",
    ),
    "field.html": ({"field": Question({"name": ""})["name"]}, "This field is required."),
    "form.html": ({"form": Question()}, "As on the door"),
    "toast.html": ({"text": "Moved", "tone": "success"}, 'data-tone="good"'),
    "tabs.html": ({"tabs": [Choice("Mine", "?view=mine", True)], "label": "Views"}, 'aria-current="page"'),
    "crumbs.html": ({"crumbs": [Choice("Leads", "/leads/")]}, 'href="/leads/"'),
    "sprite.html": ({}, 'id="i-search"'),
}


@pytest.mark.parametrize("name", sorted(path.name for path in UI.glob("*.html")))
def test_every_ui_piece_renders_what_it_is_given(name):
    context, expected = SAMPLES[name]

    html = render_to_string(f"ui/{name}", context)

    assert expected in html
    assert " style=" not in html
    assert "<script" not in html


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{% icon "search" %}', "#i-search"),
        ('{% mark "sales" spoken=True %}', 'aria-label="Sales"'),
        ('{% badge "Signed" tone="good" %}', "#i-check"),
        ('{% badge "Deal" trade="sales" href="/x/" %}', '<a class="badge" href="/x/" data-trade="sales">'),
        ('{% avatar "Rita Okafor" %}', ">RO<"),
        ('{% who "Cher" %}', ">C<"),
        ('{% card question="Why?" finding="So." %}<b>x</b>{% endcard %}', 'aria-labelledby="card-why"'),
        ("{% card bare=True %}<b>x</b>{% endcard %}", '<section class="card"><b>x</b></section>'),
    ],
)
def test_every_tag_writes_its_piece(source, expected):
    html = engines["django"].from_string(source).render({})

    assert expected in html


def test_text_given_to_a_piece_cannot_become_markup():
    html = (
        engines["django"]
        .from_string("{% badge name %}{% avatar name %}{% card finding=name %}{% endcard %}")
        .render({"name": "<script>alert(1)</script>"})
    )

    assert "<script>" not in html


def test_a_timeline_tells_its_days_and_what_is_folded_is_in_it():
    written = written_days([Day(date(2026, 3, 2), [CALL, FACTS])])

    assert '<h3 class="timeline-day">Monday, 2 March 2026</h3>' in written
    assert "<li>Merged</li>" in written and 'data-kind="system"' in written


def test_what_people_wrote_is_text_in_a_timeline():
    said = replace(CALL, title="<b>", quiet="<i>", detail="<u>", quote="<s>", side="<q>", href='"><p>')

    written = written_days([Day(date(2026, 3, 2), [said])])

    assert not re.search(r"<(b|i|u|s|q)>", written) and '"><p>' not in written
