"""What the script sends of the pages somebody looks at."""

import pytest

from tests.collect.script.conftest import KEY

pytestmark = pytest.mark.browser


def test_opening_a_page_sends_one_view_with_where_it_is(site, page):
    page.goto(site.put("/pricing"))

    (view,) = site.wait_for(page, "page")
    assert view["properties"]["path"] == "/pricing"
    assert view["context"]["page"]["title"] == "Page /pricing"
    assert view["context"]["page"]["url"] == site.url + "/pricing"
    assert view["context"]["library"]["name"] == "isthmus.js"
    assert len(view["messageId"]) == 32
    assert site.batches[0]["writeKey"] == KEY
    assert site.batches[0]["sentAt"] >= view["timestamp"]


def test_the_tags_of_an_ad_are_kept_and_the_rest_of_the_query_is_not(site, page):
    site.put("/")
    tags = "utm_source=google&utm_medium=cpc&utm_campaign=Autumn&utm_id=7&gclid=abc"

    page.goto(f"{site.url}/?{tags}&email=pat@example.com#token")

    (view,) = site.wait_for(page, "page")
    assert view["context"]["campaign"] == {"source": "google", "medium": "cpc", "name": "Autumn", "id": "7"}
    assert view["context"]["page"]["url"] == f"{site.url}/?{tags}"
    assert view["context"]["page"]["search"] == f"?{tags}"


def test_the_page_before_is_the_referrer_without_what_its_query_said(site, page):
    site.put("/first", '<a id="on" href="/second">On</a>')
    site.put("/second")
    page.goto(site.url + "/first?token=secret&utm_source=letter")

    page.click("#on")

    _, second = site.wait_for(page, "page", 2)
    assert second["context"]["page"]["referrer"] == site.url + "/first?utm_source=letter"
    assert second["context"]["campaign"] == {}


def test_a_page_that_the_site_draws_itself_is_a_view_with_the_one_before_as_referrer(site, page):
    site.put("/")
    page.goto(site.url + "/?utm_source=letter")

    page.evaluate("history.pushState({}, '', '/tour'); history.replaceState({}, '', '/tour?step=2')")
    page.evaluate("history.back()")

    views = site.wait_for(page, "page", 3)
    assert [view["properties"]["path"] for view in views] == ["/", "/tour", "/"]
    assert views[1]["context"]["page"]["referrer"] == site.url + "/?utm_source=letter"
    assert [view["context"]["campaign"] for view in views[:2]] == [{"source": "letter"}, {}]
    assert len(site.named("Page Left")) == 2


def test_a_site_may_send_its_views_itself(site, page):
    page.goto(site.put("/", pages="manual"))
    page.evaluate("history.pushState({}, '', '/tour')")

    page.evaluate("isthmus.page('Tour', {step: 1})")

    (view,) = site.wait_for(page, "page")
    assert view["name"] == "Tour"
    assert (view["properties"]["step"], view["properties"]["path"]) == (1, "/tour")


def test_the_script_twice_on_a_page_counts_once(site, page):
    once = f'<script src="{site.collector}/isthmus.js" data-key="{KEY}"></script>'

    page.goto(site.put("/", before=once))

    site.wait_for(page, "page")
    page.wait_for_timeout(400)
    assert len(site.named("page")) == 1
