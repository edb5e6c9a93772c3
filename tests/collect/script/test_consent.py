"""Nothing is stored before consent, nothing is kept after it is taken back."""

import pytest

from tests.collect.script.conftest import wait_until

pytestmark = pytest.mark.browser


def stored(page):
    return page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")


NOTHING = '[{},{},""]'


def test_without_any_setting_views_are_sent_and_nothing_is_stored(site, page):
    page.goto(site.put("/"))
    page.evaluate("isthmus.identify('u-7', {plan: 'free'})")

    (view,) = site.wait_for(page, "page")
    assert "anonymousId" not in view
    assert "userId" not in view
    assert site.wait_for(page, "identify")[0]["userId"] == "u-7"
    assert stored(page) == NOTHING
    assert page.context.cookies() == []


def test_where_consent_is_required_nothing_is_sent_before_it(site, page):
    page.goto(site.put("/", consent="required"))
    page.evaluate("isthmus.track('Tried')")
    page.wait_for_timeout(500)
    assert (site.events, stored(page)) == ([], NOTHING)

    page.evaluate("isthmus.consent('granted')")

    site.wait_for(page, "Tried")
    assert {event["anonymousId"] for event in site.events} == {
        page.evaluate("JSON.parse(localStorage.isthmus).anonymousId")
    }
    assert [event["type"] for event in site.events] == ["page", "track"]


def test_consent_refused_where_it_is_required_sends_nothing_at_all(site, page):
    page.goto(site.put("/", consent="required"))

    page.evaluate("isthmus.consent('denied'); isthmus.track('Tried')")
    page.goto("about:blank")

    page.wait_for_timeout(500)
    assert site.events == []


def test_a_visitor_who_consented_is_the_same_on_the_next_page_and_after_signing_in(site, page):
    page.goto(site.put("/", consent="granted"))
    page.evaluate("isthmus.identify('u-7')")
    site.wait_for(page, "identify")

    page.goto(site.put("/next"))

    first, second = site.wait_for(page, "page", 2)
    assert first["anonymousId"] == second["anonymousId"]
    assert ("userId" in first, second["userId"]) == (False, "u-7")


def test_consent_taken_back_forgets_the_visitor_and_goes_on_without_a_name(site, page):
    page.goto(site.put("/", consent="granted"))

    page.evaluate("isthmus.consent('denied'); isthmus.track('Later')")

    (later,) = site.wait_for(page, "Later")
    assert "anonymousId" not in later
    assert stored(page) == NOTHING


def test_signing_out_makes_the_next_visitor_another_one(site, page):
    page.goto(site.put("/", consent="granted"))
    page.evaluate("isthmus.identify('u-7')")

    page.evaluate("isthmus.reset(); isthmus.track('Later')")

    (later,) = site.wait_for(page, "Later")
    assert "userId" not in later
    assert later["anonymousId"] != site.named("page")[0]["anonymousId"]


def test_consent_may_be_told_by_categories_as_segment_does(site, page):
    page.goto(site.put("/", consent="required", consent_category="C0002"))
    page.evaluate("isthmus.consent({categoryPreferences: {C0001: true, C0002: false}})")
    page.wait_for_timeout(400)
    assert site.events == []

    page.evaluate(
        "isthmus.consent({categoryPreferences: {C0001: true, C0002: true}}); isthmus.track('Tried')"
    )

    (tried,) = site.wait_for(page, "Tried")
    assert tried["context"]["consent"] == {"categoryPreferences": {"C0001": True, "C0002": True}}


def test_consent_that_segments_own_script_hears_of_counts_here_too(site, page):
    analytics = "<script>analytics = {on: (name, act) => { analytics.tell = act }}</script>"
    page.goto(site.put("/", consent="required", before=analytics))

    consent = "{consent: {categoryPreferences: {analytics: true}}}"
    page.evaluate(f"analytics.tell('Segment Consent Preference Updated', {{}}, {consent})")

    (view,) = site.wait_for(page, "page")
    assert view["anonymousId"]


def test_a_browser_that_forbids_storage_is_no_reason_to_fail(site, page):
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get: () => { throw Error('forbidden') }})"
    )

    page.goto(site.put("/", consent="granted"))

    wait_until(page, lambda: bool(site.named("page")))
    assert site.named("page")[0]["anonymousId"]
