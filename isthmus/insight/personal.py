"""What forecasts hold of a person: sums of deals, by team and seller."""

from django.utils.translation import gettext_lazy as _

from isthmus.core.personal_stores import impersonal

impersonal(
    "insight.ForecastReport",
    "length",
    "currency",
    "says",
    because=_("sums of deals; numbers of teams and sellers"),
)
