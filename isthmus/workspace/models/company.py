"""The company itself: its zone, its calendar, its currencies."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models

from isthmus.workspace.dialling import USUAL

_read: ContextVar[list["Company"] | None] = ContextVar("the company, once read", default=None)


@contextmanager
def company_read_once() -> Iterator[None]:
    """While this lasts, `Company.current()` asks the database once, unless the company is saved meanwhile."""
    token = _read.set([])
    try:
        yield
    finally:
        _read.reset(token)


class Company(models.Model):
    """The one company of this installation (a single row)."""

    name = models.CharField(max_length=200)
    base_currency = models.CharField(max_length=3, default="EUR")
    time_zone = models.CharField(max_length=64, default="UTC")
    working_hours = models.JSONField(default=dict)  # Empty: Monday to Friday, 09:00 to 17:00.
    holidays_country = models.CharField(max_length=10, blank=True)
    call_link = models.CharField(max_length=300, default=USUAL)  # How a telephone number is dialled.
    is_sample = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="workspace_one_company")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)
        if (kept := _read.get()) is not None:
            kept.clear()

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def hours(self) -> dict[str, list[str]]:
        """Opening and closing time of each working day, by "mon" to "sun"."""
        return self.working_hours or {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}

    @classmethod
    def current(cls) -> "Company":
        """The company's row, or an unsaved default before set-up."""
        kept = _read.get()
        if kept:
            return kept[0]
        found = cls.objects.filter(pk=1).first() or cls(pk=1, name="")
        if kept is not None:
            kept.append(found)
        return found


class Currency(models.Model):
    """A currency that the company deals in (ISO 4217)."""

    code = models.CharField(max_length=3, primary_key=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code


class Rate(models.Model):
    """What one unit of a currency was worth in the base currency from a day on."""

    currency = models.ForeignKey(Currency, on_delete=models.CASCADE, related_name="rates")
    on = models.DateField()
    base_per_unit = models.DecimalField(max_digits=20, decimal_places=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "on"], name="workspace_one_rate_a_day"),
            models.CheckConstraint(condition=models.Q(base_per_unit__gt=0), name="workspace_rate_positive"),
        ]
