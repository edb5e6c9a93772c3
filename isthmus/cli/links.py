"""The one-time links that the terminal prints."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isthmus.workspace.models import User


def sign_in_address(user: "User", *, at: datetime, base: str = "") -> str:
    """The whole address that signs a user in once, within a day. `base` is where the pages are served."""
    from django.conf import settings
    from django.urls import reverse

    from isthmus.workspace.commands import make_sign_in_link

    token = make_sign_in_link(user=user, at=at, is_local=True)
    where = base or settings.PUBLIC_URL or "http://localhost:8000"
    return where.rstrip("/") + reverse("sign-in-link", args=[token])
