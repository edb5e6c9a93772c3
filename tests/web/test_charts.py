"""Charts are pure functions: figures in, drawings out that stand inside their frame."""

import itertools
import re
from xml.etree import ElementTree

import pytest

from isthmus.web.charts.flow import Lane, Stage, flow
from isthmus.web.charts.lines import Line, Mark, line_chart
from isthmus.web.charts.ranked import Ranked, bars, dots
from isthmus.web.charts.scales import Scale, apart, log_heights, ticks

STAGES = [
    Stage("Impressions", 4_860_000, "/i/"),
    Stage("Leads", 1_284, "/l/", passed="0.03%"),
    Stage("Accepted", 371, "/a/", "sales", "29%", "bad", "from 40%"),
]
LANES = [
    Lane("Social <ads>", [4_000_000, 412, 58], ["/i/s", "/l/s", "/a/s"], "/s/", "82%", "7%", "€48,900"),
    Lane("Referral", [None, 872, 313], ["", "/l/r", "/a/r"], "/r/", "–", "93%", "€186,500"),
]


def parsed(markup):
    return ElementTree.fromstring(markup)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 1200, [0, 500, 1000, 1500]), (0, 1, [0, 0.5, 1]), (0, 0, [0, 0.5, 1]), (-30, 60, [-50, 0, 50, 100])],
)
def test_an_axis_counts_in_round_steps_that_cover_its_figures(low, high, expected):
    assert ticks(low, high, 3) == expected


def test_labels_that_would_overlap_move_apart_and_keep_their_order():
    assert apart([10, 12, 80], 15, 0, 100) == [10, 25, 80]


def test_labels_at_the_edge_move_back_inside():
    assert apart([95, 99], 15, 0, 100) == [85, 100]


def test_heights_on_a_log_scale_keep_nothing_at_nothing():
    assert log_heights([1000, 100, 10, 0], 50, 250) == pytest.approx([250, 150, 50, 0])


def test_a_scale_over_one_figure_stays_at_its_start():
    assert Scale(5, 5, 20, 100)(5) == 20


def test_every_band_and_total_of_the_flow_opens_its_rows():
    drawing = flow(STAGES, LANES, label="Leads leak", crossing=2, crossing_text="the crossing")

    links = set(re.findall(r'href="([^"]+)"', drawing.wide_svg))

    assert links == {"/i/", "/l/", "/a/", "/s/", "/r/", "/i/s", "/l/s", "/a/s", "/l/r", "/a/r"}


def test_the_flow_is_well_formed_and_its_texts_are_escaped():
    drawing = flow(STAGES, LANES, label='A "label"', crossing=2)

    assert parsed(drawing.wide_svg).get("role") == "group"
    assert "Social <ads>" not in drawing.wide_svg
    assert "Social &lt;ads&gt;" in drawing.wide_svg


def test_a_channel_without_impressions_has_no_place_among_them():
    drawing = flow(STAGES, LANES, label="Leads leak", crossing=2)

    assert "Referral, Impressions" not in drawing.wide_svg
    assert "Referral: Leads 872, Accepted 313" in drawing.wide_svg


def test_the_narrow_flow_is_a_funnel_with_the_same_totals():
    drawing = flow(STAGES, LANES, label="Leads leak", crossing=2, crossing_text="the crossing")

    assert re.findall(r'funnel-count"><a[^>]*>([^<]+)', drawing.narrow_svg) == ["4.86 M", "1,284", "371"]
    assert "funnel-divide" in drawing.narrow_svg


def test_a_flow_of_nothing_is_drawn_without_bands_that_have_a_width():
    drawing = flow(
        [Stage("Leads", 0), Stage("Won", 0)], [Lane("Email", [0, 0], ["", ""], "/e/")], label="", crossing=1
    )

    assert parsed(drawing.wide_svg) is not None
    assert "flow-node" not in drawing.wide_svg


@pytest.mark.parametrize("kind", ["wide_svg", "narrow_svg"])
def test_a_line_stays_inside_its_frame(kind):
    line = Line("Now", [(0, 0), (10, 1150)], end_text="1,150", low=[0, 900], high=[0, 1300])
    drawing = line_chart(
        [line, Line("Before", [(0, 0), (10, 1240)], "plan")], [Mark(0, "1 Jul")], str, label="Pace"
    )

    root = parsed(getattr(drawing, kind))

    _x, _y, width, height = map(float, root.get("viewBox").split())
    for element in root.iter():
        for name, most in (
            ("x", width),
            ("x1", width),
            ("x2", width),
            ("cx", width),
            ("y", height),
            ("cy", height),
        ):
            assert 0 <= float(element.get(name, 0)) <= most


def test_a_line_chart_of_nothing_still_has_its_axis():
    drawing = line_chart([Line("Now", [])], [], str, label="Pace")

    assert "s-axis" in drawing.wide_svg


def test_a_bar_is_as_long_as_its_figure():
    drawing = bars([Ranked("Email", 100, "100"), Ranked("Social", 50, "50")], label="Leads")

    lengths = [
        float(rect.get("width"))
        for rect in parsed(drawing.wide_svg)
        if rect.get("class", "").startswith("f-accent")
    ]

    assert lengths[0] == pytest.approx(2 * lengths[1])


def test_a_rate_is_a_dot_with_its_range_and_opens_its_rows():
    drawing = dots([Ranked("Email", 0.4, "40%", 0.3, 0.5, "/rows/")], str, label="Win rate", overall=0.35)

    assert 'href="/rows/"' in drawing.wide_svg
    assert "s-range" in drawing.wide_svg
    assert "s-plan" in drawing.wide_svg


def test_figures_under_the_axis_stand_apart_on_a_narrow_screen_too():
    rows = [Ranked("By stages", 513_737.0, "€513,737")]

    drawing = dots(rows, lambda value: f"€{value:,.0f}", label="Forecast")

    for svg in (drawing.wide_svg, drawing.narrow_svg):
        texts = [(float(one.get("x")), one.text) for one in parsed(svg) if (one.text or "").startswith("€")]
        marks = [(x, text) for x, text in texts if text != "€513,737"]
        assert len(marks) > 1
        for (left, text), (right, _other) in itertools.pairwise(marks):
            assert right - left > 7 * len(text)


def test_a_row_without_a_figure_has_no_dot():
    drawing = dots([Ranked("Email", None, "–")], str, label="Win rate")

    assert "f-dot" not in drawing.wide_svg
