"""What a user prefers."""

from datetime import datetime

from django.db import transaction

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.ledger.facts import Fact
from isthmus.workspace.models import User


@transaction.atomic
def set_shortcuts(*, user: User, on: bool, at: datetime) -> User:
    """Switch a user's shortcuts of single keys on or off."""
    user.shortcuts = on
    user.save(update_fields=["shortcuts"])
    actor = Actor(kind="user", id=user.pk, team_id=user.team_id)
    about = {"user_id": user.pk, "shortcuts": on}
    ledger.record(Fact(kind="user.preferences_changed", at=at, team=user.team_id, props=about), by=actor)
    return user
