"""The search index: one row for each word by which a party can be found."""

from django.db import models

from isthmus.core.fields import ByteOrderedText

PERSON, ACCOUNT = 1, 2


class SearchToken(models.Model):
    """A normalised word (name part, e-mail, domain, phone number, company) of a person or account."""

    token = ByteOrderedText(max_length=80)
    party = models.PositiveSmallIntegerField()  # PERSON or ACCOUNT
    party_id = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["party", "token", "party_id"], name="people_search_prefix"),
            models.Index(fields=["party", "party_id", "token"], name="people_search_party"),
        ]
