"""Scripts on a company's site, in a real browser: each call is a fact, once, of the right person."""

import http.server
import re
import threading
from functools import partial

import pytest

from scripts import conformance
from tests.collect.script.conftest import wait_until
from tests.conformance.conftest import SENDERS

pytestmark = [pytest.mark.conformance, pytest.mark.browser, pytest.mark.processes]

SENT = [
    ("event.tracked", "Order Completed"),
    ("event.tracked", "Tour Started"),
    ("event.tracked", "Trial Started"),
    ("page.viewed", "Pricing"),
    ("visitor.aliased", None),
    ("visitor.grouped", None),
    ("visitor.identified", None),
]
BY_SEGMENT = sorted([*SENT, ("page.viewed", "Home"), ("event.tracked", "Sent Twice")], key=str)
# It looks after page views itself, and identifies once more before it signs out.
NOTICED = [("page.viewed", None), ("page.left", None), ("page.left", None)]
BY_OURS = sorted([*SENT, *NOTICED, ("visitor.identified", None)], key=str)
TAGS = "?utm_source=google&utm_medium=cpc&utm_campaign=Autumn&gclid=abc"


class Site(http.server.SimpleHTTPRequestHandler):
    """Any folder as a web site, quietly."""

    def log_message(self, format, *arguments):
        """The terminal need not know."""


@pytest.fixture(scope="module")
def site(tmp_path_factory, served):
    """The site's address, and the folder that it shows."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "umd").symlink_to(conformance.NODE / "@segment" / "analytics-next" / "dist" / "umd")
    (folder / "senders").symlink_to(SENDERS)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Site, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://localhost:{server.server_port}", folder
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def visitor(peoples_chromium):
    """Opens a page in a browser of somebody new."""
    contexts = []

    def come(url):
        contexts.append(peoples_chromium.new_context())
        page = contexts[-1].new_page()
        page.goto(url)
        return page

    yield come
    for context in contexts:
        context.close()


def lose_the_first_answer(page, endpoints):
    """What is sent arrives, yet its sender does not hear of it: it will send again."""
    lost = []

    def pass_on(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch())
        return route.abort()

    page.route(re.compile(f"/v1/({endpoints})$"), pass_on)
    return lost


def send_with_segments_script(served, site, visitor, key, name, strategy):
    address, folder = site
    scripts = '<script src="/umd/index.js"></script><script src="/senders/analytics_next.js"></script>'
    (folder / f"{name}.html").write_text(f"<!doctype html><title>Shop</title>{scripts}")
    page = visitor(f"{address}/{name}.html{TAGS}")
    lost = lose_the_first_answer(page, "t|b")
    assert page.evaluate("(args) => sendAll(...args)", [served.url, key, name, strategy])
    return page, lost


def send_with_our_script(served, site, visitor, key):
    address, folder = site
    script = f'<script src="{served.url}/isthmus.js" data-key="{key}" data-consent="granted"></script>'
    calls = '<script src="/senders/own_script.js"></script>'
    (folder / "own.html").write_text(f"<!doctype html><title>Shop</title>{script}{calls}")
    page = visitor(f"{address}/own.html{TAGS}")
    lost = lose_the_first_answer(page, "batch")
    page.evaluate("sendAll('own')")
    return page, lost


@pytest.fixture(scope="module")
def arrived(served, site, visitor):
    keys = served.add_sources(**{"next": "site", "next-in-batches": "site", "own": "site"})
    own = send_with_our_script(served, site, visitor, keys["own"])
    sent = [
        send_with_segments_script(served, site, visitor, keys[name], name, strategy)
        for name, strategy in {"next": "standard", "next-in-batches": "batching"}.items()
    ]
    while_open = {"next": len(BY_SEGMENT), "next-in-batches": len(BY_SEGMENT), "own": len(BY_OURS) - 1}
    for page, lost in [own, *sent]:
        wait_until(page, lambda lost=lost: bool(lost))
    sent[0][0].wait_for_timeout(2_500)  # Only while a test waits for the browser does it send again.
    served.arrived(**while_open)
    own[0].goto("about:blank")
    return served.arrived(**while_open | {"own": len(BY_OURS)})


EACH = pytest.mark.parametrize(
    ("name", "sent"), [("next", BY_SEGMENT), ("next-in-batches", BY_SEGMENT), ("own", BY_OURS)]
)


@EACH
def test_every_call_is_in_the_ledger_once_though_its_first_answer_was_lost(arrived, name, sent):
    found = sorted(((fact["kind"], fact["event"]) for fact in arrived.facts[name]), key=str)

    assert found == sent
    assert arrived.quarantined == []


@EACH
def test_every_call_is_the_right_persons_also_what_came_before_their_name(arrived, name, sent):
    assert {fact["subject"] for fact in arrived.facts[name]} == {arrived.people[f"{name}@buyers.example"]}


@EACH
def test_a_browser_tells_how_its_visitor_came_and_is_no_machine(arrived, name, sent):
    first = next(fact for fact in arrived.facts[name] if fact["kind"] == "page.viewed")

    assert (first["host"], first["path"], first["channel"]) == ("localhost", f"/{name}.html", "paid_search")
    assert (first["utm_source"], first["utm_campaign"], first["click_id"]) == (
        "google",
        "Autumn",
        "gclid:abc",
    )
    assert {(fact["actor_kind"], fact["machine"]) for fact in arrived.facts[name]} == {("person", False)}
