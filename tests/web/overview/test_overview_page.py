"""The overview shows the catalogue's own figures, and every one of them opens."""

import re

import pytest
from django.urls import reverse

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.metrics.queries import ask
from isthmus.metrics.question import Question
from isthmus.web import figures
from isthmus.web.filters import read_filters

pytestmark = pytest.mark.django_db


def test_the_overview_agrees_with_the_catalogue_and_opens_its_rows(client, trading, admin):
    client.force_login(admin)
    window = read_filters({}, clock.now(), admin_zone()).window

    html = client.get(reverse("overview")).content.decode()
    revenue = ask(Question(metric="revenue", window=window, actor=SYSTEM)).total

    assert figures.write(revenue.value, "money", "EUR") == "€1,500"
    assert "€1,500 was paid; in the 90 days before nothing was" in html
    assert '<a href="/explore/revenue/rows/">€1,500</a>' in html
    assert "Paid search: Impressions 1,000, Clicks 50, Leads 2, Qualified 1" in html
    assert 'href="/explore/leads/rows/?where=channel%3Demail"' in html


def test_the_window_and_territory_stay_on_every_link_of_the_frame(client, trading, admin):
    client.force_login(admin)

    html = client.get("/explore/", {"window": "this_year"}).content.decode()

    rail = html[html.index('<nav class="rail"') : html.index("</nav>")]
    assert all("window=this_year" in href for href in re.findall(r'href="([^"]+)"', rail))


def test_a_window_that_cannot_be_read_is_said_and_the_default_shown(client, trading, admin):
    client.force_login(admin)

    html = client.get("/explore/", {"window": "yesteryear"}).content.decode()

    assert "There is no window called yesteryear." in html
    assert "Last 90 days" in html


def admin_zone():
    from isthmus.workspace.models import Company

    return Company.current().zone
