"""Notifications: written by acts that somebody should know of, marked by whoever read them."""

from datetime import datetime

from isthmus.workspace.models import Notification, User


def notify(*, user: User | int, kind: str, text: str, at: datetime, path: str = "") -> Notification:
    """Tell one user something, in the caller's transaction."""
    user_id = user if isinstance(user, int) else user.pk
    return Notification.objects.create(user_id=user_id, kind=kind, text=text[:300], path=path[:300], at=at)


def mark_notifications_read(*, user: User, at: datetime) -> int:
    """Mark all that a user has as read; how many were new. A mark of reading is no fact of the company."""
    return Notification.objects.filter(user=user, read_at=None).update(read_at=at)
