"""What the script sends of links that lead away and of forms that are sent."""

import pytest

from tests.collect.script.conftest import wait_until

pytestmark = pytest.mark.browser

STAY = "<script>document.addEventListener('submit', (event) => event.preventDefault())</script>"
FORM = """
<form name="contact" onsubmit="event.stopPropagation()">
  <input name="first_name" value="Pat"><input name="last_name" value="Prospect">
  <input type="email" name="your-email" value="pat@example.com">
  <input autocomplete="tel" name="reach" value="+1 212 555 0100">
  <input name="company_name" value="Example Ltd"><input name="employees" value="40">
  <select name="topic"><option>Price</option></select><textarea name="message">Call me</textarea>
  <input type="hidden" name="csrf" value="h"><input type="password" name="secret" value="p">
  <input autocomplete="cc-number" name="card" value="4111">
  <input name="trap" value="bot" style="display:none">
  <input name="diary" value="private" data-isthmus-ignore>
  <button id="send">Send</button>
</form>
"""


def test_a_link_to_another_site_is_told_without_its_query(site, page):
    page.goto(site.put("/", f'<a id="out" target="_blank" href="{site.collector}/far?token=1">Out</a>'))

    page.click("#out")

    (out,) = site.wait_for(page, "Outbound Link Clicked")
    assert out["properties"]["href"] == site.collector + "/far"


def test_links_within_the_site_and_ignored_ones_are_not_told(site, page):
    body = f'<a id="in" href="#x">In</a><a id="out" data-isthmus-ignore href="{site.collector}/#x">Out</a>'
    page.goto(site.put("/", body))
    page.evaluate(
        "document.querySelector('#out').addEventListener('click', (event) => event.preventDefault())"
    )

    page.click("#in")
    page.click("#out")

    page.wait_for_timeout(400)
    assert site.named("Outbound Link Clicked") == []


def test_a_form_tells_who_sent_it_and_what_was_written(site, page):
    page.goto(site.put("/contact", FORM + STAY))

    page.click("#send")

    (sent,) = site.wait_for(page, "Form Submitted")
    assert sent["context"]["traits"] == {
        "name": "Pat Prospect",
        "email": "pat@example.com",
        "phone": "+1 212 555 0100",
        "company": "Example Ltd",
    }
    assert sent["properties"]["form"] == "contact"
    assert sent["properties"]["fields"] == {"employees": "40", "topic": "Price", "message": "Call me"}


def test_a_form_that_leads_to_the_next_page_is_told_before_the_page_goes(site, page):
    site.put("/thanks")
    page.goto(
        site.put("/", '<form action="/thanks" id="news"><input type="email" name="e" value="p@x.org"></form>')
    )

    page.press("input", "Enter")

    (sent,) = site.wait_for(page, "Form Submitted")
    assert (sent["properties"]["form"], sent["context"]["traits"]) == ("news", {"email": "p@x.org"})
    assert sent["context"]["page"]["path"] == "/"


def test_ignored_forms_and_forms_for_signing_in_are_not_told(site, page):
    ignored = (
        '<form data-isthmus-ignore><input name="email" value="a@b.c"><button id="one">Go</button></form>'
    )
    sign_in = (
        '<form><input name="email" value="a@b.c"><input autocomplete="current-password" type="password">'
    )
    page.goto(site.put("/", ignored + sign_in + '<button id="two">Go</button></form>' + STAY))

    page.click("#one")
    page.click("#two")

    wait_until(page, lambda: bool(site.named("page")))
    page.wait_for_timeout(400)
    assert site.named("Form Submitted") == []


def test_a_link_to_a_booking_page_says_who_comes_only_after_consent(site, page):
    body = (
        f'<a id="book" href="{site.collector}/book/demo/?day=1">Book</a>'
        '<a id="named" data-isthmus-booking href="https://crm.example.com/book/demo/">Book</a>'
        '<a id="other" href="https://elsewhere.example.com/book/demo/">Other</a>'
    )
    page.goto(site.put("/", body))
    page.evaluate(
        """document.addEventListener('click', (event) => {
            event.preventDefault(); (window.followed ||= []).push(event.target.href);
        })"""
    )
    before = page.evaluate("[...document.links].map((link) => link.href)")

    def hrefs():
        page.evaluate("window.followed = []")
        for name in ("book", "named", "other"):
            page.click(f"#{name}")
        # What can be copied is as it was.
        page.wait_for_function(
            "(hrefs) => hrefs.every((href, n) => document.links[n].href == href)", arg=before
        )
        return page.evaluate("window.followed")

    assert hrefs()[0] == f"{site.collector}/book/demo/?day=1&visitor="
    page.evaluate("isthmus.consent('granted')")
    known = page.evaluate("JSON.parse(localStorage.isthmus).anonymousId")
    book, named, other = hrefs()
    assert book == f"{site.collector}/book/demo/?day=1&visitor={known}"
    assert named == f"https://crm.example.com/book/demo/?visitor={known}"
    assert "visitor" not in other
    page.evaluate("isthmus.consent('denied')")
    assert [one.partition("visitor")[2] for one in hrefs()] == ["=", "=", ""]
