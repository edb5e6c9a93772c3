"""The ledger's rows in the operational database: inbox, subjects and their keys, corrections, manifest."""

from django.db import models
from django.db.models import F, Q


class InboxFact(models.Model):
    """A committed fact that no sealed file holds yet. Its columns are those of `ledger/schema`."""

    seq = models.BigAutoField(primary_key=True)
    id = models.BinaryField(max_length=16, unique=True)
    kind = models.CharField(max_length=80)
    occurred_us = models.BigIntegerField()
    received_us = models.BigIntegerField()
    stream_id = models.TextField(null=True)
    subject = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    lead_id = models.BigIntegerField(null=True)
    deal_id = models.BigIntegerField(null=True)
    order_id = models.BigIntegerField(null=True)
    campaign_id = models.BigIntegerField(null=True)
    content_id = models.BigIntegerField(null=True)
    product_id = models.BigIntegerField(null=True)
    landing_page = models.TextField(null=True)
    channel = models.TextField(null=True)
    utm_source = models.TextField(null=True)
    owner = models.BigIntegerField(null=True)
    team = models.BigIntegerField(null=True)
    territory = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    region = models.TextField(null=True)
    locale = models.TextField(null=True)
    amount = models.BigIntegerField(null=True)
    amount_base = models.BigIntegerField(null=True)
    currency = models.TextField(null=True)
    quantity = models.BigIntegerField(null=True)
    natural_key = models.TextField(null=True)
    revision = models.IntegerField(default=0)
    batch = models.TextField(null=True)
    schema_version = models.SmallIntegerField()
    props = models.TextField(null=True)
    # Version 2: acts leave these empty; a collected fact that is stated anew comes in here with them.
    source_id = models.BigIntegerField(null=True)
    event = models.TextField(null=True)
    host = models.TextField(null=True)
    path = models.TextField(null=True)
    referrer = models.TextField(null=True)
    utm_medium = models.TextField(null=True)
    utm_campaign = models.TextField(null=True)
    utm_term = models.TextField(null=True)
    utm_content = models.TextField(null=True)
    click_id = models.TextField(null=True)
    agent = models.BigIntegerField(null=True)

    class Meta:
        db_table = "ledger_inbox"
        # Partial: a page reads one subject, account, lead or deal; most facts fill only some of these.
        indexes = [
            models.Index(fields=["subject"], condition=Q(subject__isnull=False), name="inbox_subject"),
            models.Index(fields=["account_id"], condition=Q(account_id__isnull=False), name="inbox_account"),
            models.Index(fields=["lead_id"], condition=Q(lead_id__isnull=False), name="inbox_lead"),
            models.Index(fields=["deal_id"], condition=Q(deal_id__isnull=False), name="inbox_deal"),
        ]


class NaturalKey(models.Model):
    """The first fact of each natural key: how a second one is noticed while it is being written."""

    key = models.CharField(max_length=200, primary_key=True)
    fact_id = models.BinaryField(max_length=16)
    revision = models.IntegerField()
    occurred_us = models.BigIntegerField()
    received_us = models.BigIntegerField()


class Revision(models.Model):
    """Each fact of a natural key that has more than one fact: readers let only the latest count."""

    natural_key = models.CharField(max_length=200, db_index=True)
    fact_id = models.BinaryField(max_length=16, unique=True)
    revision = models.IntegerField()
    occurred_us = models.BigIntegerField()
    received_us = models.BigIntegerField()


class Retraction(models.Model):
    """Facts that no longer count: one by its id, or all of a batch.

    `occurred_us` is the fact's own time where it is known: readers then look into fewer files for it.
    """

    fact_id = models.BinaryField(max_length=16, null=True)
    occurred_us = models.BigIntegerField(null=True)
    batch = models.TextField(null=True)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    received_us = models.BigIntegerField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(fact_id__isnull=False, batch__isnull=True)
                | Q(fact_id__isnull=True, batch__isnull=False),
                name="retraction_names_one_thing",
            )
        ]


class Subject(models.Model):
    """A person or an account as the ledger knows it: a dense number and, for visitors, a keyed hash."""

    kind = models.CharField(max_length=12)
    key_hash = models.BinaryField(max_length=32, null=True, unique=True)


class SubjectKey(models.Model):
    """The data key that seals one subject's personal text, wrapped by the installation's keyring.

    A destroyed key stays as an empty row, so that no new one is made for an erased subject.
    """

    subject = models.OneToOneField(Subject, on_delete=models.CASCADE, primary_key=True)
    wrapped = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True)


class SubjectMerge(models.Model):
    """Two subjects turned out to be one. `undone_us` is set when that proves wrong."""

    loser = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="merges_lost")
    winner = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="merges_won")
    at = models.DateTimeField()
    received_us = models.BigIntegerField()
    undone_us = models.BigIntegerField(null=True)
    # Of accounts: the numbers that facts carry as `account_id` beside a subject.
    loser_account = models.BigIntegerField(null=True)
    winner_account = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(loser=F("winner")), name="merge_of_two"),
            models.UniqueConstraint(
                fields=["loser"], condition=Q(undone_us__isnull=True), name="merged_into_one"
            ),
        ]


class MachineVerdict(models.Model):
    """What is known of the programs that facts came from (`agent`): the newest row of an agent counts."""

    agent = models.BigIntegerField(db_index=True)
    machine = models.BooleanField()


class Unit(models.Model):
    """One numbered step of the ledger: facts sealed or streamed in, files merged, or a subject erased."""

    class Kind(models.TextChoices):
        SEAL = "seal"
        MERGE = "merge"
        ERASE = "erase"
        STREAM = "stream"

    NEW_FACTS = (Kind.SEAL, Kind.STREAM)  # the other kinds rewrite what these brought

    number = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    sealed_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    duplicates = models.PositiveIntegerField(default=0)
    collected = models.PositiveIntegerField(default=0)  # of `rows`: those that came from segments


class TakenSegment(models.Model):
    """A segment whose batches a unit holds: whatever happens to its file, it is not sealed again."""

    name = models.CharField(max_length=80, primary_key=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="segments")


class SealedFile(models.Model):
    """The manifest: the only truth about which Parquet files exist and what they hold.

    A file is current until a later unit supersedes it. The `verified_` values are those of the file when its
    bytes were last compared with `sha256`.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="files")
    path = models.CharField(max_length=200, unique=True)
    month = models.CharField(max_length=7)
    level = models.PositiveSmallIntegerField(default=0)
    rows = models.PositiveIntegerField()
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    min_occurred_us = models.BigIntegerField()
    max_occurred_us = models.BigIntegerField()
    min_received_us = models.BigIntegerField()
    max_received_us = models.BigIntegerField()
    min_id = models.BinaryField(max_length=16)
    max_id = models.BinaryField(max_length=16)
    schema_version = models.PositiveSmallIntegerField()
    superseded_by = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="superseded_files"
    )
    superseded_reason = models.CharField(max_length=200, blank=True)
    superseded_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField()
    verified_size = models.BigIntegerField()
    verified_mtime_ns = models.BigIntegerField()
    verified_ctime_ns = models.BigIntegerField()
    verified_inode = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["month"], condition=Q(superseded_by__isnull=True), name="current_files")
        ]


class MirrorState(models.Model):
    """The last snapshot of a mirrored table: which file holds it and from when on rows count as changed."""

    table = models.CharField(max_length=60, primary_key=True)
    version = models.PositiveIntegerField()
    path = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    fingerprint = models.CharField(max_length=64)
