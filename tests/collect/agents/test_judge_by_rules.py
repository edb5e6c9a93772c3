"""Machine or person, by what a program calls itself."""

import pytest
from crawleruseragents import CRAWLER_USER_AGENTS_DATA

from isthmus.collect.agents.judging import _OF_PEOPLE, KINDS, judge

pytestmark = pytest.mark.core
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/142.0 Safari/537.36"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    "text",
    [
        CHROME,
        f"{CHROME} Edg/142.0",
        SAFARI,
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36",
        f"{SAFARI} [FBAN/FBIOS;FBAV/480.0]",
        "okhttp/4.12.0",
    ],
)
def test_browsers_and_applications_of_people_are_no_machines(text):
    assert judge(text) == (False, "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "crawler:Googlebot"),
        ("Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2)", "assistant:GPTBot"),
        (f"{CHROME.replace('Chrome', 'HeadlessChrome')}", "automation:HeadlessChrome"),
        ("facebookexternalhit/1.1", "preview:facebookexternalhit"),
        ("python-requests/2.33", "library:python-requests"),
        ("curl/8.14.1", "library:curl"),
        ("Mozilla/5.0 (compatible; Proofpoint URL Defense)", "scanner:Proofpoint"),
        (f"{CHROME} (acme-price-spider/2.1)", "named:acme-price-spider"),
        ("-", "broken:"),
    ],
)
def test_machines_are_told_with_what_gave_them_away(text, reason):
    verdict = judge(text)

    assert verdict == (True, reason)
    assert verdict.reason.partition(":")[0] in KINDS


def test_each_crawler_of_the_list_is_known_by_the_names_that_it_has_there():
    named = [
        text
        for one in CRAWLER_USER_AGENTS_DATA
        if one["pattern"] not in _OF_PEOPLE
        for text in one["instances"]
    ]

    assert [text for text in named if not judge(text).machine] == []


def test_a_reason_fits_its_column():
    assert len(judge("bot" + "x" * 400 + "bot/ " + "spider" * 90).reason) <= 60


def test_a_mail_service_that_fetches_pictures_stands_for_whoever_opened_the_mail():
    gmail = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"

    assert not judge(gmail).machine
