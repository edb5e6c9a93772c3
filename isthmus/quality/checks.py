"""Every flaw: of which records, what makes it, and what mends it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from isthmus.quality import conditions as when
from isthmus.quality.models import Flaw

GROUPS: Sequence[tuple[str, str | Promise]] = (
    ("missing", _("Missing")),
    ("invalid", _("Invalid")),
    ("stale", _("Stale")),
    ("unreachable", _("Unreachable")),
)
FEW = 20_000  # flawed records that are looked up and sorted


@dataclass(frozen=True)
class Check:
    """One flaw of one kind of record, `of` a list.

    `sought` ones are found every night, for no index tells them; the condition is then asked of those found.
    `field` is what a change of many records sets, `columns` what the list shows where one mends one by one.
    """

    of: str
    key: str
    group: str
    text: str | Promise
    condition: Callable[[datetime], Q]
    field: str = ""
    columns: Sequence[str] = ()
    sought: bool = False

    @property
    def name(self) -> str:
        """Its name among all."""
        return f"{self.of}.{self.key}"

    def flawed(self, at: datetime) -> Q:
        """The condition of the flawed records, for counting, listing and mending alike."""
        if not self.sought:
            return self.condition(at)
        noted = Flaw.objects.filter(name=self.name)
        if noted[: FEW + 1].count() <= FEW:
            return Q(pk__in=noted.values("record_id")) & self.condition(at)
        # Of many, the rows are read in the order of the list and asked one by one: sorting them took seconds.
        return Q(Exists(noted.filter(record_id=OuterRef("pk")))) & self.condition(at)


def _nobody(of: str, among: Q | None = None) -> Sequence[Check]:
    """Nobody owns it, or somebody who left."""
    alive = among if among is not None else Q()
    return (
        Check(of, "no_owner", "missing", _("Nobody owns it"), lambda at: alive & Q(owner=None), "owner_id"),
        Check(
            of,
            "owner_left",
            "stale",
            _("Its owner does not work here any more"),
            lambda at: alive & when.owner_left(),
            "owner_id",
        ),
    )


CHECKS: Sequence[Check] = (
    *_nobody("people"),
    Check(
        "people",
        "no_address",
        "unreachable",
        _("Neither an e-mail nor a phone number"),
        lambda at: Q(email="", phone=""),
        columns=("email", "phone", "owner"),
        sought=True,
    ),
    Check(
        "people",
        "withdrawn",
        "unreachable",
        _("Consent taken back for every address and number"),
        lambda at: when.withdrawn(),
        columns=("email", "phone", "owner"),
        sought=True,
    ),
    Check(
        "people",
        "no_country",
        "missing",
        _("No country"),
        lambda at: Q(country=""),
        "country",
        sought=True,
    ),
    Check(
        "people",
        "no_account",
        "missing",
        _("No account"),
        lambda at: Q(account=None),
        columns=("account", "email", "owner"),
    ),
    Check(
        "people",
        "bad_email",
        "invalid",
        _("An e-mail that cannot arrive"),
        lambda at: when.bad_email(),
        columns=("email", "phone", "owner"),
        sought=True,
    ),
    Check(
        "people",
        "bad_phone",
        "invalid",
        _("A phone number that is none"),
        lambda at: when.bad_phone(),
        columns=("phone", "country", "owner"),
        sought=True,
    ),
    Check(
        "people",
        "quiet",
        "stale",
        _("Nothing happened for a year"),
        when.quiet,
        "owner_id",
        sought=True,
    ),
    *_nobody("accounts"),
    Check(
        "accounts",
        "no_country",
        "missing",
        _("No country"),
        lambda at: Q(country=""),
        "country",
        sought=True,
    ),
    Check(
        "accounts",
        "no_domain",
        "missing",
        _("No domain"),
        lambda at: Q(domain=""),
        columns=("domain", "country", "owner"),
        sought=True,
    ),
    Check(
        "accounts",
        "bad_domain",
        "invalid",
        _("A domain that is none"),
        lambda at: when.bad_domain(),
        columns=("domain", "country", "owner"),
        sought=True,
    ),
    *_nobody("leads", when.WAITING),
    Check(
        "leads",
        "ahead",
        "invalid",
        _("Captured in the future"),
        lambda at: Q(captured_at__gt=at),
    ),
    Check(
        "leads",
        "still",
        "stale",
        _("Undecided, and not touched for 90 days"),
        lambda at: when.WAITING & when.still("updated_at", at),
        "owner_id",
        sought=True,
    ),
    *_nobody("deals", when.OPEN),
    Check(
        "deals",
        "no_amount",
        "missing",
        _("Open without a value"),
        lambda at: when.OPEN & Q(amount=None),
        columns=("value", "stage", "owner"),
    ),
    Check(
        "deals",
        "no_close",
        "missing",
        _("Open without an expected close"),
        lambda at: when.OPEN & Q(expected_close_on=None),
        "expected_close_on",
    ),
    Check(
        "deals",
        "nobody",
        "missing",
        _("Open with neither a person nor an account"),
        lambda at: when.OPEN & Q(person=None, account=None),
    ),
    Check("deals", "no_rate", "invalid", _("Open in a currency without a rate"), lambda at: when.no_rate()),
    Check("deals", "ahead", "invalid", _("Opened in the future"), lambda at: Q(opened_at__gt=at)),
    Check(
        "deals",
        "past_close",
        "stale",
        _("Open past their expected close"),
        when.past_close,
        "expected_close_on",
    ),
    Check(
        "deals",
        "still",
        "stale",
        _("Open, and in one stage for 90 days"),
        lambda at: when.OPEN & when.still("stage_since", at),
        "owner_id",
    ),
)


def checks_of(of: str) -> Sequence[Check]:
    """The checks of a list."""
    return [check for check in CHECKS if check.of == of]
