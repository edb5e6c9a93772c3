"""What a lead holds of its person: the message they wrote, ids of other systems, custom fields."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.personal_stores import Whom, impersonal, personal_store
from isthmus.core.personal_words import take_words_out
from isthmus.core.rows import update_rows
from isthmus.leads.models import Lead, LeadState
from isthmus.leads.transitions import lead_fact
from isthmus.workspace.queries import kept_of_erased

_TEXT = ("message", "disqualify_reason")


@personal_store(
    "leads",
    _("Leads: what the person wrote and asked for"),
    columns={"leads.Lead": (*_TEXT, "external_id", "landing_page", "click_id", "custom")},
    stays=_("That a lead was captured, where it came from and how it ended, so that figures do not change"),
    order=20,
)
class Leads:
    """Each lead ends in the state “erased”, with its fact, so that leads still add up (I1)."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Every lead."""
        for lead in Lead.objects.filter(person__in=whom.persons).order_by("captured_at"):
            yield {
                "captured": lead.captured_at,
                "state": lead.get_state_display(),
                "channel": lead.channel,
                "landing_page": lead.landing_page,
                "click_id": lead.click_id,
                **{name: getattr(lead, name) for name in (*_TEXT, "external_id", "custom", "score")},
            }

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Empty the text, end the lead, record it; the words go from other people's too."""
        found = Lead.objects.filter(person__in=whom.persons).select_related("person")
        leads = list(found.select_for_update(of=("self",)))
        ended = [lead for lead in leads if lead.state != LeadState.ERASED]
        for lead in leads:
            for name in _TEXT:
                setattr(lead, name, "")
            lead.external_id, lead.click_id = None, ""
            lead.landing_page = lead.landing_page.partition("?")[0]
            lead.custom = kept_of_erased("lead", lead.custom)
            lead.state, lead.due_at = LeadState.ERASED, None
            lead.updated_at = written_now()
            lead.version += 1
        fields = [*_TEXT, "external_id", "landing_page", "click_id", "custom"]
        fields += ["state", "due_at", "updated_at", "version"]
        update_rows(leads, fields)
        ledger.record([lead_fact("lead.erased", lead, {"at": at}) for lead in ended], by=by)
        return len(leads) + take_words_out(whom.words, Lead.objects.all(), *_TEXT)


impersonal(
    "leads.Lead", "channel", "utm_source", "utm_medium", "utm_campaign", "form",
    because=_("where many came from; tells nobody apart"),
)  # fmt: skip
