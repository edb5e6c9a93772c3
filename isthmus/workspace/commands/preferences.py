"""What a user prefers."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.refusals import InvalidInput
from isthmus.ledger.facts import Fact
from isthmus.workspace.models import User
from isthmus.workspace.notices import KINDS


@transaction.atomic
def set_preferences(*, user: User, shortcuts: bool, mailed: Sequence[str], at: datetime) -> User:
    """Switch a user's shortcuts of single keys on or off, and say of what they are told by mail too."""
    unknown = set(mailed) - set(KINDS)
    if unknown:
        raise InvalidInput({"mailed": _("Nobody is told of that. Choose from the list.")})
    user.shortcuts, user.mailed = shortcuts, sorted(set(mailed))
    user.save(update_fields=["shortcuts", "mailed"])
    actor = Actor(kind="user", id=user.pk, team_id=user.team_id)
    about = {"user_id": user.pk, "shortcuts": shortcuts, "mailed": user.mailed}
    ledger.record(Fact(kind="user.preferences_changed", at=at, team=user.team_id, props=about), by=actor)
    return user
