"""Whether a program is a machine, by what it calls itself. Pure: its text is all that is needed."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from crawleruseragents import CRAWLER_USER_AGENTS_DATA  # type: ignore[import-untyped]
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What kind of machine, as it stands before the colon of a reason.
KINDS: Mapping[str, str | Promise] = {
    "crawler": _("Crawler"),
    "assistant": _("Crawler of an AI assistant"),
    "preview": _("Preview of links"),
    "monitor": _("Watches whether sites are up"),
    "feed": _("Feed reader"),
    "archive": _("Archive"),
    "scanner": _("Scanner of mail, links or holes"),
    "automation": _("Steered browser"),
    "library": _("Program without a browser"),
    "named": _("Calls itself a robot"),
    "broken": _("Not a program's name"),
}
_BY_TAG = {
    "ai-crawler": "assistant",
    "social-preview": "preview",
    "monitoring": "monitor",
    "feed-reader": "feed",
    "archiver": "archive",
    "scanner": "scanner",
    "browser-automation": "automation",
    "http-library": "library",
}
# People's telephones fetch with the first: it is in applications that a person holds in the hand. The others
# fetch a mail's pictures in the place of whoever opened it just then.
_OF_PEOPLE = frozenset({"okhttp", "GoogleImageProxy", "YahooMailProxy"})

# What the list of crawlers lacks. Mail and link scanners open each link of a message before a person does.
# Patterns in small letters, a space between them.
_OURS = {
    "automation": "headless phantomjs playwright puppeteer selenium webdriver cypress/ slimerjs htmlunit"
    " chrome-lighthouse prerender",
    "scanner": "barracuda proofpoint mimecast safelinks cloudmark fireeye sophos forcepoint trendmicro"
    " symantec messagelabs zscaler bitdefender urlscan virustotal spamassassin link[^a-z]?check link.preview"
    " nessus nuclei nikto sqlmap masscan zgrab acunetix burpsuite censysinspect",
    "library": r"^curl\b ^wget\b ^httpie\b ^lwp\b ^libwww ^java\b ^jakarta ^apache-httpclient ^ruby\b ^perl\b"
    r" ^php\b ^guzzlehttp ^node\b ^got\b ^rest-client python[-/] aiohttp httpx urllib scrapy go-http-client"
    " node-fetch undici axios postman insomnia powershell winhttp libcurl mechanize faraday typhoeus"
    " reqwest hyper/ ktor-client",
    "named": r"(?<!cu)bot\b (?<!cu)bot/ crawl spider scraper slurp archiver fetcher monitoring uptime pingdom"
    " healthcheck",
}
_WORD_BEFORE, _WORD_AFTER = re.compile(r"[\w.-]*$"), re.compile(r"[\w.-]*")
_NO_NAME = re.compile(r"[A-Za-z]{2}")


class Verdict(NamedTuple):
    """Machine or not, and the rule that told: a kind, a colon and the words that gave it away."""

    machine: bool
    reason: str = ""


PERSON = Verdict(False)


def judge(text: str) -> Verdict:
    """What the rules say of a program."""
    if not _NO_NAME.search(text):
        return Verdict(True, "broken:")
    if match := _listed().search(text):
        return _machine(_kind_of(match), match.group())
    small = text.lower()
    for kind, pattern in _own().items():
        if match := pattern.search(small):
            return _machine(kind, _whole_word(text, *match.span()))
    return PERSON


def _machine(kind: str, words: str) -> Verdict:
    return Verdict(True, f"{kind}:{words.strip(' /(;')}"[:60])


def _whole_word(text: str, start: int, end: int) -> str:
    """The word in which something was found: of acme-price-spider/2.1 all up to the version."""
    before, after = _WORD_BEFORE.search(text[:start]), _WORD_AFTER.match(text[end:])
    return (before.group() if before else "") + text[start:end] + (after.group() if after else "")


def _kind_of(match: "re.Match[str]") -> str:
    """The kind of a listed crawler: that of the first of its patterns that fits."""
    return next((kind for pattern, kind in _each() if pattern.search(match.group())), "crawler")


@cache
def _listed() -> "re.Pattern[str]":
    return re.compile(_grouped([str(one["pattern"]) for one in _data()]))


def _grouped(patterns: Sequence[str], deep: int = 4) -> str:
    """The patterns side by side, those that begin alike together.

    A list of fifteen hundred is tried at each letter of a text; its few dozen first letters are soon tried.
    """
    apart: list[str] = []
    alike: dict[str, list[str]] = {}
    for pattern in patterns:
        first, second = pattern[:1], pattern[1:2]
        if deep and first.isalnum() and second not in ("?", "*", "+", "{") and "|" not in pattern:
            alike.setdefault(first, []).append(pattern[1:])
        else:
            apart.append(f"(?:{pattern})")
    together = (f"{first}(?:{_grouped(rest, deep - 1)})" for first, rest in alike.items())
    return "|".join((*apart, *together))


@cache
def _each() -> "tuple[tuple[re.Pattern[str], str], ...]":
    def kind(tags: list[str]) -> str:
        return next((_BY_TAG[tag] for tag in tags if tag in _BY_TAG), "crawler")

    return tuple((re.compile(one["pattern"]), kind(one.get("tags", []))) for one in _data())


@cache
def _own() -> "dict[str, re.Pattern[str]]":
    return {kind: re.compile(_grouped(patterns.split())) for kind, patterns in _OURS.items()}


def _data() -> "list[dict[str, Any]]":
    return [one for one in CRAWLER_USER_AGENTS_DATA if one["pattern"] not in _OF_PEOPLE]
