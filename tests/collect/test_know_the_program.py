"""Whose program sent an event: told for browsers, and for servers only when they say it of others."""

import pytest

from tests.collect.received import BROWSER, page, receive, sealed, track, website

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]
URL = "https://shop.example/"


def test_a_browser_is_a_person_and_one_that_tells_no_name_a_machine() -> None:
    site = website()
    receive(site, page(URL, who="anna"), agent=BROWSER)
    receive(site, page(URL, who="nobody"), agent="")

    assert sorted(sealed("machine, agent IS NULL")) == [(False, False), (True, False)]


def test_a_servers_own_program_is_no_machine_but_the_one_that_it_tells_of_may_be() -> None:
    server = website(kind="server")
    receive(server, track("Order placed"), agent="")
    receive(server, track("Page fetched", context={"userAgent": "curl/8.5.0"}), agent="")

    assert sorted(sealed("machine, agent IS NULL")) == [(False, True), (True, False)]


def test_a_view_from_another_host_of_the_same_site_has_no_channel() -> None:
    site = website()
    receive(site, page("https://shop.acme.co.uk/", referrer="https://blog.acme.co.uk/post"))

    assert sealed("channel, referrer, landing_page") == [(None, None, None)]
