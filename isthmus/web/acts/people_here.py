"""Users as the options of a select."""

from django.db.models import Q

from isthmus.workspace.models import User
from isthmus.workspace.roles import ROLES


def colleagues() -> list[tuple[str, str]]:
    """Everybody who works here."""
    rows = User.objects.filter(is_active=True).order_by("name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


def who_may(permission: str) -> list[tuple[str, str]]:
    """Everybody whose role or grants allow something."""
    roles = [role for role, grants in ROLES.items() if permission in grants]
    given = Q(grants__permission=permission) & ~Q(grants__scope="")
    taken = User.objects.filter(grants__permission=permission, grants__scope="")
    rows = User.objects.filter(Q(role__in=roles) | given, is_active=True).exclude(pk__in=taken)
    return [(str(pk), name) for pk, name in rows.order_by("name").values_list("pk", "name").distinct()]
