"""Taking back users whom an undone import made; in the caller's transaction."""

from collections.abc import Sequence

from isthmus.workspace.models import User


def remove_users(numbers: Sequence[int]) -> None:
    """Take users away who were never let in; a reference that is left to one of them stops it."""
    User.objects.filter(pk__in=numbers, is_active=False).delete()
