"""What was measured of the company's leads, for the worth of answering one."""

from django.db import models


class LeadWorth(models.Model):
    """The catalogue's latest answer: how often a lead handed over is won, and what a won deal is worth.

    One row, written by a job each hour: asking the ledger takes longer than a page may.
    """

    chance = models.FloatField(null=True)
    chance_cases = models.PositiveIntegerField(default=0)
    value = models.BigIntegerField(null=True)  # micros of the base currency: the median
    value_cases = models.PositiveIntegerField(default=0)
    measured_at = models.DateTimeField()
