"""Which records were found to have a flaw that no index tells."""

from typing import ClassVar

from django.db import models


class Flaw(models.Model):
    """A record that had a flaw when it was looked for last; `name` is the check's: "people.no_country"."""

    name = models.CharField(max_length=40)
    record_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "record_id"], name="quality_flaw_once")
        ]
