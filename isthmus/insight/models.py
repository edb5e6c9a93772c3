"""Forecasts and chances as they were made."""

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


class ChanceReport(models.Model):
    """What decided deals taught at one time, and whether it beats the base rate. None is taken away.

    `says` is what `insight.chances` writes; its `weights` are the model itself.
    """

    made_at = models.DateTimeField()
    says = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["-made_at"], name="insight_chances_latest")]

    def __str__(self) -> str:
        return f"{self.made_at}"


class DealChance(models.Model):
    """The chance of a deal that was open when the latest report was made, unless it says nothing.

    The deal is a plain number: taking deals away asks nobody here. `why`: trait, level and lift in log odds.
    """

    report = models.ForeignKey(ChanceReport, on_delete=models.CASCADE, related_name="chances")
    deal_id = models.BigIntegerField(unique=True)
    chance = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    why = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.chance}"
