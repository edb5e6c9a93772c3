"""What the workspace holds of a person: answers to programs, and notifications."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.personal_stores import Whom, impersonal, personal_store
from isthmus.core.personal_words import Words, take_words_out
from isthmus.workspace import records
from isthmus.workspace.commands import forget_record
from isthmus.workspace.models import (
    Comment,
    Favourite,
    IdempotencyAnswer,
    Notification,
    SavedView,
    SeenRecord,
)


@personal_store(
    "answers",
    _("Answers given to programs, kept for a week in case they ask again"),
    columns={"workspace.IdempotencyAnswer": ("key", "answer")},
)
class Answers:
    """A call that is repeated after an erasure is done anew."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Act and time."""
        for row in whom.words.rows(IdempotencyAnswer.objects.all(), "key", "answer"):
            yield {"act": row.command, "at": row.created_at}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Forget the answers that name the person."""
        found = whom.words.rows(IdempotencyAnswer.objects.all(), "key", "answer")
        return IdempotencyAnswer.objects.filter(pk__in=[row.pk for row in found]).delete()[0]


@personal_store(
    "notifications",
    _("Notifications to colleagues that name the person"),
    columns={"workspace.Notification": ("text", "path")},
)
class Notifications:
    """What names the person in them is taken out."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Kind and time."""
        for row in whom.words.rows(Notification.objects.all(), "text", "path"):
            yield {"notification": row.kind, "at": row.at}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Take the words out."""
        return take_words_out(whom.words, Notification.objects.all(), "text", "path")


@personal_store(
    "views",
    _("Saved views of lists that ask for the person"),
    columns={"workspace.SavedView": ("name", "query", "replaced")},
)
class Views:
    """The words are taken out; the view stays."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Of which list."""
        for view in _naming(whom.words):
            yield {"view_of": view.list}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Take the words out, and forget what the last change of such a view replaced."""
        found = _naming(whom.words)
        for view in found:
            view.name = whom.words.taken_out(view.name)
            view.query = urlencode(whom.words.taken_out(_asked(view)))
            view.replaced, view.replaced_by = {}, None
            view.save(update_fields=["name", "query", "replaced", "replaced_by"])
        return len(found)


@personal_store(
    "desks",
    _("That colleagues starred the person or opened their page"),
    columns={"workspace.Favourite": ("kind",), "workspace.SeenRecord": ("kind",)},
)
class Desks:
    """Stars and what was seen lately, by number; the person's leads and deals stay at hand."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """What and when."""
        for what, model in (("starred", Favourite), ("seen", SeenRecord)):
            for row in model.objects.filter(kind="person", record_id__in=whom.persons):
                yield {"desk": what, "at": row.at}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Take the person from everybody's stars and memory."""
        return sum(forget_record("person", number) for number in whom.persons)


@personal_store(
    "comments",
    _("What colleagues said about the person, and about their leads and deals"),
    columns={"workspace.Comment": ("text",)},
)
class Comments:
    """Those on the person's records go; elsewhere their words are taken out."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Those on the person's records; of others that name them where and when."""
        own = self._own(whom)
        for row in own:
            yield {"comment_on": row.kind, "at": row.at, "text": row.text}
        for row in whom.words.rows(Comment.objects.exclude(pk__in=own.values("pk")), "text"):
            yield {"comment_on": row.kind, "at": row.at}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Delete the ones, mend the others."""
        gone = self._own(whom).delete()[0]
        return gone + take_words_out(whom.words, Comment.objects.all(), "text")

    def _own(self, whom: Whom) -> "QuerySet[Comment]":
        own = Q(pk__in=[])
        for kind, numbers in records.about_persons(whom.persons).items():
            own |= Q(kind=kind, record_id__in=numbers)
        return Comment.objects.filter(own)


def _asked(view: SavedView) -> list[tuple[str, str]]:
    return parse_qsl(view.query, keep_blank_values=True)


def _naming(words: Words) -> list[SavedView]:
    """Views in which a word stands. A query writes addresses otherwise, so all are read: they are few."""
    return [
        view
        for view in SavedView.objects.all()
        if words.stand_in([view.name, unquote_plus(json.dumps(view.replaced)), *_asked(view)])
    ]


_SETTINGS = _("the company's own settings")
_COLLEAGUES = _("of the people who work here; an administrator changes it in Settings")
impersonal(
    "workspace.Company", "name", "base_currency", "time_zone", "working_hours", "holidays_country",
    "call_link",
    because=_SETTINGS,
)  # fmt: skip
impersonal("workspace.Currency", "code", because=_SETTINGS)
impersonal("workspace.FieldDefinition", "key", "label", "options", because=_SETTINGS)
impersonal("workspace.Team", "name", because=_SETTINGS)
impersonal("workspace.Territory", "name", "countries", "currency", "time_zone", "holidays", because=_SETTINGS)
impersonal(
    "workspace.User", "password", "email", "name", "locale", "external_id", "mailed", because=_COLLEAGUES
)
impersonal("workspace.Grant", "permission", because=_COLLEAGUES)
impersonal("workspace.Invitation", "email", "name", "token_hash", because=_COLLEAGUES)
impersonal("workspace.SignInLink", "token_hash", because=_COLLEAGUES)
impersonal("workspace.ApiKey", "label", "prefix", "key_hash", "permissions", because=_COLLEAGUES)
impersonal(
    "workspace.IdempotencyAnswer", "owner", "command", "body_hash", because=_("numbers, and a keyed hash")
)
impersonal(
    "workspace.Notification", "kind", "record_kind", because=_("the kind of notice, and of its record")
)
impersonal(
    "workspace.Comment", "kind", "mentioned", because=_("the kind of record, and numbers of colleagues")
)
_SIGNING_IN = _("attempts of colleagues to sign in, kept against guessing")
_ATTEMPT = ("user_agent", "ip_address", "username", "http_accept", "path_info")
impersonal("axes.AccessFailureLog", *_ATTEMPT, because=_SIGNING_IN)
impersonal("axes.AccessAttempt", *_ATTEMPT, "get_data", "post_data", because=_SIGNING_IN)
impersonal("axes.AccessLog", *_ATTEMPT, "session_hash", because=_SIGNING_IN)
impersonal("sessions.Session", "session_key", because=_SIGNING_IN)
