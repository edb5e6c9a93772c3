"""Capturing leads, many at a time: the person found or made, the lead stored, its fact recorded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor, Scope
from isthmus.core.changes import note_made
from isthmus.core.clock import written_now
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.leads.models import Lead
from isthmus.leads.placing import place_new
from isthmus.leads.transitions import Row, lead_fact
from isthmus.people.companies import COMPANY
from isthmus.people.consents import record_consents
from isthmus.people.later_rows import note_later_rows
from isthmus.people.matching import Sighting, holder_of, match_people
from isthmus.people.models import Consent, Person
from isthmus.people.models.search import PERSON
from isthmus.workspace.fields import read_values
from isthmus.workspace.models import FieldDefinition
from isthmus.workspace.queries import field_definitions_of

SEEN = [
    "full_name",
    "email",
    "phone",
    "title",
    "country",
    "city",
    "locale",
    "user_id",
    "company",
    "company_domain",
    "company_external_id",
]
KEPT = ["channel", "utm_source", "utm_medium", "utm_campaign", "landing_page", "form", "click_id", "message"]
LIMITS: dict[str, int | None] = {
    name: getattr(Lead._meta.get_field(name), "max_length", None) for name in KEPT
}


class PersonOutOfReach(Refusal):
    """The row is about somebody whom others look after."""


class LeadHasNoPerson(Refusal):
    """Nothing in the row says who it is about."""


class LeadAlreadyCaptured(Refusal):
    """A lead with this id of the other system is here already; `lead_id` is its number."""

    def __init__(self, sentence: str, lead_id: int) -> None:
        self.lead_id = lead_id
        super().__init__(sentence)


def capture_chunk(rows: Sequence[Row], by: Actor) -> list[Lead | Refusal]:
    """Capture the lead of each row in the caller's transaction; a bad row's Refusal stands in its place."""
    known = _known_external_ids(rows)
    fields = field_definitions_of("person", "account", "lead")
    outcomes: list[Any] = []
    accepted: list[tuple[int, Row, Sighting, dict[str, Any]]] = []
    for index, row in enumerate(rows):
        try:
            sighting, custom = _read(row, by, known, fields)
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        external_id = row.get("external_id")
        if external_id:
            known[external_id] = 0
        accepted.append((index, row, sighting, custom))
        outcomes.append(None)
    people = match_people([sighting for _, _, sighting, _ in accepted], by=by)
    leads = [
        _lead(row, person, sighting.origin, custom, by)
        for (_, row, sighting, custom), person in zip(accepted, people, strict=True)
    ]
    stated = [row.get("territory_id") is not None for _, row, _, _ in accepted]
    place_new(leads, [sighting for _, _, sighting, _ in accepted], stated)
    Lead.objects.bulk_create(leads)
    note_made(leads)
    for (index, _row, _sighting, _custom), lead in zip(accepted, leads, strict=True):
        outcomes[index] = lead
    ledger.record(
        [
            lead_fact("lead.captured", lead, row, **_told_of(sighting))
            for (_, row, sighting, _), lead in zip(accepted, leads, strict=True)
        ],
        by=by,
    )
    consents = record_consents(
        [
            {
                "person": lead.person,
                "origin": sighting.origin,
                "channel": channel,
                "given": True,
                "source": row.get("consent_source") or row.get("landing_page") or "lead",
                "wording_version": row.get("consent_wording") or "",
                "at": row["at"],
            }
            for (_, row, sighting, _), lead in zip(accepted, leads, strict=True)
            for channel in row.get("consent") or ()
        ],
        by=by,
    )
    _note_origins([sighting for _, _, sighting, _ in accepted], leads, consents)
    return outcomes


def _told_of(sighting: Sighting) -> dict[str, Any]:
    """Who the fact is about, where somebody was merged into the person: whoever is known by these words."""
    return {"subject": sighting.origin.subject} if sighting.origin else {}


def _note_origins(sightings: Sequence[Sighting], leads: Sequence[Lead], consents: Sequence[Consent]) -> None:
    """Let what came for somebody who was merged away go back with them, should they stand on their own."""
    origins = {
        lead.pk: sighting.origin.pk
        for sighting, lead in zip(sightings, leads, strict=True)
        if sighting.origin is not None
    }
    given = [("people.Consent.person", row.pk, row.origin_id) for row in consents if row.origin_id]
    note_later_rows(PERSON, [*(("leads.Lead.person", pk, origin) for pk, origin in origins.items()), *given])


def _known_external_ids(rows: Sequence[Row]) -> dict[str, int]:
    wanted = {row["external_id"] for row in rows if row.get("external_id")}
    found = Lead.objects.filter(external_id__in=wanted).values_list("external_id", "pk") if wanted else ()
    return {external_id: pk for external_id, pk in found if external_id}


def _read(
    row: Row, by: Actor, known: dict[str, int], fields: dict[str, list[FieldDefinition]]
) -> tuple[Sighting, dict[str, Any]]:
    external_id = row.get("external_id")
    if external_id and external_id in known:
        raise LeadAlreadyCaptured(
            _("The lead %(id)s was captured before; it is left as it is.") % {"id": external_id},
            known[external_id],
        )
    says_who = ("full_name", "email", "phone", "user_id", "person_external_id", "external_id")
    if not any(row.get(name) for name in says_who):
        raise LeadHasNoPerson(
            _("This lead says nothing of who it is. Give a name, an e-mail, a phone number or an id.")
        )
    _check_lengths(row)
    owner_id, team_id = _owner(row, by)
    sighting = Sighting(
        at=row["at"],
        external_id=row.get("person_external_id") or external_id or "",
        owner_id=owner_id,
        team_id=team_id,
        custom=read_values(fields["person"], row.get("person_custom") or {}),
        company_fields={
            **{name: row[f"company_{name}"] for name in COMPANY if row.get(f"company_{name}")},
            "custom": read_values(fields["account"], row.get("account_custom") or {}),
        },
        **{name: str(row.get(name) or "") for name in SEEN},
    )
    _refuse_out_of_reach(sighting, by)
    return sighting, read_values(fields["lead"], row.get("custom") or {})


def _refuse_out_of_reach(sighting: Sighting, by: Actor) -> None:
    # A lead opens its person's page to whoever owns it: it must not be a key to other people's customers.
    if by.scope("leads.capture") is Scope.ALL:
        return
    known = holder_of(sighting)
    if known is not None and not Person.objects.visible_to(by).filter(pk=known.pk).exists():
        raise PersonOutOfReach(
            _("Somebody with that identifier is here already; ask a manager to capture it or to share them.")
        )


def _check_lengths(row: Row) -> None:
    too_long = {
        name: _("%(name)s is longer than %(limit)s characters.") % {"name": name, "limit": limit}
        for name, limit in LIMITS.items()
        if limit and len(str(row.get(name) or "")) > limit
    }
    if too_long:
        raise InvalidInput(too_long)


def _owner(row: Row, by: Actor) -> tuple[int | None, int | None]:
    # Whoever may capture only their own leads owns what they capture: else it would vanish from their sight.
    if row.get("owner_id") is None and by.scope("leads.capture") in (Scope.OWN, Scope.TEAM):
        return by.id, by.team_id
    return row.get("owner_id"), row.get("team_id")


def _lead(row: Row, person: Person, origin: Person | None, custom: dict[str, Any], by: Actor) -> Lead:
    owner_id, team_id = _owner(row, by)
    at: datetime = row["at"]
    return Lead(
        person=person,
        account_id=(origin.account_id if origin else None) or person.account_id,
        external_id=row.get("external_id") or None,
        campaign_id=row.get("campaign_id"),
        product_id=row.get("product_id"),
        score=row.get("score"),
        owner_id=owner_id,
        team_id=team_id,
        territory_id=row.get("territory_id") or person.territory_id,
        captured_at=at,
        updated_at=written_now(),
        custom=custom,
        **{name: str(row.get(name) or "").strip() for name in KEPT},
    )
