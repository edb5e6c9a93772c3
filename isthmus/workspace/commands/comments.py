"""Commenting on records, and telling those who are named."""

from datetime import datetime
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.workspace import records
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands.notices import notify
from isthmus.workspace.mentions import users_named
from isthmus.workspace.models import Comment, User

LONGEST = 4000


class NobodyComments(Refusal):
    """Only a user says something to colleagues."""


@command(
    permission="comments.edit",
    label=gettext_lazy("Comment"),
    undo="remove_comment",
    undo_arguments=lambda comment, _: {"comment_id": comment["id"]},
)
def add_comment(*, kind: str, record_id: int, text: str, by: Actor, at: datetime) -> dict[str, Any]:
    """Comment on a record (person, account, lead or deal); whoever is named with @ and their name is told."""
    author = User.objects.filter(pk=by.id or 0).first() if by.kind == "user" else None
    if author is None:
        raise NobodyComments(_("Only somebody who signs in comments."))
    if kind not in records.kinds():
        raise InvalidInput(
            {"kind": _("kind must be one of: %(kinds)s.") % {"kinds": ", ".join(records.kinds())}}
        )
    if record_id not in records.visible(kind, [record_id], by):
        raise NotFound(_("There is no such record, or your role does not reach it."))
    text = text.strip()
    if not text:
        raise InvalidInput({"text": _("Write something.")})
    if len(text) > LONGEST:
        raise InvalidInput({"text": _("Say it in at most %(most)s letters.") % {"most": LONGEST}})
    named = _named(text, kind, record_id)
    comment = Comment.objects.create(
        kind=kind,
        record_id=record_id,
        author=author,
        text=text,
        mentioned=[user.pk for user in named],
        at=at,
    )
    about = {"record": kind, "record_id": record_id, "comment_id": comment.pk, "mentioned": comment.mentioned}
    ledger.record(Fact(kind="comment.added", at=at, props=about), by=by)
    for user in named:
        if user.pk != author.pk:
            told = format_lazy(gettext_lazy("{name} named you in a comment"), name=author.name)
            notify(user=user, kind="comment.mentioned", text=told, record=(kind, record_id), at=at)
    return {"id": comment.pk, "kind": kind, "record_id": record_id, "mentioned": comment.mentioned}


@command(permission="comments.edit", label=gettext_lazy("Take a comment away"), undo="restore_comment")
def remove_comment(*, comment_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Take a comment away: one's own, or as an administrator anybody's."""
    comment = _reachable(comment_id, by, removed=False)
    comment.removed_at = at
    return _changed(comment, "comment.removed", by, at)


@command(permission="comments.edit", label=gettext_lazy("Put a comment back"), undo="remove_comment")
def restore_comment(*, comment_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Put back a comment that was taken away."""
    comment = _reachable(comment_id, by, removed=True)
    comment.removed_at = None
    return _changed(comment, "comment.restored", by, at)


def _changed(comment: Comment, kind: str, by: Actor, at: datetime) -> dict[str, Any]:
    comment.save(update_fields=["removed_at"])
    about = {"record": comment.kind, "record_id": comment.record_id, "comment_id": comment.pk}
    ledger.record(Fact(kind=kind, at=at, props=about), by=by)
    return {"id": comment.pk, "kind": comment.kind, "record_id": comment.record_id}


def _reachable(comment_id: int, by: Actor, *, removed: bool) -> Comment:
    rows = Comment.objects.select_for_update().filter(pk=comment_id, removed_at__isnull=not removed)
    if not by.allows("settings.edit"):
        rows = rows.filter(author_id=by.id if by.kind == "user" else None)
    comment = rows.first()
    about = records.standing(comment.kind, comment.record_id) if comment else 0
    if comment is None or not records.visible(comment.kind, [about], by):
        raise NotFound(_("There is no such comment of yours. It may have been taken away already."))
    return comment


def _named(text: str, kind: str, record_id: int) -> list[User]:
    """The users named in a text, who all may see the record. Raises InvalidInput for one who may not."""
    everybody = list(User.objects.filter(is_active=True))
    by_number = {user.pk: user for user in everybody}
    named = [by_number[pk] for pk in users_named(text, [(user.pk, user.name) for user in everybody])]
    for user in named:
        if not records.visible(kind, [record_id], actor_for(user)):
            raise InvalidInput(
                {
                    "text": _("%(name)s may not see this record. Leave the @ out, or let them see it first.")
                    % {"name": user.name}
                }
            )
    return named
