"""What a site may call itself, also before the script has come."""

import pytest

pytestmark = pytest.mark.browser


def test_a_site_identifies_groups_and_joins_names(site, page):
    page.goto(site.put("/"))

    page.evaluate("isthmus.identify('u-7', {email: 'pat@example.com'})")
    page.evaluate("isthmus.group('g-1', {name: 'Example Ltd'})")
    page.evaluate("isthmus.alias('u-8')")
    page.evaluate("isthmus.track('Order Completed', {revenue: 12.5, currency: 'EUR'})")

    (bought,) = site.wait_for(page, "Order Completed")
    (identified,), (grouped,), (joined,) = (site.named(name) for name in ("identify", "group", "alias"))
    assert (identified["userId"], identified["traits"]) == ("u-7", {"email": "pat@example.com"})
    assert (grouped["groupId"], grouped["traits"]["name"]) == ("g-1", "Example Ltd")
    assert (joined["previousId"], joined["userId"]) == ("u-7", "u-8")
    assert (bought["properties"]["revenue"], bought["userId"]) == (12.5, "u-8")


def test_traits_may_be_told_of_somebody_without_an_id(site, page):
    page.goto(site.put("/", consent="granted"))

    page.evaluate("isthmus.identify({plan: 'free'})")

    (identified,) = site.wait_for(page, "identify")
    assert "userId" not in identified
    assert identified["traits"] == {"plan": "free"}


def test_calls_from_before_the_script_came_are_made_in_their_order(site, page):
    calls = "isthmus.push(['identify', 'u-7']); isthmus.push(['track', 'Tried', {n: 1}])"
    early = f"<script>isthmus = []; {calls}</script>"

    page.goto(site.put("/", before=early))

    (tried,) = site.wait_for(page, "Tried")
    assert tried["properties"] == {"n": 1}
    assert [event["type"] for event in site.events] == ["identify", "track", "page"]
    assert site.named("page")[0]["userId"] == "u-7"
