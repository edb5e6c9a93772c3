"""Campaigns: what marketing does on a channel, to many."""

from typing import Any, ClassVar

from django.db import models


class Campaign(models.Model):
    """A campaign on a channel."""

    name = models.CharField(max_length=160, unique=True)
    channel = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120, null=True, unique=True)
    started_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    updated_at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
