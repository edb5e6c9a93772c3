"""With whose rights a rule acts, and what it knows of its record when it does."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from isthmus.automation.fields import RECORDS
from isthmus.automation.knowing import Knowing, rows_of
from isthmus.core.actors import Actor
from isthmus.core.refusals import NotFound, NotPermitted
from isthmus.flows.advancing import NotYet
from isthmus.flows.models import FlowRun, FlowVersion
from isthmus.messages.models import Mailbox
from isthmus.people.models import ContactLimit, Person
from isthmus.people.pressure import may_contact_at
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from isthmus.workspace.records import standing

CONTACTING = frozenset({"send_mail"})  # Commands by which somebody outside is written to.


def actor_of(version: FlowVersion) -> Actor:
    """A rule acts as a rule, with the rights that whoever switched it on has at this moment, and no others.

    Raises NotPermitted when that is nobody who works here.
    """
    user = version.acts_as
    if user is None or not user.is_active:
        raise NotPermitted(
            _("Whoever switched this rule on does not work here any more. Switch it on again in your name.")
        )
    actor = actor_for(user)
    return replace(actor, kind="rule", grants={**actor.grants})


def actor_of_run(run: FlowRun) -> Actor:
    """The same for a run; what somebody enrolled a record in acts with the rights of that one instead."""
    enrolled_by = run.fact.get("enrolled_by")
    if enrolled_by is None:
        return actor_of(run.version)
    user = User.objects.filter(pk=enrolled_by, is_active=True).first()
    if user is None:
        raise NotPermitted(_("Whoever enrolled this does not work here any more. Somebody else may do it."))
    return replace(actor_for(user), kind="rule")


def mind_pressure(run: FlowRun, command: str, at: datetime) -> None:
    """What writes to somebody by itself waits while they were contacted often lately. Raises NotYet."""
    if command not in CONTACTING or run.person_id is None:
        return
    person = Person.objects.filter(pk=standing("person", run.person_id)).first()
    until = may_contact_at(person, at) if person else None
    if until is not None:
        limit = ContactLimit.current()
        told = {"most": limit.most, "days": limit.days}
        raise NotYet(_("Waits: they were contacted %(most)d times in %(days)d days.") % told, until)


def values_of_run(run: FlowRun, at: datetime) -> Mapping[str, Any]:
    """What is known of a run's record now, and of what it began with. Raises NotFound."""
    row = rows_of(run.record_kind, actor_of_run(run)).filter(pk=run.record_id).first()
    if row is None:
        raise NotFound(
            _("This %(record)s is not there any more, or the rule does not reach it.")
            % {"record": RECORDS[run.record_kind]}
        )
    knowing, actor = Knowing(at.date()), actor_of_run(run)
    mailbox = Mailbox.objects.of(actor).filter(removed_at=None).order_by("owner", "pk").first()
    known = knowing.values(run.record_kind, row) | knowing.of_fact(run.fact)
    return known | {"actor.mailbox": mailbox.pk if mailbox else None}
