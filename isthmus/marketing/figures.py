"""What metrics need to know of marketing: what campaigns are called."""

from collections.abc import Iterable, Mapping

from isthmus.ledger.mirror import MirrorColumn, MirrorTable, register
from isthmus.marketing.models import Campaign
from isthmus.metrics import labels


def _campaign_names(ids: set[int]) -> Mapping[int, str]:
    return dict(Campaign.objects.filter(pk__in=ids).values_list("pk", "name"))


def _campaigns_called(text: str) -> Iterable[int]:
    return list(Campaign.objects.filter(name__iexact=text).values_list("pk", flat=True))


def declare() -> None:
    """Name and mirror campaigns (called once, when the room starts)."""
    labels.register("campaign", _campaign_names, _campaigns_called)
    register(
        MirrorTable(
            "mirror_campaigns",
            Campaign.objects.all,
            lambda: {"id": MirrorColumn("id", "BIGINT"), "channel": MirrorColumn("channel", "VARCHAR")},
            changed=None,
        )
    )
