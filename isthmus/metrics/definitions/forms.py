"""Forms on sites."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from isthmus.metrics import sessions as telling
from isthmus.metrics.catalogue import metric
from isthmus.metrics.families import VISIT_KINDS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.facts import Facts


@metric(
    label=_("Forms sent"),
    owner="marketing",
    unit="count",
    aggregate="count",
    kinds=VISIT_KINDS,
    anchors=("event",),
    parties=("person",),
)
def form_submissions(facts: "Facts") -> "ir.Table":
    """Forms that people sent on sites.

    One row is one form sent, dated by itself; a form sent twice counts twice (leads count it once a day).
    Form and page are its own; channel, UTM, referrer and landing page are those of its visit. Machines are
    left out.
    """
    return telling.of_sessions(facts, "form.submitted")
