"""The sentences of how a deal is worked on: its team, who decides, what of its checklists is done."""

from django.utils.translation import gettext as _

from isthmus.ledger.timeline import PastFact
from isthmus.sales.models import BuyerRole, MemberRole
from isthmus.web.timeline.names import Names
from isthmus.web.timeline.sentences import Told, actor_of, deal_href, tells


@tells("sales", "deal.member_set", "deal.member_removed")
def _member(fact: PastFact, names: Names) -> Told:
    who = names.user(fact.values.get("user_id")) or _("A colleague")
    if fact.kind == "deal.member_removed":
        title = _("%(who)s left the deal’s team") % {"who": who}
        return Told(title, side=actor_of(fact, names), href=deal_href(fact))
    code = str(fact.values.get("role"))
    return Told(
        _("%(who)s is on the deal’s team") % {"who": who},
        quiet=str(dict(MemberRole.choices).get(code, code)).lower(),
        side=actor_of(fact, names),
        href=deal_href(fact),
    )


@tells("sales", "deal.role_set", "deal.role_removed")
def _role(fact: PastFact, names: Names) -> Told:
    code = str(fact.values.get("role"))
    known = {
        "who": names.people.get(fact.values.get("person_id") or 0) or _("Somebody"),
        "role": str(dict(BuyerRole.choices).get(code, code)).lower(),
    }
    title = (
        _("%(who)s is %(role)s") % known
        if fact.kind == "deal.role_set"
        else _("%(who)s is no longer %(role)s") % known
    )
    return Told(title, side=actor_of(fact, names), href=deal_href(fact))


@tells("sales", "deal.item_ticked", "deal.item_unticked")
def _item(fact: PastFact, names: Names) -> Told:
    done = fact.kind == "deal.item_ticked"
    title = _("Done: %(item)s") if done else _("Not done after all: %(item)s")
    item = {"item": fact.values.get("item", "")}
    return Told(title % item, side=actor_of(fact, names), href=deal_href(fact))
