"""One sentence for each kind of fact: the only place where a timeline's words are written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.leads.models import ReturnReason
from isthmus.ledger.timeline import PastFact
from isthmus.sales.models import LossReason
from isthmus.web import formats
from isthmus.web.lists.choices import channel_text
from isthmus.web.records import record_address
from isthmus.web.timeline.names import Names


@dataclass(frozen=True)
class Told:
    """What a fact says: a title, what stands quietly behind it, a line below, a quotation, a side note."""

    title: str
    quiet: str = ""
    detail: str = ""
    quote: str = ""
    side: str = ""
    href: str = ""
    act: tuple[str, str] | None = None  # what may be done with it: the words and the address


Teller = Callable[[PastFact, Names], Told]
_tellers: dict[str, tuple[str, Teller]] = {}


def tells(trade: str, *kinds: str) -> Callable[[Teller], Teller]:
    """Register the sentence of some kinds, and the trade under which they stand."""

    def register(teller: Teller) -> Teller:
        for kind in kinds:
            _tellers[kind] = (trade, teller)
        return teller

    return register


def trade_of(kind: str) -> str:
    """marketing, crossing, sales, money; system for what nobody did to the person."""
    return _tellers[kind][0] if kind in _tellers else "system"


def kinds_of(*trades: str) -> list[str]:
    """The kinds that stand under these trades."""
    return [kind for kind, (trade, _teller) in _tellers.items() if trade in trades]


def told(fact: PastFact, names: Names) -> Told:
    """The sentence of a fact; a kind without one is named as it is."""
    if fact.kind not in _tellers:
        return Told(fact.kind.replace(".", " ").replace("_", " ").capitalize())
    return _tellers[fact.kind][1](fact, names)


def _source(fact: PastFact, names: Names) -> str:
    campaign = names.campaigns.get(fact.campaign_id or 0, "")
    if campaign:
        return _("Campaign %(name)s") % {"name": campaign}
    return _("Source %(name)s") % {"name": fact.utm_source} if fact.utm_source else ""


def lead_href(fact: PastFact) -> str:
    """The page of the lead that a fact is about; empty where it is about none."""
    return record_address("lead", fact.lead_id) if fact.lead_id else ""


def deal_href(fact: PastFact) -> str:
    """The page of the deal that a fact is about; empty where it is about none."""
    return record_address("deal", fact.deal_id) if fact.deal_id else ""


def _amount(fact: PastFact) -> str:
    return formats.money(fact.amount, fact.currency) if fact.amount is not None and fact.currency else ""


@tells("marketing", "lead.captured")
def _captured(fact: PastFact, names: Names) -> Told:
    page = fact.landing_page or ""
    return Told(
        _("Became a lead"),
        quiet=_("on %(page)s") % {"page": page} if page else "",
        detail=_source(fact, names),
        side=channel_text(fact.channel) if fact.channel else "",
        href=lead_href(fact),
    )


@tells("marketing", "lead.qualified")
def _qualified(fact: PastFact, names: Names) -> Told:
    score = fact.values.get("score")
    quiet = _("score %(score)s") % {"score": score} if score is not None else ""
    return Told(_("Qualified for sales"), quiet=quiet, side=actor_of(fact, names), href=lead_href(fact))


@tells("marketing", "lead.disqualified")
def _disqualified(fact: PastFact, names: Names) -> Told:
    reason = str(fact.values.get("reason") or "")
    return Told(_("Disqualified"), quiet=reason, side=actor_of(fact, names), href=lead_href(fact))


@tells("marketing", "lead.recycled")
def _recycled(fact: PastFact, names: Names) -> Told:
    return Told(_("Back to nurturing"), side=actor_of(fact, names), href=lead_href(fact))


@tells("crossing", "lead.handed_over")
def _handed_over(fact: PastFact, names: Names) -> Told:
    seller, score = names.user(fact.owner), fact.values.get("score")
    title = _("Handed over to %(seller)s") % {"seller": seller} if seller else _("Handed over to sales")
    detail = _("Score %(score)s.") % {"score": score} if score is not None else ""
    return Told(
        title, detail=" ".join(part for part in (detail, _source(fact, names)) if part), href=lead_href(fact)
    )


@tells("crossing", "lead.accepted")
def _accepted(fact: PastFact, names: Names) -> Told:
    return Told(_("Sales accepted the lead"), quiet=actor_of(fact, names), href=lead_href(fact))


@tells("crossing", "lead.returned")
def _returned(fact: PastFact, names: Names) -> Told:
    code = str(fact.values.get("reason") or "")
    reason = str(dict(ReturnReason.choices).get(code, code))
    return Told(
        _("Sales returned the lead: %(reason)s") % {"reason": reason},
        quiet=actor_of(fact, names),
        href=lead_href(fact),
    )


@tells("crossing", "lead.expired")
def _expired(fact: PastFact, names: Names) -> Told:
    return Told(_("The response clock ran out"), href=lead_href(fact))


@tells("crossing", "lead.reopened")
def _reopened(fact: PastFact, names: Names) -> Told:
    words = {
        "qualified": _("The qualification was taken back"),
        "handed_over": _("The hand-over was taken back"),
        "accepted": _("The acceptance was taken back"),
        "returned": _("The return was taken back"),
    }
    title = words.get(str(fact.values.get("from")), _("The lead was reopened"))
    return Told(title, side=actor_of(fact, names), href=lead_href(fact))


@tells("sales", "lead.contacted")
def _contacted(fact: PastFact, names: Names) -> Told:
    return Told(_("Spoke with sales"), side=names.user(fact.owner), href=lead_href(fact))


@tells("system", "lead.merged", "person.merged", "account.merged")
def _merged(fact: PastFact, names: Names) -> Told:
    return Told(_("Two records were joined into one"), side=actor_of(fact, names))


@tells("system", "person.unmerged", "account.unmerged")
def _unmerged(fact: PastFact, names: Names) -> Told:
    return Told(_("Two records were taken apart again"), side=actor_of(fact, names))


@tells("system", "person.visitor_joined", "person.visitor_parted")
def _visitor(fact: PastFact, names: Names) -> Told:
    joined = fact.kind == "person.visitor_joined"
    title = _("A visitor was joined to the person") if joined else _("A visitor was parted from the person")
    return Told(title, side=actor_of(fact, names))


@tells("system", "person.told_apart", "account.told_apart")
def _told_apart(fact: PastFact, names: Names) -> Told:
    return Told(_("Known not to be the same as another record"), side=actor_of(fact, names))


@tells("system", "person.compared_again", "account.compared_again")
def _compared_again(fact: PastFact, names: Names) -> Told:
    return Told(_("May be the same as another record after all"), side=actor_of(fact, names))


@tells("system", "lead.erased", "person.erased")
def _erased(fact: PastFact, names: Names) -> Told:
    return Told(_("Personal data was erased"), side=actor_of(fact, names))


@tells("marketing", "consent.given")
def _consent(fact: PastFact, names: Names) -> Told:
    return Told(_("Gave consent"), quiet=_consent_words(fact))


@tells("marketing", "consent.withdrawn")
def _withdrawal(fact: PastFact, names: Names) -> Told:
    return Told(_("Withdrew consent"), quiet=_consent_words(fact))


@tells("marketing", "address.suppressed")
def _suppression(fact: PastFact, names: Names) -> Told:
    return Told(_("An address must not be written to any more"), quiet=_consent_words(fact))


def _consent_words(fact: PastFact) -> str:
    channels = {"email": _("e-mail"), "phone": _("phone"), "sms": _("text messages"), "post": _("post")}
    code = str(fact.values.get("channel") or "")
    return _("to %(channel)s") % {"channel": channels.get(code, code)} if code else ""


@tells("sales", "file.attached")
def _file_attached(fact: PastFact, names: Names) -> Told:
    file = names.files.get(fact.values.get("file_id") or 0)
    return Told(
        _("File attached"),
        quiet=file.name if file else _("since removed"),
        side=actor_of(fact, names),
        href=reverse("file", args=[file.pk]) if file else "",
    )


@tells("system", "file.renamed", "file.removed", "file.restored")
def _file_changed(fact: PastFact, names: Names) -> Told:
    words = {
        "file.renamed": _("A file was renamed"),
        "file.removed": _("A file was removed"),
        "file.restored": _("A file was put back"),
    }
    return Told(words[fact.kind], side=actor_of(fact, names))


@tells("sales", "deal.opened")
def _opened(fact: PastFact, names: Names) -> Told:
    is_known = fact.values.get("opening") != "unknown"
    title = _("Deal opened") if is_known else _("Deal found open; since when, nothing tells")
    return Told(title, quiet=_deal(fact, names), side=_amount(fact), href=deal_href(fact))


@tells("sales", "deal.stage_changed")
def _moved(fact: PastFact, names: Names) -> Told:
    title = _("Deal moved to %(stage)s") % {"stage": fact.values.get("to")}
    after = fact.values.get("seconds")
    stayed = formats.days(round(max(after, 0) / 86_400, 1)) if isinstance(after, int | float) else ""
    detail = (
        _("After %(days)s in %(stage)s") % {"days": stayed, "stage": fact.values.get("from")}
        if stayed
        else ""
    )
    return Told(
        title, quiet=_deal(fact, names), detail=detail, side=actor_of(fact, names), href=deal_href(fact)
    )


@tells("sales", "deal.move_undone")
def _deal_moved_back(fact: PastFact, names: Names) -> Told:
    return Told(_("Move taken back"), quiet=_("in %(stage)s again") % {"stage": fact.values.get("to", "")})


@tells("sales", "deal.won")
def _won(fact: PastFact, names: Names) -> Told:
    return Told(_("Deal won"), quiet=_deal(fact, names), side=_amount(fact), href=deal_href(fact))


@tells("sales", "deal.lost")
def _lost(fact: PastFact, names: Names) -> Told:
    code = str(fact.values.get("reason") or "")
    reason = str(dict(LossReason.choices).get(code, code))
    title = _("Deal lost: %(reason)s") % {"reason": reason} if reason else _("Deal lost")
    return Told(title, quiet=_deal(fact, names), side=_amount(fact), href=deal_href(fact))


@tells("sales", "deal.reopened")
def _deal_reopened(fact: PastFact, names: Names) -> Told:
    return Told(
        _("Deal reopened"), quiet=_deal(fact, names), side=actor_of(fact, names), href=deal_href(fact)
    )


@tells("money", "order.placed")
def _ordered(fact: PastFact, names: Names) -> Told:
    return Told(_("Ordered"), quiet=_order(fact, names), side=_amount(fact), href=_order_href(fact))


@tells("money", "order.paid", "tax.paid")
def _paid(fact: PastFact, names: Names) -> Told:
    return Told(_("Paid"), quiet=_order(fact, names), side=_amount(fact), href=_order_href(fact))


@tells("money", "order.refunded", "tax.refunded")
def _refunded(fact: PastFact, names: Names) -> Told:
    return Told(_("Refunded"), quiet=_order(fact, names), side=_amount(fact), href=_order_href(fact))


@tells("system", "person.created", "account.created")
def _created(fact: PastFact, names: Names) -> Told:
    title = _("The person became known") if fact.kind == "person.created" else _("The account became known")
    return Told(title, side=actor_of(fact, names))


@tells("system", "person.reassigned", "account.reassigned", "account.placed", "account.released")
def _reassigned(fact: PastFact, names: Names) -> Told:
    whats = {
        "person.reassigned": _("Given to others"),
        "account.reassigned": _("Given to others"),
        "account.placed": _("Placed by hand"),
        "account.released": _("Left to the rules of territories"),
    }
    said = changes(fact, names)
    why = str(fact.values.get("why") or "")
    title = f"{whats[fact.kind]}: {said}" if said else str(whats[fact.kind])
    return Told(title, quiet=why, side=actor_of(fact, names))


@tells("system", "person.changed", "account.changed", "lead.changed", "deal.changed")
def _changed(fact: PastFact, names: Names) -> Told:
    whats = {
        "person.changed": _("The person’s record changed"),
        "account.changed": _("The account’s record changed"),
        "lead.changed": _("The lead changed"),
        "deal.changed": _("The deal changed"),
    }
    return Told(f"{whats[fact.kind]}: {changes(fact, names)}", side=actor_of(fact, names))


def changes(fact: PastFact, names: Names) -> str:
    """Before and after, field by field. Personal texts were unsealed for whoever may see the person."""
    said = []
    for name, value in fact.values.items():
        if name == "why":
            continue  # The reason of a reassignment is told beside it.
        label = field_label(name)
        if isinstance(value, list) and len(value) == 2:
            before, after = (_value(name, one, names, fact) for one in value)
            said.append(
                _("%(field)s from %(before)s to %(after)s")
                % {"field": label, "before": before, "after": after}
            )
        elif name == "filled":
            said.append(_("blanks were filled"))
        else:
            said.append(label)
    opened = names.opened.get(fact.id, {})
    said += [
        f"{field_label(name)} {_('(erased)') if text is None else text}" for name, text in opened.items()
    ]
    return ", ".join(said)


def field_label(name: str) -> str:
    """A field's name as words."""
    labels = {
        "owner_id": _("owner"),
        "team_id": _("team"),
        "territory_id": _("territory"),
        "amount": _("value"),
        "expected_close_on": _("expected close"),
        "product_id": _("product"),
        "account_id": _("account"),
        "parent_id": _("parent account"),
        "full_name": _("name"),
    }
    return labels.get(name, name.removeprefix("custom_").replace("_", " "))


def _value(name: str, value: Any, names: Names, fact: PastFact) -> str:
    if value in (None, ""):
        return _("nothing")
    if name == "owner_id":
        return names.user(value) or str(value)
    if name == "amount" and fact.currency:
        return formats.money(value, fact.currency)
    return str(value)


def actor_of(fact: PastFact, names: Names) -> str:
    """Who did it, in words."""
    if fact.actor_kind == "user":
        return names.user(fact.actor_id)
    return {"rule": _("A rule"), "assistant": _("The assistant"), "import": _("An import")}.get(
        fact.actor_kind, ""
    )


def _deal(fact: PastFact, names: Names) -> str:
    return names.deals.get(fact.deal_id or 0, "")


def _order(fact: PastFact, names: Names) -> str:
    number = names.orders.get(fact.order_id or 0, "")
    return _("order %(number)s") % {"number": number} if number else ""


def _order_href(fact: PastFact) -> str:
    return reverse("order", args=[fact.order_id]) if fact.order_id else ""
