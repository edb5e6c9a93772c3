"""Whether it was the customer who opened a quote: no machine, no colleague, no preview."""

from django.conf import settings
from django.http import HttpRequest

from isthmus.collect.agents.judging import judge
from isthmus.collect.receiving.visitors import agent_of


def is_a_customer(request: HttpRequest) -> bool:
    """Whether a person outside the company looks at a page, as far as their browser tells.

    Scanners of mail call themselves browsers; but whoever comes by https from a browser of our days says that
    they navigate there, and scanners and prefetching do not.
    """
    if request.method != "GET" or request.user.is_authenticated:
        return False
    if "prefetch" in (request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")).lower():
        return False
    if judge(agent_of(request.META)).machine:
        return False
    secure = request.is_secure() or settings.PUBLIC_URL.startswith("https://")
    return request.headers.get("Sec-Fetch-Mode", "" if secure else "navigate") == "navigate"
