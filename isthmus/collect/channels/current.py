"""The rules that count now: the company's newest edition, or those that come with the program."""

import json
from collections.abc import Sequence
from functools import lru_cache

from isthmus.collect.channels.reading import Written, read_rules, shipped
from isthmus.collect.channels.rules import Rules
from isthmus.collect.models import ChannelRules


def current_rules() -> Rules:
    """The rules, made ready once for each edition."""
    return _ready(json.dumps(written_rules()))


def written_rules() -> Sequence[Written]:
    """The rules as they are written."""
    return own_rules() or shipped()


def own_rules() -> Sequence[Written]:
    """The rules that the company wrote itself; none while those that come with the program count."""
    return ChannelRules.objects.order_by("-pk").values_list("rules", flat=True).first() or ()


@lru_cache(maxsize=4)
def _ready(written: str) -> Rules:
    return Rules(read_rules(json.loads(written)))
