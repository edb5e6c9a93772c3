"""Telling a colleague something about a record: what rules do most."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.ledger.facts import Fact
from isthmus.workspace import records
from isthmus.workspace.commands import notify
from isthmus.workspace.models import User

NOTICE = "colleague.told"
LONGEST = 300


@command(permission="colleagues.tell", label=gettext_lazy("Tell a colleague"), trade="system")
def tell_colleague(
    *, user_id: int, text: str, by: Actor, at: datetime, record_kind: str = "", record_id: int | None = None
) -> dict[str, Any]:
    """Send a notification to somebody who works here, about a record where one is named."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound(_("There is no such colleague any more. Choose somebody who works here."))
    if not text.strip():
        raise InvalidInput({"text": _("Write something.")})
    about: tuple[str, int] | None = None
    if record_id is not None and record_kind in records.kinds():
        if record_id not in records.visible(record_kind, [record_id], by):
            raise NotFound(_("There is no such record, or your role does not reach it."))
        about = (record_kind, record_id)
    notice = notify(user=user, kind=NOTICE, text=text.strip()[:LONGEST], record=about, at=at)
    told = {"user_id": user.pk, **({"record": about[0], "record_id": about[1]} if about else {})}
    ledger.record(Fact(kind="colleague.told", at=at, props=told), by=by)
    return {"id": notice.pk, "user_id": user.pk}
