"""Forecasts as they were made."""

from django.db import models


class ForecastReport(models.Model):
    """What was forecast for a period at one time, for the company, its teams and sellers; and the backtest.

    `says` is what `insight.making` writes: amounts in whole units of `currency`.
    """

    length = models.CharField(max_length=8)  # month or quarter
    period_start = models.DateField()
    made_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    says = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["length", "-made_at"], name="insight_forecast_latest")]

    def __str__(self) -> str:
        return f"{self.length} from {self.period_start}"
