"""What a colleague's session holds of a person: the sentence that the next page was to show."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.personal_stores import Whom, personal_store


@personal_store(
    "sessions",
    _("What a colleague's browser was about to be told"),
    columns={"sessions.Session": ("session_data",)},
)
class Sessions:
    """Sessions hold who is signed in; sentences about a person pass through them."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Until when it is kept."""
        for session in Session.objects.all():
            if whom.words.stand_in(session.get_decoded()):
                yield {"until": session.expire_date}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Take out what names the person; nobody is signed out."""
        changed = 0
        for session in Session.objects.all():
            held = session.get_decoded()
            naming = [name for name, value in held.items() if whom.words.stand_in(value)]
            if naming:
                kept = {name: value for name, value in held.items() if name not in naming}
                session.session_data = SessionStore(session.session_key).encode(kept)
                session.save(update_fields=["session_data"])
                changed += 1
        return changed
