"""How pages speak of programs: a name that people know, the verdict, and what gave a machine away."""

import re

from django.utils.translation import gettext as _

from isthmus.collect.agents.judging import KINDS
from isthmus.collect.models import Agent

# The first that fits: those that also call themselves something further down stand above it.
_BROWSERS = (
    ("Edge", r"Edg(?:A|iOS|e)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Vivaldi", r"Vivaldi/"),
    ("Yandex Browser", r"YaBrowser/"),
    ("DuckDuckGo", r"DuckDuckGo/|Ddg/"),
    ("Facebook", r"\[FB|FBAN|FBAV"),
    ("Instagram", r"Instagram "),
    ("LinkedIn", r"LinkedInApp"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/|AppleWebKit.*Mobile/|\(iPhone"),
)
_SYSTEMS = (
    ("Windows", r"Windows"),
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Mac", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux|X11"),
)


def name_of(agent: Agent) -> str:
    """A machine by the word that it calls itself, a browser by its name and what it runs on."""
    words = agent.reason.partition(":")[2]
    if agent.machine and words:
        return words
    browser, system = _first(_BROWSERS, agent.text), _first(_SYSTEMS, agent.text)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or agent.text[:40] or _("Without a name")


def reason_of(agent: Agent) -> str:
    """Why a program counts as what it does."""
    if agent.judged is not None:
        if agent.machine:
            return _("Decided by hand; the rules say machine")
        return _("Decided by hand; the rules say person")
    if not agent.machine:
        return _("Nothing that a machine would say")
    kind = agent.reason.partition(":")[0]
    return str(KINDS.get(kind, agent.reason))


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, text)), "")
