"""What makes a record flawed: conditions of the database, true of the flawed."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.lookups import Exact
from django.utils import timezone

from isthmus.leads.models import Lead, LeadState
from isthmus.people.models import Consent
from isthmus.sales.models import Activity, DealState
from isthmus.workspace.models import Company, Rate, User

QUIET_DAYS = 365  # of people
STILL_DAYS = 90  # of leads that wait and deals that are open

# A domain of letters, digits and hyphens with a dot in it. Addresses that were understood are in this form.
_DOMAIN = r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*$"
_ADDRESS = r"^[^@\s]+@" + _DOMAIN
_NOWHERE = r"[.@](invalid|localhost|local|test)$"  # Names that the internet never leads anywhere.
_NUMBER = r"^\+[1-9][0-9]{7,14}$"  # A number that was understood is kept so.

OPEN = Q(state=DealState.OPEN)
WAITING = Q(
    state__in=[
        LeadState.CAPTURED,
        LeadState.NURTURING,
        LeadState.QUALIFIED,
        LeadState.HANDED_OVER,
        LeadState.RETURNED,
    ]
)


def bad_email() -> Q:
    """An address that cannot be one, or whose domain leads nowhere."""
    return ~Q(email="") & (~Q(email__iregex=_ADDRESS) | Q(email__iregex=_NOWHERE))


def bad_phone() -> Q:
    """A number that could not be understood: country and number do not make one."""
    return ~Q(phone="") & ~Q(phone__regex=_NUMBER)


def bad_domain() -> Q:
    """A company's domain that cannot be one."""
    return ~Q(domain="") & (~Q(domain__iregex="^" + _DOMAIN) | Q(domain__iregex=_NOWHERE))


def owner_left() -> Q:
    """The owner's user is switched off."""
    # Their numbers, not a query within the query: so the index of owners is used.
    return Q(owner__in=list(User.objects.filter(is_active=False).values_list("pk", flat=True)))


def quiet(at: datetime) -> Q:
    """Nothing was logged, captured or changed of somebody for a year."""
    since = at - timedelta(days=QUIET_DAYS)
    person = OuterRef("pk")
    spoken = Activity.objects.filter(person=person, at__gte=since)
    captured = Lead.objects.filter(person=person, captured_at__gte=since)
    return Q(created_at__lt=since, updated_at__lt=since) & ~Q(Exists(spoken)) & ~Q(Exists(captured))


def still(field: str, at: datetime) -> Q:
    """The moment of the field is longer ago than an open matter should lie."""
    return Q(**{f"{field}__lt": at - timedelta(days=STILL_DAYS)})


def past_close(at: datetime) -> Q:
    """Expected to close on a day that is over."""
    return OPEN & Q(expected_close_on__lt=timezone.localdate(at))


def no_rate() -> Q:
    """In a currency that has no rate, so that its worth in the company's own cannot be told."""
    known = Rate.objects.values("currency")
    return OPEN & ~Q(currency=Company.current().base_currency) & ~Q(currency__in=known)


def withdrawn() -> Q:
    """Somebody with an address or number who took back the consent to all that is known of them."""
    return ~Q(email="", phone="") & _closed("email") & _closed("phone")


def _closed(channel: str) -> Q:
    """There is no such address, or the latest word on it is no."""
    said = Consent.objects.filter(person=OuterRef("pk"), purpose="marketing", channel=channel)
    latest = Subquery(said.order_by("-at", "-pk").values("given")[:1])
    return Q(**{channel: ""}) | Q(Exact(latest, False))
