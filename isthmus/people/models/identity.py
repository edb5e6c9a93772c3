"""Identifiers, and the journal of how they came to be somebody's."""

from django.db import models

from isthmus.core.fields import filled
from isthmus.people.models.parties import Account, Person

KINDS = [
    ("user_id", "user id"),
    ("external", "id of another system"),
    ("email", "e-mail"),
    ("phone", "phone"),
    ("anonymous_id", "anonymous id"),
]


class Identifier(models.Model):
    """One normalised identifier of one person. The pair is unique: two ways in cannot make two people."""

    kind = models.CharField(max_length=12, choices=KINDS)
    value = models.CharField(max_length=320)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identifiers")
    seen_at = models.DateTimeField()
    # Whose it is when the two who were merged are taken apart again.
    came_with = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        indexes = [filled("came_with", "people_identifier_came_with")]
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="people_one_holder")]


class AccountIdentifier(models.Model):
    """A domain, or an id of another system, that is one account's."""

    kind = models.CharField(
        max_length=12, choices=[("domain", "domain"), ("external", "id of another system"), ("name", "name")]
    )
    value = models.CharField(max_length=320)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="identifiers")
    seen_at = models.DateTimeField()
    came_with = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="people_one_account_holder")]


class IdentityEvent(models.Model):
    """Why an identifier is whose: linked, refused as junk, over the limit, in conflict, merged, unmerged."""

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="identity_events", db_index=False
    )
    other = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    act = models.CharField(max_length=12)
    kind = models.CharField(max_length=12, blank=True)
    value = models.CharField(max_length=320, blank=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-at"], name="people_identity_recent"),
            filled("other", "people_identity_other"),
        ]
