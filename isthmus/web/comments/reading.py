"""The comments of one record, ready for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from isthmus.core.actors import Actor
from isthmus.web.escaping import html
from isthmus.workspace.mentions import mentions_in
from isthmus.workspace.models import Comment, User

SHOWN = 50


@dataclass(frozen=True)
class Said:
    """One comment as it is shown; `pk` only where the reader may take it away."""

    author: str
    at: datetime
    text: SafeString
    pk: int | None


def comments_of(kind: str, numbers: Sequence[int], actor: Actor) -> tuple[list[Said], int]:
    """The latest comments of a record that the reader sees, oldest first, and how many came before those.

    `numbers` are as `records.with_merged` gives them.
    """
    rows = Comment.objects.filter(kind=kind, record_id__in=numbers, removed_at=None)
    rows = rows.select_related("author").only("author__name", "text", "mentioned", "at")
    found = list(rows.order_by("-at", "-pk")[:SHOWN])
    earlier = rows.count() - len(found) if len(found) == SHOWN else 0
    named = {number for one in found for number in one.mentioned}
    names = list(User.objects.filter(pk__in=named).values_list("pk", "name")) if named else []
    return [_said(one, names, actor) for one in reversed(found)], earlier


def _said(comment: Comment, names: Sequence[tuple[int, str]], actor: Actor) -> Said:
    mine = actor.kind == "user" and comment.author_id == actor.id
    may_remove = actor.allows("comments.edit") and (mine or actor.allows("settings.edit"))
    return Said(comment.author.name, comment.at, _marked(comment, names), comment.pk if may_remove else None)


def _marked(comment: Comment, names: Sequence[tuple[int, str]]) -> SafeString:
    """The text with those whom it named marked; somebody renamed since is plain text."""
    told = set(comment.mentioned)
    parts, at = [], 0
    for one in mentions_in(comment.text, [(pk, name) for pk, name in names if pk in told]):
        name = html('<span class="mention">{}</span>', comment.text[one.start : one.end])
        parts += [html("{}", comment.text[at : one.start]), name]
        at = one.end
    return SafeString("".join([*parts, html("{}", comment.text[at:])]))
