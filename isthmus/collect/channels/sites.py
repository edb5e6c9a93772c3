"""Which class a site is of: search engine, social network, shop and so on, by the lists beside this file."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).parent
# Of classes other than search, all hosts below a named one are that site's as well.
_AS_THEY_STAND = "search"
_UNNAMED = "others"
# Countries' second levels: google.co.uk is google under the ending co.uk.
_SECOND = frozenset({"co", "com", "org", "net", "ne", "or", "ac", "edu", "gov", "go"})
_BEFORE = ("www.", "m.", "l.", "lm.")

# Other words by which campaigns call a site, each with the name that the lists have.
ALIASES = {
    "adwords": "google",
    "google ads": "google",
    "google_ads": "google",
    "google-ads": "google",
    "googleads": "google",
    "gads": "google",
    "bingads": "bing",
    "bing ads": "bing",
    "microsoft ads": "bing",
    "ddg": "duckduckgo",
    "fb": "facebook",
    "meta": "facebook",
    "facebook_ads": "facebook",
    "ig": "instagram",
    "insta": "instagram",
    "li": "linkedin",
    "linkedin_ads": "linkedin",
    "twitter": "x",
    "tw": "x",
    "vkontakte": "vk",
    "yt": "youtube",
    "openai": "chatgpt",
    "hn": "hackernews",
}


class Site(NamedTuple):
    """A site's class and the name by which campaigns call it (empty where it has none)."""

    kind: str
    name: str


class _Lists(NamedTuple):
    names: dict[str, Site]
    hosts: dict[str, Site]  # as they stand
    below: dict[str, Site]  # with all that lies below
    stems: dict[str, Site]  # as they stand, under any ending
    stems_below: dict[str, Site]
    paths: tuple[tuple[str, str, Site], ...]


def named(name: str) -> Site | None:
    """The site that a campaign's source names, in small letters: `google`, `fb`, `news.example.com`."""
    lists = _lists()
    name = ALIASES.get(name, name)
    if name in lists.names:
        return lists.names[name]
    return site_of(name) if "." in name else None


def site_of(host: str, path: str = "") -> Site | None:
    """The site at a host, by its most exact entry; nothing when no list has it."""
    lists = _lists()
    for whole, start, site in lists.paths:
        if path.startswith(start) and _is_at(host, whole):
            return site
    for bare in _bare(host):
        if found := lists.hosts.get(bare) or _of_stems(bare, lists.stems):
            return found
    for part in _suffixes(host):
        if found := lists.below.get(part) or _of_stems(part, lists.stems_below):
            return found
    return Site("spam", "") if any(part in _spammers() for part in _suffixes(host)) else None


def _is_at(host: str, whole: str) -> bool:
    return host == whole or host.removeprefix("www.") == whole


def _bare(host: str) -> Iterator[str]:
    yield host
    for start in _BEFORE:
        if host.startswith(start):
            yield host[len(start) :]


def _suffixes(host: str) -> Iterator[str]:
    """The host, then what lies above it, down to two labels."""
    while "." in host:
        yield host
        host = host.partition(".")[2]


def _of_stems(host: str, stems: dict[str, Site]) -> Site | None:
    labels = host.split(".")
    for ending in (1, 2):
        if len(labels) <= ending or (ending == 2 and labels[-2] not in _SECOND):
            continue
        if found := stems.get(".".join(labels[:-ending])):
            return found
    return None


@cache
def _lists() -> _Lists:
    lists = _Lists({}, {}, {}, {}, {}, ())
    paths: list[tuple[str, str, Site]] = []
    for kind, sites in tomllib.loads((_HERE / "sites.toml").read_text()).items():
        for name, hosts in sites.items():
            site = Site(kind, "" if name == _UNNAMED else name)
            if site.name:
                lists.names.setdefault(name, site)
            for host in hosts:
                whole, slash, path = host.partition("/")
                if slash:
                    paths.append((whole, f"/{path}", site))
                else:
                    _add(lists, whole, site)
    return lists._replace(paths=tuple(paths))


def _add(lists: _Lists, host: str, site: Site) -> None:
    stands = site.kind == _AS_THEY_STAND
    if host.endswith(".*"):
        (lists.stems if stands else lists.stems_below)[host[:-2]] = site
    elif host.startswith("*."):
        lists.below[host[2:]] = site
    else:
        (lists.hosts if stands else lists.below)[host] = site


@cache
def _spammers() -> frozenset[str]:
    lines = (_HERE / "spammers.txt").read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
