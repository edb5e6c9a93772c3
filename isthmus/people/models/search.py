"""The search index: one row for each word by which a party can be found."""

from django.db import models

from isthmus.core.fields import ByteOrderedText

PERSON, ACCOUNT = 1, 2


class SearchToken(models.Model):
    """A normalised word (name part, e-mail, domain, phone number, company) of a person or account.

    There are eight for each person and nobody asks for one by a number, so the words are their own key; on
    SQLite the table is its key (`WITHOUT ROWID`): a word is stored twice instead of three times.
    """

    pk = models.CompositePrimaryKey("party", "token", "party_id")
    token = ByteOrderedText(max_length=80)
    party = models.PositiveSmallIntegerField()  # PERSON or ACCOUNT
    party_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["party", "party_id", "token"], name="people_search_party")]
