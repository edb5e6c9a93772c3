"""Visits, worked by hand: who came, how often, how long, and who is left out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from isthmus.core.actors import SYSTEM, Actor, Scope
from isthmus.core.refusals import InvalidInput, NotPermitted
from isthmus.core.window import Window
from isthmus.metrics.asking import Asker
from isthmus.metrics.dimensions import Attributes
from isthmus.metrics.question import Question
from tests.metrics.table import BERLIN, EVER, FactDict, TableView, asked, fact

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MARCH_2 = Window.parse("2026-03-02", "2026-03-03", BERLIN.zone)
MARCH_3 = Window.parse("2026-03-03", "2026-03-04", BERLIN.zone)


def minutes(number: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=number)


def view(subject: int, at: float, path: str = "/", **columns: Any) -> FactDict:
    return fact("page.viewed", minutes(at), subject=subject, path=path, **columns)


def left(subject: int, at: float, seconds: float) -> FactDict:
    return fact("page.left", minutes(at), subject=subject, quantity=int(seconds * 1000))


def figure(facts: list[FactDict], metric: str, window: Window = EVER, **question: Any) -> Any:
    return asked(facts, metric, window, **question).total.value


def split(facts: list[FactDict], metric: str, by: str, window: Window = EVER) -> dict[Any, Any]:
    return {row.keys[0]: row.value for row in asked(facts, metric, window, by=(by,)).rows}


def test_a_pause_of_thirty_minutes_is_one_session_and_a_longer_one_makes_two() -> None:
    facts = [view(1, 0), view(1, 30), view(1, 60 + 1 / 60), view(2, 10)]

    assert figure(facts, "sessions") == 3
    assert figure(facts, "visitors") == 2
    assert figure(facts, "page_views") == 4
    assert figure(facts, "pages_per_session") == pytest.approx(4 / 3)


def test_every_kind_of_thing_that_a_visitor_does_keeps_a_session_going() -> None:
    kinds = ["page.viewed", "page.left", "link.clicked", "event.tracked", "form.submitted"]
    facts = [fact(kind, minutes(20 * n), subject=1) for n, kind in enumerate(kinds)]

    assert figure(facts, "sessions") == 1
    assert figure([*facts, fact("visitor.identified", minutes(200), subject=1)], "sessions") == 1


def test_a_session_is_cut_after_a_day_however_busy_it_was() -> None:
    facts = [view(1, 20 * n) for n in range(3 * 24 + 1)]  # 24 hours and their very end
    assert figure(facts, "sessions") == 2

    assert figure(facts[:-1], "sessions") == 1


def test_a_session_across_midnight_counts_once_on_the_day_it_began() -> None:
    midnight = 11 * 60  # 23:00 UTC, in Berlin
    facts = [view(1, midnight - 10), view(1, midnight + 10), view(1, midnight + 30)]

    assert figure(facts, "sessions", MARCH_2) == 1
    assert figure(facts, "sessions", MARCH_3) == 0
    assert figure(facts, "pages_per_session", MARCH_2) == 3
    assert figure(facts, "page_views", MARCH_3) == 2
    assert split(facts, "sessions", "day") == {"2026-03-02": 1}


def test_a_session_is_what_its_first_page_view_says() -> None:
    facts = [
        fact("event.tracked", minutes(-1), subject=1, channel="api"),
        view(1, 0, "/a", channel="paid_search", utm_campaign="spring", landing_page="/a"),
        view(1, 1, "/b", channel="direct", landing_page="/b"),
        view(2, 0, "/c"),
        fact("event.tracked", minutes(0), subject=3, source_id=7),
    ]

    assert split(facts, "sessions", "channel") == {"paid_search": 1, None: 2}
    assert split(facts, "sessions", "utm_campaign") == {"spring": 1, None: 2}
    assert split(facts, "sessions", "landing_page") == {"/a": 1, None: 2}
    assert split(facts, "sessions", "source") == {7: 1, None: 2}
    assert figure(facts, "sessions", where={"channel": "direct"}) == 0


def test_of_two_first_views_at_one_instant_the_one_received_first_counts() -> None:
    first, second = view(1, 0, "/a", channel="email"), view(1, 0, "/b", channel="direct")

    for facts in ([first, second], [second, first]):
        assert split(facts, "sessions", "channel") == {"email": 1}
        assert split(facts, "page_views", "channel") == {"email": 2}


def test_page_views_are_told_by_their_own_page_and_by_the_channel_of_their_visit() -> None:
    facts = [view(1, 0, "/a", channel="email"), view(1, 1, "/b"), view(2, 0, "/b", channel="direct")]

    assert split(facts, "page_views", "page") == {"/b": 2, "/a": 1}
    assert split(facts, "page_views", "channel") == {"email": 2, "direct": 1}
    assert figure(facts, "page_views", where={"channel": "email", "page": "/b"}) == 1


def test_a_visit_is_engaged_by_two_views_ten_seconds_or_a_form_and_bounced_otherwise() -> None:
    facts = [
        *(view(1, 0), view(1, 1)),
        *(view(2, 0), left(2, 1, 10)),
        *(view(3, 0), fact("form.submitted", minutes(1), subject=3)),
        *(view(4, 0), left(4, 0.1, 4), left(4, 0.2, 5.999)),
        view(5, 0),
    ]

    assert figure(facts, "engagement_rate") == 0.6
    assert figure(facts, "bounce_rate") == 0.4
    assert figure([], "bounce_rate") is None


def test_engagement_time_is_the_mean_attention_of_a_visit_in_seconds() -> None:
    facts = [view(1, 0), left(1, 1, 30), view(1, 2), left(1, 3, 15), view(2, 0), left(3, 0, 6)]

    answer = asked(facts, "engagement_time")

    assert (answer.total.value, answer.unit, answer.total.n) == (17.0, "seconds", 3)
    assert figure([], "engagement_time") is None


def test_machines_are_left_out_of_everything_but_their_share() -> None:
    facts = [view(1, 0), *(view(2, n, agent=-1) for n in range(3)), view(1, 1, agent=5)]

    assert figure(facts, "sessions") == 1
    assert figure(facts, "visitors") == 1
    assert figure(facts, "page_views") == 2
    assert figure(facts, "reach") == 1
    assert figure(facts, "bot_share") == 0.6
    assert figure([view(n, 0) for n in range(30)], "bot_share") == 0
    assert figure([], "bot_share") is None


def test_new_and_returning_visitors_are_told_by_all_that_came_before() -> None:
    day = 24 * 60
    facts = [view(1, -day), view(1, 0), view(2, 0), view(2, 120), view(3, 5), view(4, day)]

    assert figure(facts, "visitors", MARCH_2) == 3
    assert figure(facts, "new_visitors", MARCH_2) == 2  # the second and the third
    assert figure(facts, "returning_visitors", MARCH_2) == 2  # the first and, two hours later, the second
    assert figure(facts, "new_visitors") == 4


def test_a_visitor_counts_in_every_group_and_once_in_the_total() -> None:
    facts = [view(1, 0, channel="email"), view(1, 90, channel="direct"), view(2, 0, channel="direct")]

    answer = asked(facts, "visitors", by=("channel",))

    assert {row.keys[0]: row.value for row in answer.rows} == {"direct": 2, "email": 1}
    assert answer.total.value == 2
    assert any("so they overlap" in note for note in answer.notes)


def test_facts_of_nobody_are_no_visit() -> None:
    assert figure([fact("page.viewed", NOON), view(1, 0)], "sessions") == 1
    assert figure([fact("page.viewed", NOON), view(1, 0)], "page_views") == 1


def test_known_people_are_those_with_a_record() -> None:
    facts = [view(1, 0), view(2, 0), view(2, 90), view(3, 0)]
    people = ("id BIGINT, subject BIGINT", [(70, 2), (71, 9)])
    ledger = TableView(facts, {"mirror_people": people})

    assert asked(ledger, "identified_share").total.value == pytest.approx(1 / 3)
    assert asked(ledger, "identified_share").total.numerator == 1


def test_forms_are_counted_by_form_and_by_the_channel_of_their_visit() -> None:
    facts = [
        view(1, 0, channel="paid_search"),
        fact("form.submitted", minutes(5), subject=1, event="contact"),
        fact("form.submitted", minutes(5), subject=2, event="demo"),
        fact("form.submitted", minutes(6), subject=2, event="demo"),
    ]

    assert split(facts, "form_submissions", "form") == {"demo": 2, "contact": 1}
    assert split(facts, "form_submissions", "channel") == {None: 2, "paid_search": 1}


def test_reach_counts_whoever_visited_or_opened_a_mail_once() -> None:
    facts = [
        view(1, 0),
        view(1, 500),
        fact("email.opened", NOON, subject=2),
        fact("email.opened", NOON, subject=3, agent=-4),
        fact("email.clicked", NOON, subject=1),
    ]

    assert figure(facts, "reach") == 2


def test_the_rows_behind_sessions_are_the_visits_with_their_first_view() -> None:
    facts = [view(1, 0, channel="email"), view(1, 1), view(2, 5)]
    asker = Asker(TableView(facts), BERLIN, Attributes)

    page = asker.rows(Question(metric="sessions", window=EVER, actor=SYSTEM), None, 10)

    assert [(row.subject, row.channel, row.at) for row in page.rows] == [
        (2, None, minutes(5)),
        (1, "email", NOON),
    ]
    views = asker.rows(
        Question(metric="page_views", window=EVER, actor=SYSTEM, where={"channel": "email"}), None, 10
    )
    assert [row.channel for row in views.rows] == ["email", "email"]


def test_what_only_visits_state_splits_nothing_else() -> None:
    with pytest.raises(InvalidInput, match="only visits of sites state it"):
        asked([], "wins", by=("page",))
    with pytest.raises(InvalidInput, match="a visit belongs to no lead"):
        asked([], "sessions", by=("first_contact_month",))


def test_who_sees_only_their_own_records_sees_no_figures_of_strangers() -> None:
    def actor(reach: Scope) -> Actor:
        return Actor(kind="user", id=1, grants={"metrics.view": Scope.ALL, "visits.view": reach})

    assert figure([view(1, 0)], "sessions", actor=actor(Scope.ALL)) == 1
    with pytest.raises(NotPermitted, match="the whole company"):
        figure([view(1, 0)], "sessions", actor=actor(Scope.OWN))
