"""How events reach the collector: together, once more after a failure, and without a question beforehand."""

import pytest

pytestmark = pytest.mark.browser


def test_events_of_a_moment_go_together_as_text_and_need_no_question_beforehand(site, page):
    calls = "isthmus.push(['track', 'One']); isthmus.push(['track', 'Two', {n: 2}])"

    page.goto(site.put("/", before=f"<script>isthmus = []; {calls}</script>"))

    site.wait_for(page, "Two")

    assert [len(batch["batch"]) for batch in site.batches] == [3]
    assert site.methods == ["POST"]
    assert site.headers[0]["content-type"] == "text/plain;charset=UTF-8"
    assert "cookie" not in site.headers[0]


@pytest.mark.parametrize("status", [503, 429])
def test_a_batch_that_failed_is_sent_again_with_the_same_ids(site, page, status):
    site.refusals = [status]
    page.goto(site.put("/"))

    (view,) = site.wait_for(page, "page")

    assert site.methods == ["POST", "POST"]
    assert view["properties"]["path"] == "/"
    assert site.batches[0]["sentAt"] > view["timestamp"]


def test_a_batch_that_no_collector_answered_is_sent_when_one_does(site, page):
    tried = []
    page.route(
        "**/v1/batch", lambda route: (tried.append(1), route.abort() if len(tried) < 3 else route.continue_())
    )

    page.goto(site.put("/"))

    assert len(site.wait_for(page, "page")) == 1
    assert len(tried) == 3


def test_a_batch_that_was_refused_for_good_is_not_sent_again(site, page):
    site.refusals = [401]
    page.goto(site.put("/"))
    page.wait_for_timeout(1_600)

    page.evaluate("isthmus.track('Later')")

    site.wait_for(page, "Later")
    assert [event["type"] for event in site.events] == ["track"]
    assert site.methods == ["POST", "POST"]


def test_many_events_go_in_several_batches(site, page):
    page.goto(site.put("/"))
    page.evaluate("for (let n = 0; n < 100; n++) isthmus.track('Counted', {n})")

    counted = site.wait_for(page, "Counted", 100)

    assert sorted(event["properties"]["n"] for event in counted) == list(range(100))
    assert max(len(batch["batch"]) for batch in site.batches) == 30


def test_an_old_browser_sends_by_beacon(site, page):
    page.add_init_script("delete Request.prototype.keepalive")

    page.goto(site.put("/"))

    assert len(site.wait_for(page, "page")) == 1


def test_the_collector_may_stand_elsewhere_than_the_script(site, page):
    page.goto(site.put("/", host=site.url))

    site.wait_for(page, "page")
    assert site.headers[0]["host"] == site.url.removeprefix("http://")
