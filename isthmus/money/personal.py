"""What money holds of a person: words in notes of expenses. The rest is about staff and the books."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.personal_stores import Whom, impersonal, personal_store
from isthmus.core.personal_words import take_words_out
from isthmus.money.models import Expense, ExpenseChange

_PLANS = _("the company's own plans")
_BOOKS = _("about staff and the books, which must be kept")
impersonal("money.CommissionPlan", "name", "period", because=_PLANS)
impersonal("money.PlanVersion", "rules", "batch", because=_PLANS)
impersonal("money.CreditSplit", "shares", because=_BOOKS)
impersonal("money.CommissionLock", "currency", "batch", because=_BOOKS)
impersonal("money.CommissionLine", "key", "kind", "place", "line", "parts", because=_BOOKS)
impersonal("money.Expense", "category", "currency", "state", because=_BOOKS)
impersonal("money.Expense", "external_id", because=_("a digest of where it came from"))
impersonal("money.ExpenseChange", "act", "batch", because=_BOOKS)
impersonal("money.Salary", "currency", "batch", because=_BOOKS)
impersonal("money.SalaryMonth", "currency", because=_BOOKS)


@personal_store(
    "expense_notes",
    _("Notes on expenses that name the person"),
    columns={"money.Expense": ("note", "reason"), "money.ExpenseChange": ("before",)},
    order=30,
)
class ExpenseNotes:
    """A note of a colleague may name whom they visited: the words that do are taken out."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """The day of each that names the person."""
        for row in whom.words.rows(_with_words(), "note", "reason"):
            yield {"on": row.on, "about": _now("an expense, naming the person")}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Take the words out, and out of what the expenses were before."""
        taken = take_words_out(whom.words, _with_words(), "note", "reason")
        return taken + take_words_out(whom.words, ExpenseChange.objects.all(), "before")


def _with_words() -> Any:
    return Expense.objects.exclude(note="", reason="")
