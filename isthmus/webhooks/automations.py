"""Messages to each endpoint as something that an import sets off, or does not."""

from collections.abc import Callable, Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from isthmus.core.automations import Ahead, Automation, Counts, offers
from isthmus.webhooks.events import KINDS
from isthmus.webhooks.models import Webhook

NAMED = 3  # Kinds of facts that a label names; more are counted.


@offers
def endpoints() -> Sequence[Automation]:
    """One for each endpoint that messages go to."""
    return [
        Automation(
            name=one.automation,
            label=_label(one),
            foresee=_foresee(one),
            say=_say,
            off_because=""
            if one.with_imports
            else gettext_lazy("It is not told of what imports bring; an administrator can change that."),
        )
        for one in Webhook.objects.listening().order_by("pk")
    ]


def _label(endpoint: Webhook) -> str:
    kinds = list(endpoint.kinds)
    what = ", ".join(kinds[:NAMED]) + (f" +{len(kinds) - NAMED}" if len(kinds) > NAMED else "")
    return _("Send webhooks to %(where)s (%(what)s)") % {
        "where": endpoint.host if not endpoint.description else f"{endpoint.description}, {endpoint.host}",
        "what": what or _("everything"),
    }


def _foresee(endpoint: Webhook) -> Callable[[Ahead], Counts]:
    def foresee(ahead: Ahead) -> Counts:
        told = [
            number for kind, number in ahead.facts.items() if kind in KINDS and endpoint.wants(kind, "import")
        ]
        return {"": sum(told)}

    return foresee


def _say(counts: Counts) -> str:
    number = sum(counts.values())
    return ngettext("%(count)s message", "%(count)s messages", number) % {
        "count": number_format(number, force_grouping=True)
    }
