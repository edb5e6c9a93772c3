"""What forecasts and chances hold of a person: sums and shares of deals, by numbers."""

from django.utils.translation import gettext_lazy as _

from isthmus.core.personal_stores import impersonal

impersonal(
    "insight.ForecastReport",
    "length",
    "currency",
    "says",
    because=_("sums of deals; numbers of teams and sellers"),
)
impersonal(
    "insight.ChanceReport",
    "says",
    because=_("shares of deals; numbers of sellers, products and territories, sectors and channels"),
)
impersonal("insight.DealChance", "why", because=_("numbers of sellers, products and territories"))
