"""The palette offers what fits a record as it stands, and every offer leads somewhere."""

import re

import pytest

from isthmus.core import clock, commands
from isthmus.core.actors import SYSTEM
from isthmus.core.commands import registry
from isthmus.core.refusals import Refusal
from isthmus.leads.models import Lead, LeadState
from isthmus.sales.commands import win_deal
from isthmus.sales.models import Deal, DealState
from isthmus.web.palette.fitting import _FITS, fits
from isthmus.web.palette.offers import offers
from isthmus.web.palette.place import Place
from isthmus.workspace import records
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User

pytestmark = pytest.mark.django_db
ASKED = {"lose_deal": {"reason": "price"}, "return_lead": {"reason": "no_budget"}}
REASON = {"reason": "Sent twice"}


def offered(actor, text="", kind="", row=None):
    place = Place(kind, [row], "/") if row is not None else Place()
    return {offer.name for offer in offers(text, actor, place)}


def test_a_deal_is_reopened_only_when_it_has_ended(rita, deals):
    actor, alpha = actor_for(rita), deals["Alpha"]
    assert "reopen_deal" not in offered(actor, "", "deal", alpha)
    assert "reopen_deal" not in offered(actor, "reopen", "deal", alpha)
    assert {"win_deal", "lose_deal", "move_deal", "place_order"} <= offered(actor, "", "deal", alpha)

    win_deal(deal_id=alpha.pk, by=SYSTEM, at=clock.now())
    won = Deal.objects.get(pk=alpha.pk)

    assert "reopen_deal" in offered(actor, "", "deal", won)
    assert not {"win_deal", "lose_deal", "move_deal"} & offered(actor, "", "deal", won)


def test_an_act_that_is_called_so_stands_before_one_that_only_tells_of_it(admin, deals):
    found = [offer.name for offer in offers("lead", actor_for(admin), Place("deal", [deals["Alpha"]], "/"))]

    assert found.index("capture_lead") < found.index("log_activity")


def test_what_is_not_offered_for_a_deal_would_be_refused(deals):
    for state in DealState.values:
        Deal.objects.filter(pk=deals["Alpha"].pk).update(
            state=state, closed_at=None if state == "open" else clock.now()
        )
        deal = Deal.objects.select_related("stage").get(pk=deals["Alpha"].pk)
        for kind, name in _FITS:
            if kind != "deal" or name == "place_order" or fits(kind, name, deal):
                continue
            target = {"stage_id": deal.stage_id} if name == "move_deal" else ASKED.get(name, {})
            with pytest.raises(Refusal):
                commands.run(name, {"deal_id": deal.pk, **target}, by=SYSTEM, at=clock.now())


def test_what_is_not_offered_for_a_lead_would_be_refused(trading, rita):
    lead = trading["lee"]
    for state in LeadState.values:
        if state in ("merged", "erased"):
            continue
        Lead.objects.filter(pk=lead.pk).update(state=state)
        row = Lead.objects.get(pk=lead.pk)
        for kind, name in _FITS:
            if kind != "lead" or name in ("open_deal", "edit_lead", "log_activity") or fits(kind, name, row):
                continue
            more = {"owner_id": rita.pk} if name == "hand_over_lead" else ASKED.get(name, {})
            if name in ("disqualify_lead", "withdraw_lead"):
                more = REASON
            with pytest.raises(Refusal):
                commands.run(name, {"lead_id": lead.pk, **more}, by=SYSTEM, at=clock.now())


def test_erasing_begins_on_its_page_and_nowhere_else(client, admin, trading):
    actor = actor_for(admin)
    person = records.visible("person", [trading["lee"].person_id], actor)[trading["lee"].person_id]
    found = {one.name: one for one in offers("erase", actor, Place("person", [person], "/"))}

    assert found["erase_person"].href == f"/people/{person.pk}/erase/"
    assert found["erase_person"].page
    assert "erase_person" not in offered(actor, "erase")
    client.force_login(admin)
    assert client.get(f"/palette/do/erase_person/?on=person:{person.pk}").status_code == 404


@pytest.mark.parametrize("kind", ["", "person", "account", "lead", "deal"])
def test_every_offer_opens_a_form_or_says_that_it_is_done_at_once(client, admin, trading, deals, kind):
    client.force_login(admin)
    actor = actor_for(admin)
    row = None
    if kind:
        ids = {"lead": trading["lee"].pk, "person": trading["lee"].person_id}
        number = ids.get(kind) or (deals["Alpha"].pk if kind == "deal" else deals["Alpha"].account_id)
        row = records.visible(kind, [number], actor)[number]
    place = Place(kind, [row], "/deals/") if row is not None else Place(back="/deals/")
    words = {str(entry.label).split()[0].casefold() for entry in registry().values()}
    every = {offer.href: offer for text in ("", *words) for offer in offers(text, actor, place)}

    assert len(every) > 5
    for href, offer in every.items():
        if not offer.at_once:
            assert client.get(href).status_code == 200, (offer.name, href)


def test_nobody_is_locked_out_by_a_box_that_was_not_ticked(client, admin, rita):
    client.force_login(admin)

    client.post("/palette/do/edit_user/", {"user_id": rita.pk, "name": "Rita Renamed"})

    after = User.objects.get(pk=rita.pk)
    assert (after.name, after.is_active) == ("Rita Renamed", True)


def test_a_derived_form_asks_for_no_version_no_number_and_no_password(client, admin):
    client.force_login(admin)
    form = client.get("/palette/do/edit_deal/").content.decode()

    assert 'name="amount"' in form
    assert 'name="version"' not in form
    assert "What is left empty stays as it is." in form
    for name in ("cancel_job", "pay_order", "add_user", "restore_deal", "put_deal_back"):
        assert client.get(f"/palette/do/{name}/").status_code == 404
    assert not re.search("Record a payment", client.get("/palette/?q=payment").content.decode())
