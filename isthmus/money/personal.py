"""What money holds of a person: nothing of customers. Commission is about staff and the books."""

from django.utils.translation import gettext_lazy as _

from isthmus.core.personal_stores import impersonal

_PLANS = _("the company's own plans")
_BOOKS = _("about staff and the books, which must be kept")
impersonal("money.CommissionPlan", "name", "period", because=_PLANS)
impersonal("money.PlanVersion", "rules", "batch", because=_PLANS)
impersonal("money.CreditSplit", "shares", because=_BOOKS)
impersonal("money.CommissionLock", "currency", "batch", because=_BOOKS)
impersonal("money.CommissionLine", "key", "kind", "place", "line", "parts", because=_BOOKS)
