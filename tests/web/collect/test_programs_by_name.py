"""Programs by names that people know."""

import pytest

from isthmus.collect.agents.judging import judge
from isthmus.collect.models import Agent
from isthmus.web.collect.programs import name_of

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/142.0 Safari/537.36"
)
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (CHROME, "Chrome on Windows"),
        (f"{CHROME} Edg/142.0", "Edge on Windows"),
        (f"{MAC} Version/18.5 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/142.0 Mobile Safari/537.36", "Chrome on Android"),
        ("AcmeApp/4.2", "AcmeApp/4.2"),
        ("curl/8.14.1", "curl"),
        ("-", "-"),
        ("", "Without a name"),
    ],
)
def test_a_program_is_called_as_people_call_it(text, name):
    verdict = judge(text)

    assert name_of(Agent(text=text, machine=verdict.machine, reason=verdict.reason)) == name
