"""Which acts the palette offers: those of the registry that one may do here, and how each begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from isthmus.core.actors import Actor
from isthmus.core.commands import Command, registry
from isthmus.web.acts.reach import reaches
from isthmus.web.leads.acts import AT_ONCE as LEADS_AT_ONCE
from isthmus.web.palette.fitting import fits
from isthmus.web.palette.inputs import askable
from isthmus.web.palette.place import Place

FEW = 8
# Only the way back of another act, a fact that no page should make up, a password for somebody else, or
# what makes sense on one page only.
NEVER = frozenset(
    {
        "add_user",
        "attach_files",
        "choose_view",
        "put_deal_back",
        "record_fact",
        "release_jobs",
        "remove_files",
        "rename_file",
        "restore_account",
        "restore_comment",
        "restore_deal",
        "restore_file_name",
        "restore_files",
        "restore_lead",
        "restore_person",
        "restore_view",
        "save_view",
    }
)
# Acts on a record that begin on a page of their own, which shows what they would do.
OWN_PAGES: Mapping[tuple[str, str], str] = {
    ("person", "disclose_person"): "person-everything",
    ("person", "erase_person"): "erase-person",
}
# Acts for which the product has a form of its own, better than one derived: the address by kind of record.
OWN_FORMS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("deal", "move_deal"): ("move-on-board", ""),
    ("deal", "win_deal"): ("deal-act", "win"),
    ("deal", "lose_deal"): ("deal-act", "lose"),
    ("deal", "edit_deal"): ("deal-act", "edit"),
    ("deal", "log_activity"): ("deal-act", "log"),
    ("deal", "place_order"): ("deal-act", "order"),
    ("lead", "hand_over_lead"): ("lead-act", "hand-over"),
    ("lead", "accept_lead"): ("lead-act", "accept"),
    ("lead", "return_lead"): ("lead-act", "return"),
    ("lead", "disqualify_lead"): ("lead-act", "disqualify"),
    ("lead", "log_activity"): ("lead-act", "log"),
    ("lead", "edit_lead"): ("lead-act", "edit"),
    ("person", "edit_person"): ("edit-person", ""),
    ("person", "log_activity"): ("person-log", ""),
    ("person", "record_consent"): ("person-consent", ""),
    ("account", "edit_account"): ("edit-account", ""),
}
NEW_FORMS = {
    "open_deal": "new-deal",
    "capture_lead": "new-lead",
    "add_person": "new-person",
    "add_account": "new-account",
    "invite_user": "invite-user",
    "add_pipeline": "new-pipeline",
    "add_field": "new-field",
    "create_api_key": "new-key",
}
# Of a record, but begun on the page for new ones, which takes it from its address.
NEW_WITH: Mapping[tuple[str, str], str] = {
    ("account", "open_deal"): "account",
    ("person", "capture_lead"): "person",
    ("person", "open_deal"): "person",
}
# Their answer holds a secret that is shown once, on their own page.
OWN_PAGE_ONLY = frozenset({"create_api_key", "invite_user"})
PAGE_ACTS = frozenset(name for _kind, name in OWN_PAGES)
ICONS = {"open": "plus", "add": "plus", "capture": "plus", "log": "note", "win": "check", "move": "right"}


@dataclass(frozen=True)
class Offer:
    """An act: what it is called and does, and where it begins: in a form, on a `page`, or `at_once` done."""

    name: str
    label: str
    summary: str
    href: str
    at_once: bool = False
    page: bool = False
    here: bool = False  # about the record of the page, or the selection
    icon: str = "right"


def offers(text: str, actor: Actor, place: Place) -> list[Offer]:
    """The acts that match the words, those about this place first; without words only these."""
    words = text.casefold().split()
    found = [
        (_rank(entry, words, offer), offer)
        for entry in registry().values()
        if _matches(entry, words) and (offer := offer_of(entry, actor, place)) is not None
        if offer.here or words
    ]
    # What the record's own page offers comes before what few ever do with it.
    usual = {name for kind, name in OWN_FORMS if kind == place.kind}
    ordered = sorted(found, key=lambda one: (one[0], one[1].name not in usual, one[1].label))
    return [offer for _rank, offer in ordered]


def offer_of(entry: Command, actor: Actor, place: Place) -> Offer | None:
    """An act as it is offered here; None where it cannot be done."""
    if entry.name in NEVER or not actor.allows(entry.permission):
        return None
    here = given_by(entry, place)
    if here and not any(_possible(entry, row, place, actor) for row in place.rows):
        if entry.input_model.model_fields[place.argument].is_required():
            return None  # It is about such records, and not about this one.
        here = {}
    if entry.name in PAGE_ACTS:
        return _on_its_page(entry, here, place)
    taken_along = (place.kind, entry.name) in NEW_WITH
    begin = _own_form(entry, place) if here or taken_along else None
    if begin is None:
        if not askable(entry, here):
            return None
        begin = _begins(entry, here, place)
    href, at_once = begin
    icon = ICONS.get(entry.name.partition("_")[0], "right")
    about_it = bool(here) or taken_along
    return Offer(entry.name, str(entry.label), entry.summary, href, at_once, here=about_it, icon=icon)


def _on_its_page(entry: Command, here: Mapping[str, int], place: Place) -> Offer | None:
    name = OWN_PAGES.get((place.kind, entry.name))
    if not here or not place.is_one or name is None:
        return None
    href = reverse(name, args=[place.rows[0].pk])
    return Offer(entry.name, str(entry.label), entry.summary, href, page=True, here=True)


def _possible(entry: Command, row: Any, place: Place, actor: Actor) -> bool:
    return fits(place.kind, entry.name, row) and reaches(actor, row, entry.permission)


def given_by(entry: Command, place: Place) -> dict[str, int]:
    """The argument that the place gives the command; empty where it names nothing that the command takes."""
    fields = entry.input_model.model_fields
    if not place.rows or place.argument not in fields:
        return {}
    if not place.is_one and not fields[place.argument].is_required():
        return {}
    return {place.argument: place.rows[0].pk}


def _own_form(entry: Command, place: Place) -> tuple[str, bool] | None:
    """Where the product has a form of its own for the act on this record, or does it without a question."""
    if not place.is_one:
        return None
    pk, known = place.rows[0].pk, (place.kind, entry.name)
    if known in NEW_WITH:
        return reverse(NEW_FORMS[entry.name]) + f"?{NEW_WITH[known]}={pk}", False
    if known in OWN_FORMS:
        name, part = OWN_FORMS[known]
        # The pages of records come back to themselves; the board would come back to itself.
        onward = f"?{urlencode({'back': place.back})}" if name == "move-on-board" else ""
        return reverse(name, args=[pk, part] if part else [pk]) + onward, False
    for part, (command, _done) in LEADS_AT_ONCE.items():
        if known == ("lead", command):
            return reverse("lead-act", args=[pk, part]), True
    return None


def _begins(entry: Command, here: Mapping[str, int], place: Place) -> tuple[str, bool]:
    """The form derived from the act's inputs; nothing is asked where the place gives all of them."""
    if not here and entry.name in NEW_FORMS:
        return reverse(NEW_FORMS[entry.name]), False
    address = reverse("palette-act", args=[entry.name])
    if not here:
        return address + Place(back=place.back).query(), False
    return address + place.query(), place.is_one and set(entry.input_model.model_fields) == set(here)


def _matches(entry: Command, words: list[str]) -> bool:
    told = f"{entry.label} {entry.summary} {entry.name.replace('_', ' ')}".casefold()
    return all(word in told for word in words)


def _rank(entry: Command, words: list[str], offer: Offer) -> tuple[bool, bool, bool]:
    label = str(entry.label).casefold()
    first = words[0] if words else ""
    return (first not in label, not offer.here, not label.startswith(first))
