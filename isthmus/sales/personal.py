"""What sales holds of a person: names of deals, notes, words on order lines. Money stays for the books."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.money import from_micros
from isthmus.core.personal_stores import Whom, impersonal, personal_store
from isthmus.core.personal_words import take_words_out
from isthmus.core.rows import update_rows
from isthmus.sales.models import Activity, BuyingRole, Commitment, Deal, Order, OrderLine, Quota, Task
from isthmus.sales.personal_quotes import CATALOGUE
from isthmus.sales.personal_skills import Coaching as Coaching
from isthmus.workspace.queries import kept_of_erased


@personal_store(
    "deals",
    _("Deals: their names, custom fields and ids of other systems"),
    columns={"sales.Deal": ("name", "external_id", "landing_page", "custom")},
    stays=_("Amount, stage, days and products, without a name, so that figures do not change"),
    order=30,
)
class Deals:
    """Of other people's deals the words that name the person are taken out of the name."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Every deal."""
        for deal in (
            Deal.objects.filter(person__in=whom.persons).select_related("stage").order_by("opened_at")
        ):
            yield {
                "name": deal.name,
                "stage": str(deal.stage),
                "opened": deal.opened_at,
                "closed": deal.closed_at,
                "amount": _money(deal.amount, deal.currency),
                "landing_page": deal.landing_page,
                "external_id": deal.external_id,
                "custom": deal.custom,
            }

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Take name, id and text away."""
        named_after = whom.words.rows(Deal.objects.all(), "name")
        theirs = Deal.objects.filter(Q(person__in=whom.persons) | Q(pk__in=[deal.pk for deal in named_after]))
        deals = list(theirs.select_for_update(of=("self",)))
        for deal in deals:
            if deal.person_id in whom.persons:
                deal.name = _now("Deal of somebody who was erased")
                deal.external_id = None
                deal.landing_page = deal.landing_page.partition("?")[0]
                deal.custom = kept_of_erased("deal", deal.custom)
            else:
                deal.name = whom.words.taken_out(deal.name)
            deal.updated_at = written_now()
            deal.version += 1
        update_rows(deals, ["name", "external_id", "landing_page", "custom", "updated_at", "version"])
        return len(deals)


@personal_store(
    "buying_roles",
    _("What the person is to deals: champion, economic buyer, blocker"),
    columns={"sales.BuyingRole": ("role",)},
    order=30,
)
class BuyingRoles:
    """An opinion about somebody: it goes with them."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Every role, with the deal."""
        for one in BuyingRole.objects.filter(person__in=whom.persons).select_related("deal"):
            yield {"deal": one.deal.name, "role": one.get_role_display(), "since": one.set_at}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Take them away."""
        gone, _of_each = BuyingRole.objects.filter(person__in=whom.persons).delete()
        return int(gone)


@personal_store(
    "activities",
    _("Calls, meetings, mails and notes with the person"),
    columns={"sales.Activity": ("text", "external_id")},
    stays=_(
        "That there was a call, meeting, mail or note, when, for how long, and the codes of what came of it"
    ),
    order=30,
)
class Activities:
    """Of notes about others the words that name the person are taken out."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Every one, with its text; of those about others that one names the person."""
        for one in _activities(whom).order_by("at"):
            yield {
                "at": one.at,
                "kind": one.get_kind_display(),
                "text": one.text,
                "outcome": one.get_outcome_display(),
                "objection": one.get_objection_display(),
                "minutes": one.minutes,
            }
        for one in _naming(whom):
            yield {
                "at": one.at,
                "kind": one.get_kind_display(),
                "about": _now("somebody else, naming the person"),
            }

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Empty the text of theirs, mend that of others."""
        emptied: int = _activities(whom).update(text="", external_id=None)
        return emptied + take_words_out(whom.words, Activity.objects.exclude(text=""), "text")


@personal_store(
    "tasks",
    _("What colleagues mean to do with the person"),
    columns={"sales.Task": ("text",)},
    stays=_("That there was a task and when, without its words; what is still open is called off"),
    order=30,
)
class Tasks:
    """Of tasks about others the words that name the person are taken out."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Every one, with its words."""
        for one in Task.objects.filter(person__in=whom.persons).order_by("made_at"):
            yield {"made": one.made_at, "text": one.text, "due": one.due_on, "state": one.get_state_display()}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Empty the words of theirs and call off what is open; mend those of others."""
        theirs = Task.objects.filter(person__in=whom.persons)
        theirs.filter(state="open").update(state="cancelled", closed_at=at)
        emptied: int = theirs.update(text=_now("Task with somebody who was erased"))
        return emptied + take_words_out(whom.words, Task.objects.exclude(person__in=whom.persons), "text")


@personal_store(
    "orders",
    _("Orders and payments"),
    columns={"sales.OrderLine": ("description",)},
    stays=_("Number, day, products, amounts and payment references: the books must be kept"),
    order=30,
)
class Orders:
    """The law of bookkeeping keeps amounts and numbers; a line's words go."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Every order with its lines and payments."""
        for order in _orders(whom).prefetch_related("lines__product", "payments").order_by("placed_at"):
            yield {
                "number": order.number,
                "placed": order.placed_at,
                "total": _money(order.total, order.currency),
                "lines": [
                    {"text": line.description or str(line.product or ""), "quantity": line.quantity}
                    for line in order.lines.all()
                ],
                "payments": [
                    {
                        "at": one.at,
                        "kind": one.get_kind_display(),
                        "amount": _money(one.amount, order.currency),
                        "reference": one.reference,
                    }
                    for one in order.payments.all()
                ],
            }

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Empty the words on the lines."""
        lines = OrderLine.objects.filter(order__in=_orders(whom))
        return lines.exclude(description="").update(description="")


def _orders(whom: Whom) -> Any:
    return Order.objects.filter(Q(person__in=whom.persons) | Q(deal__person__in=whom.persons))


def _activities(whom: Whom) -> Any:
    return Activity.objects.filter(person__in=whom.persons)


def _naming(whom: Whom) -> list[Activity]:
    """Those about others in which one of the words stands."""
    return whom.words.rows(Activity.objects.exclude(person__in=whom.persons), "text")


def _money(amount: int | None, currency: str) -> str | None:
    return None if amount is None else f"{from_micros(amount)} {currency}"


_CATALOGUE = CATALOGUE
impersonal("sales.Pipeline", "name", because=_CATALOGUE)
impersonal("sales.Stage", "name", "gate", because=_CATALOGUE)
impersonal("sales.Playbook", "text", because=_CATALOGUE)
impersonal("sales.ChecklistItem", "text", because=_CATALOGUE)
impersonal("sales.DealMember", "role", because=_("about staff: who works on a deal"))
impersonal("sales.Product", "sku", "name", "family", "unit", "tax_class", because=_CATALOGUE)
impersonal("sales.OrderLine", "unit", "tax_note", because=_CATALOGUE)
impersonal(
    "sales.Deal", "currency", "channel", "utm_source", because=_("the same for many; tells nobody apart")
)
impersonal("sales.Order", "number", "currency", because=_("a number of the books, which must be kept"))
impersonal("sales.Payment", "reference", because=_("a reference of the books, which must be kept"))
impersonal("sales.PutAside", "key", because=_("numbers of records and codes"))
impersonal(
    "sales.Quota", "holder", "metric", "batch", because=_("about staff: whose target it is, and of what")
)
impersonal("sales.Commitment", "kind", "period", "batch", because=_("about staff: what was promised when"))


@personal_store(
    "target_notes",
    _("Notes on quotas and commitments that name the person"),
    columns={"sales.Quota": ("note",), "sales.Commitment": ("note",)},
    order=30,
)
class TargetNotes:
    """A note of a colleague may name a customer: the words that do are taken out."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """When it was written, and that it names the person."""
        for model, at in ((Quota, "set_at"), (Commitment, "made_at")):
            for row in whom.words.rows(model.objects.exclude(note=""), "note"):
                yield {"at": getattr(row, at), "about": _now("a target, naming the person")}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Take the words out."""
        taken = take_words_out(whom.words, Quota.objects.exclude(note=""), "note")
        return taken + take_words_out(whom.words, Commitment.objects.exclude(note=""), "note")
