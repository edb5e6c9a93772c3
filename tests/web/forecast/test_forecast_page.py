"""The page Forecast: everybody sees what their own deals may bring, and nothing of others'."""

from datetime import timedelta
from decimal import Decimal

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.queue.models import Job
from isthmus.core.window import Window
from isthmus.insight.forecasting import period_of
from isthmus.insight.making import make_reports
from isthmus.insight.models import ForecastReport
from isthmus.insight.tasks import TASK
from isthmus.metrics.queries import ask
from isthmus.metrics.question import Question
from isthmus.sales.commands import (
    adjust_commitment,
    commit_forecast,
    lose_deal,
    open_deal,
    open_deals,
    win_deal,
)
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(ledger_folder, company, pipeline, rita, olga):
    """A year and a half of Rita's deals, some of them won, and two of Olga's; the forecasts of today."""
    today = now()
    starts = [today - timedelta(days=540 - 4.4 * n) for n in range(120)]
    rows = [
        {
            "name": f"Deal {n}",
            "amount": (1000 + n) * 10**6,
            "owner_id": rita.pk,
            "team_id": rita.team_id,
            "at": at,
        }
        for n, at in enumerate(starts)
    ]
    for n, (deal, at) in enumerate(zip(open_deals(rows=rows, by=SYSTEM), starts, strict=True)):
        ends = at + timedelta(days=12 + n % 9)
        if ends >= today:
            continue
        if n % 3:
            lose_deal(deal_id=deal.pk, reason="price", by=SYSTEM, at=ends)
        else:
            win_deal(deal_id=deal.pk, by=SYSTEM, at=ends)
    for n in range(2):
        open_deal(name=f"Other {n}", amount=Decimal(777_777), owner_id=olga.pk, by=SYSTEM, at=starts[-1])
    make_reports(at=today)
    return ForecastReport.objects.get(length="month")


def page(client, user, query=""):
    client.force_login(user)
    return client.get(f"/forecast/{query}").content.decode()


def test_a_forecast_is_made_for_the_company_and_each_seller_and_adds_up(report, rita, olga):
    parties = {(one["of"], one["id"]): one for one in report.says["parties"]}

    whole, hers = parties["company", None], parties["owner", rita.pk]
    assert whole["open"] == hers["open"] + parties["owner", olga.pk]["open"]
    assert whole["low"] <= whole["middle"] <= whole["high"]
    assert whole["won"] == pytest.approx(hers["won"])
    assert len(report.says["tried"]) >= 6
    changes = whole["changes"]
    assert changes["before"] + changes["opened"] - changes["won"] - changes["lost"] == changes["now"]


def test_what_is_won_is_the_catalogues_figure_and_commitments_stand_beside_the_forecast(
    client, report, rita, sam, olga, admin
):
    at = now()
    window = Window(period_of(at.astimezone().date(), "month", Company.current().zone).start, at)
    won = ask(Question(metric="won_value", window=window, actor=SYSTEM)).total
    parties = {(one["of"], one["id"]): one for one in report.says["parties"]}
    assert parties["company", None]["won"] == float(won.value) and won.n > 0

    period = f"{report.period_start:%Y-%m}"
    commit_forecast(period=period, amount=Decimal(4321), by=actor_for(rita), at=at)
    commit_forecast(period=period, amount=Decimal(1000), by=actor_for(olga), at=at)
    adjust_commitment(
        seller_id=rita.pk, period=period, amount=Decimal(4000), note="Late", by=actor_for(sam), at=at
    )

    whole, hers = page(client, admin), page(client, rita)
    assert "€5,321" in whole and "€5,000" in whole and "2 sellers committed." in whole
    assert "€4,321" in hers and "5,321" not in hers and "sellers committed" not in hers
    assert "the value of deals won in the period" in hers and "/explore/won_value/rows/" in hers


def test_the_administrator_sees_the_company_its_sellers_and_how_forecasts_fared(client, report, admin):
    html = page(client, admin)

    assert "Rita Reyes" in html and "Olga Orlova" in html
    assert "Can it be relied on?" in html
    assert "of the open deals" not in html
    assert "Q" in page(client, admin, "?length=quarter")


def test_a_seller_sees_their_own_alone(client, report, rita):
    html = page(client, rita)

    assert "What will the period bring?" in html
    assert "Olga Orlova" not in html and "777,777" not in html and "1,555,554" not in html
    assert "Who brings what?" not in html and "Can it be relied on?" not in html


def test_a_manager_sees_their_team_and_no_other(client, report, sam):
    html = page(client, sam)

    assert "Rita Reyes" in html
    assert "Olga Orlova" not in html and "1,555,554" not in html


def test_before_the_first_forecast_the_page_says_when_it_comes(client, ledger_folder, company, admin):
    assert "No forecast was made yet" in page(client, admin)


def test_whoever_may_has_it_made_now(client, company, admin, rita):
    client.force_login(admin)
    client.post("/forecast/anew/")
    assert Job.objects.filter(name=TASK).count() == 1

    client.force_login(rita)
    assert client.post("/forecast/anew/").status_code == 403


def test_a_company_without_deals_has_a_forecast_of_nothing(client, ledger_folder, company, pipeline, admin):
    make_reports(at=now())

    html = page(client, admin)
    assert "too little history" in html
