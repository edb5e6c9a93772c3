"""Where new leads belong while rules are at work: with their account, else by what they brought."""

from collections.abc import Sequence

from isthmus.leads.models import Lead
from isthmus.people import placing
from isthmus.people.matching import Sighting
from isthmus.people.models import Account


def place_new(leads: Sequence[Lead], sightings: Sequence[Sighting], stated: Sequence[bool]) -> None:
    """Put leads that are not stored yet; `stated` says whose row named a territory. Named owners stay."""
    rules = placing.rules(leads[0].captured_at) if leads else None
    if rules is None:
        return
    known = Account.objects.in_bulk({one.account_id for one in leads if one.account_id is not None})
    alone: list[tuple[Lead, Account, bool]] = []
    for lead, sighting, is_stated in zip(leads, sightings, stated, strict=True):
        account = known.get(lead.account_id or 0)
        if account is None or account.territory_id is None:
            fields = {"city": sighting.city, **sighting.company_fields}
            told = account or placing.described(sighting.country.strip().upper()[:2], sighting.city, fields)
            alone.append((lead, told, is_stated))
            continue
        _put(lead, placing.Placed(account.territory_id, account.owner_id, account.team_id), is_stated)
    for owners in (True, False):
        listed = [one for one in alone if (one[0].owner_id is None) is owners]
        placed = rules.place([told for _lead, told, _stated in listed], owners=owners)
        for (lead, _told, is_stated), found in zip(listed, placed, strict=True):
            _put(lead, found, is_stated)


def _put(lead: Lead, placed: placing.Placed, stated: bool) -> None:
    if not stated:
        lead.territory_id = placed.territory_id
    if lead.owner_id is None and placed.owner_id is not None:
        lead.owner_id, lead.team_id = placed.owner_id, placed.team_id
