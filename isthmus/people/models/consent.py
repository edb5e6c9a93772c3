"""Consent, which is never overwritten, and suppression, which outlives the person."""

from django.db import models

from isthmus.people.models.parties import Person

CHANNELS = [("email", "e-mail"), ("phone", "phone"), ("sms", "text message"), ("post", "post")]


class Consent(models.Model):
    """One statement of consent, given or withdrawn. The latest for a purpose and channel holds."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents", db_index=False)
    purpose = models.CharField(max_length=40, default="marketing")
    channel = models.CharField(max_length=8, choices=CHANNELS)
    given = models.BooleanField()
    wording_version = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=120)
    proof = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    # While it is recorded: who was merged into the person and made the statement, its subject, its fact.
    origin_id: int | None = None
    subject: int | None = None
    fact_id: bytes = b""

    class Meta:
        indexes = [models.Index(fields=["person", "purpose", "channel", "-at"], name="people_consent_latest")]


class Suppression(models.Model):
    """An address that must not be written to.

    Only a keyed hash is kept, so it survives erasure and imports.
    """

    address_hash = models.CharField(max_length=64, unique=True)
    channel = models.CharField(max_length=8, choices=CHANNELS)
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()


class ContactLimit(models.Model):
    """How often somebody may be contacted in how many days (a single row)."""

    most = models.PositiveSmallIntegerField(default=4)
    days = models.PositiveSmallIntegerField(default=7)
    before: dict[str, int]  # What a command has just changed; not stored.

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="people_one_contact_limit")]

    @classmethod
    def current(cls) -> "ContactLimit":
        """The row, or an unsaved default."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
