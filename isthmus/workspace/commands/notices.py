"""Notifications: written by acts that somebody should know of, marked by whoever read them."""

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.functional import Promise

from isthmus.core import queue
from isthmus.core.actors import Actor
from isthmus.workspace.models import Notification, User

MAIL_TASK = "web.mail_notification"  # Its words and addresses are those of the pages.


def notify(
    *,
    user: User | int,
    kind: str,
    text: str | Promise,
    at: datetime,
    path: str = "",
    record: tuple[str, int] | None = None,
) -> Notification:
    """Tell a user something in their language, in the caller's transaction; by mail too if they want it."""
    told = User.objects.get(pk=user) if isinstance(user, int) else user
    record_kind, record_id = record or ("", None)
    with translation.override(told.locale):
        words = str(text)
    notice = Notification.objects.create(
        user=told,
        kind=kind,
        text=words[:300],
        path=path[:300],
        record_kind=record_kind,
        record_id=record_id,
        at=at,
    )
    if told.is_active and kind in told.mailed:
        queue.enqueue(MAIL_TASK, {"notice_id": notice.pk}, key=f"notice:{notice.pk}")
    return notice


def owner_before(model: Any, pk: int) -> int | None:
    """Whose a record is before an act changes that."""
    owner: int | None = model.objects.filter(pk=pk).values_list("owner_id", flat=True).first()
    return owner


def tell_owner(
    row: Any,
    *,
    kind: str,
    text: str | Promise,
    record: str,
    by: Actor,
    at: datetime,
    before: int | None = None,
) -> None:
    """Tell the owner of a record that it is theirs now: not who took it themselves, nor who had it before."""
    if row.owner_id is None or row.owner_id == before:
        return
    if by.kind == "import" or (by.kind == "user" and by.id == row.owner_id):
        return
    notify(user=row.owner_id, kind=kind, text=text, record=(record, row.pk), at=at)


def mark_notifications_read(*, user: User, at: datetime) -> int:
    """Mark all that a user has as read; how many were new. A mark of reading is no fact of the company."""
    return Notification.objects.filter(user=user, read_at=None).update(read_at=at)


def mark_mailed(*, notice_id: int, at: datetime) -> None:
    """Say that a notification left by mail, so that it does not leave again; no fact of the company."""
    Notification.objects.filter(pk=notice_id).update(mailed_at=at)
