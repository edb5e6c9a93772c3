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
from isthmus.flows.models import FlowRun, FlowVersion
from isthmus.workspace.actors import actor_for


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
    """The same for a run."""
    return actor_of(run.version)


def values_of_run(run: FlowRun, at: datetime) -> Mapping[str, Any]:
    """What is known of a run's record now, and of what it began with. Raises NotFound."""
    row = rows_of(run.record_kind, actor_of_run(run)).filter(pk=run.record_id).first()
    if row is None:
        raise NotFound(
            _("This %(record)s is not there any more, or the rule does not reach it.")
            % {"record": RECORDS[run.record_kind]}
        )
    knowing = Knowing(at.date())
    return knowing.values(run.record_kind, row) | knowing.of_fact(run.fact)
