"""How long somebody read, and how far down: told when the page is left."""

import pytest

pytestmark = pytest.mark.browser


def seen_as(state):
    return f"Object.defineProperty(document, 'visibilityState', {{value: '{state}', configurable: true}});"


def become(state):
    return seen_as(state) + "document.dispatchEvent(new Event('visibilitychange'))"


LONG = "<div style='height: 5000px'>Long</div>"


def test_leaving_tells_how_long_and_how_far_somebody_read(site, page):
    page.goto(site.put("/guide", LONG))
    page.wait_for_timeout(600)
    page.mouse.move(10, 10)
    page.mouse.wheel(0, 2000)
    page.wait_for_timeout(600)

    page.goto("about:blank")

    (left,) = site.wait_for(page, "Page Left")
    assert 1_100 < left["properties"]["engaged"] < 10_000
    assert 40 < left["properties"]["scroll"] < 75
    assert left["context"]["page"]["path"] == "/guide"


def test_time_in_which_nobody_did_anything_is_counted_for_half_a_minute(site, page):
    page.clock.install()
    page.goto(site.put("/"))
    page.clock.fast_forward("10:00")
    page.evaluate("dispatchEvent(new Event('keydown'))")
    page.clock.fast_forward("00:05")

    page.evaluate("dispatchEvent(new Event('pagehide'))")

    (left,) = site.wait_for(page, "Page Left")
    assert 34_900 < left["properties"]["engaged"] < 45_000


def test_coming_back_to_a_page_adds_to_what_was_told_but_not_the_time_away(site, page):
    page.clock.install()
    page.goto(site.put("/"))
    page.clock.fast_forward("00:03")

    page.evaluate(become("hidden"))
    page.clock.fast_forward("00:20")
    page.evaluate(become("visible"))
    page.clock.fast_forward("00:05")
    page.evaluate(become("hidden"))

    first, second = site.wait_for(page, "Page Left", 2)
    assert 2_900 < first["properties"]["engaged"] < 8_000
    assert 4_900 < second["properties"]["engaged"] < 15_000
    assert len(site.named("page")) == 1


def test_a_page_opened_in_the_background_is_a_view_only_when_somebody_looks(site, page):
    page.add_init_script(seen_as("hidden"))
    page.goto(site.put("/"))
    page.wait_for_timeout(400)
    assert site.events == []

    page.evaluate(become("visible"))

    assert len(site.wait_for(page, "page")) == 1
