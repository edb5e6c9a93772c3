"""Taking back what an undone import did to campaigns; in the caller's transaction."""

from collections.abc import Sequence

from isthmus.marketing.models import Campaign


def remove_campaigns(numbers: Sequence[int]) -> None:
    """Take campaigns away; a reference that is left to one of them stops it."""
    Campaign.objects.filter(pk__in=numbers).delete()
