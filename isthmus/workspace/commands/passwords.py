"""A user's own password."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.refusals import InvalidInput
from isthmus.ledger.facts import Fact
from isthmus.workspace.models import User


@transaction.atomic
def set_password(*, user: User, password: str, at: datetime) -> User:
    """Give a user the password they chose; their other sign-ins end. Raises InvalidInput for a weak one."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput({"password": " ".join(error.messages)}) from None
    user.set_password(password)
    user.save(update_fields=["password"])
    actor = Actor(kind="user", id=user.pk, team_id=user.team_id)
    ledger.record(
        Fact(kind="user.password_changed", at=at, team=user.team_id, props={"user_id": user.pk}), by=actor
    )
    return user
