"""Where events come from, what is known of them, and what could not be read."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from isthmus.workspace.models import User


class Source(models.Model):
    """A site, an app or a server that sends events, by a write key that can only add.

    Write keys are public: they stand in pages. `origins` are the sites whose browsers may use this one's
    (empty: any). A removed source stays as a row: its facts name it.
    """

    class Kind(models.TextChoices):
        """Whose program sends: a visitor's browser, or a server that tells of others."""

        SITE = "site", _("Website")
        SERVER = "server", _("Server")

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    write_key = models.CharField(max_length=64, unique=True)
    former_key = models.CharField(max_length=64, null=True, unique=True)
    former_until = models.DateTimeField(null=True)
    origins = models.JSONField(default=list)
    # Hours of silence after which somebody is told; none: nobody watches.
    alarm_hours = models.PositiveSmallIntegerField(null=True)
    alarmed_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    off_since = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        """Whether what it sends is taken."""
        return self.off_since is None and self.removed_at is None


class SourceCount(models.Model):
    """What came from a source on one day (UTC): acknowledged + replayed = facts + duplicates + quarantined.

    An event that is replayed was acknowledged once before: it counts on the day on which it first came.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="counts")
    day = models.DateField()
    acknowledged = models.BigIntegerField(default=0)
    facts = models.BigIntegerField(default=0)
    duplicates = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
    replayed = models.BigIntegerField(default=0)
    last_us = models.BigIntegerField(default=0)  # when the last of them was received

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "day"], name="collect_one_count_a_day")]


class DeclaredProperty(models.Model):
    """A property of events that is analytic: kept in plain with each fact. Others stay in the raw archive.

    `event` is the name of the event, or empty for all.
    """

    event = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=100)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="collect_declared_once")]


class Agent(models.Model):
    """A program that fetched pages or sent events, as it calls itself, and whether it is a machine.

    `machine` is what the rules say, `judged` what a person decided (it goes before the rules).
    """

    text_hash = models.BinaryField(max_length=16, unique=True)
    text = models.CharField(max_length=500)
    machine = models.BooleanField(default=False)
    reason = models.CharField(max_length=60, blank=True)  # which rule told
    judged = models.BooleanField(null=True)
    judged_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    judged_before: bool | None = None  # what stood there, kept by the command that judges, for its undo

    def __str__(self) -> str:
        return self.text

    @property
    def is_machine(self) -> bool:
        """Whether what it sent counts as a machine's."""
        return self.machine if self.judged is None else self.judged


class Quarantined(models.Model):
    """An event that could not be read, as it came, with its reason; until it is repaired or discarded."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("Waiting")
        REPLAYED = "replayed", _("Replayed")
        DISCARDED = "discarded", _("Discarded")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="quarantined")
    unit = models.BigIntegerField()
    received_us = models.BigIntegerField()
    endpoint = models.CharField(max_length=12)
    reason = models.CharField(max_length=40)
    detail = models.CharField(max_length=300, blank=True)
    event = models.CharField(max_length=200, blank=True)
    body = models.TextField()  # as it was received
    agent = models.CharField(max_length=500, blank=True)
    visitor = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    state_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(F("state"), F("reason"), F("id").desc(), name="quarantined_by_reason"),
            models.Index(
                F("source"), F("state"), F("reason"), F("event"), F("id").desc(), name="quarantined_by_group"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event or self.endpoint}: {self.reason}"


class Repair(models.Model):
    """What was decided on a group of events that could not be read: sent again by rules, or thrown away.

    It takes the events that waited when it was made, oldest first, up to `upto`; `after` is how far it is.
    Those that its rules do not make readable stay in quarantine: `left`.
    """

    class Act(models.TextChoices):
        """What is done to each."""

        REPLAY = "replay", _("Send again")
        DISCARD = "discard", _("Throw away")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=40)
    event = models.CharField(max_length=200, blank=True)
    act = models.CharField(max_length=8, choices=Act.choices)
    rules = models.JSONField(default=list)
    chosen = models.JSONField(null=True)  # only these of the group; none: all of them
    total = models.PositiveIntegerField()
    upto = models.BigIntegerField()
    after = models.BigIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(F("source"), F("id").desc(), name="repair_by_source")]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.event or self.reason}"

    @property
    def is_under_way(self) -> bool:
        """Whether it goes on by itself."""
        return self.ended_at is None and self.stopped_at is None

    @property
    def through(self) -> int:
        """How many events it has seen."""
        return self.done + self.left


class ChannelRules(models.Model):
    """One edition of the rules that tell a visit's channel; the newest one counts."""

    rules = models.JSONField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()


class Erased(models.Model):
    """A mark of somebody erased: a keyed hash of what their events are known by (`forgetting/marks.py`).

    What was received until then and bears it is theirs: it becomes no fact, and leaves the files of received
    events. Kept until that is done and nothing can come any more that was received before.
    """

    mark = models.BinaryField(max_length=16, unique=True)
    until_us = models.BigIntegerField()
    done_at = models.DateTimeField(null=True)
