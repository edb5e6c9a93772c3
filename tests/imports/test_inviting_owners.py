"""Owners whom a file names are invited by mail when the import is really started, and once."""

import re
from dataclasses import replace

import pytest
from django.core import mail

from isthmus.core import clock
from isthmus.core.queue import run_due
from isthmus.core.queue.models import Job
from isthmus.core.refusals import NotPermitted
from isthmus.imports.inviting import NoMail
from isthmus.imports.models import ImportRun
from isthmus.imports.recipe import RecipeWrong
from isthmus.imports.reusing import for_next_time
from isthmus.people.models import Person
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import accept_invitation
from isthmus.workspace.models import Invitation, User

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

RECIPE = """
[[rows]]
what = "person"
key = "id"
fields.full_name = "name"
fields.email = "mail"
[rows.fields.owner]
column = "owner"
match = "email"
create = true
invite = { "kim@firm.example" = "manager" }
"""
ROWS = (
    "id,name,mail,owner\n1,Pat,pat@buyer.example,kim@firm.example\n2,Lou,lou@buyer.example,bob@firm.example\n"
)


@pytest.fixture(autouse=True)
def mail_server(settings):
    settings.SENDS_MAIL, settings.PUBLIC_URL = True, "https://crm.firm.example"


def test_who_is_invited_owns_the_rows_and_comes_in_by_the_mail(bring_in):
    assert bring_in(RECIPE, dry=True, people=ROWS).invited == ["kim@firm.example"]
    assert not Invitation.objects.exists() and not Job.objects.exists()

    report = bring_in(RECIPE, people=ROWS)
    run_due()

    (sent,) = mail.outbox
    assert sent.to == ["kim@firm.example"]
    assert report.set_off == [("Owners invited by mail", "1")]
    assert set(User.objects.filter(is_active=False).values_list("email", "role")) == {
        ("kim@firm.example", "manager"),
        ("bob@firm.example", "seller"),
    }
    (token,) = re.findall(r"https://crm\.firm\.example/invitation/([^/\s]+)", sent.body)
    kim = accept_invitation(token=token, name="Kim", password="a-good-long-passphrase", at=clock.now())
    assert Person.objects.get(full_name="Pat").owner == kim


def test_another_import_invites_nobody_again_nor_who_works_here(bring_in, rita):
    bring_in(RECIPE, people=ROWS)
    bring_in(RECIPE.replace("kim@firm.example", rita.email), head=HEAD_2, people=ROWS)

    bring_in(RECIPE, head=HEAD_2, people=ROWS + "3,Max,max@buyer.example,kim@firm.example\n")

    assert Invitation.objects.count() == Job.objects.filter(name="web.send_invitation").count() == 1


HEAD_2 = '[recipe]\nname = "Again"\nnamespace = "crm"\n'


@pytest.mark.parametrize(("given", "said"), [("SENDS_MAIL", "no mail server"), ("PUBLIC_URL", "ISTHMUS_URL")])
def test_without_the_means_nothing_begins(bring_in, settings, given, said):
    setattr(settings, given, "")

    with pytest.raises(NoMail, match=said):
        bring_in(RECIPE, people=ROWS)

    assert not ImportRun.objects.exists()
    assert not User.objects.filter(email="kim@firm.example").exists()


def test_who_may_import_but_not_invite_is_refused(bring_in, mia):
    with pytest.raises(NotPermitted):
        bring_in(RECIPE, by=replace(actor_for(mia), kind="import"), people=ROWS)

    assert not Invitation.objects.exists() and not ImportRun.objects.exists()


def test_a_recipe_invites_addresses_into_roles_that_there_are(bring_in):
    wrong = RECIPE.replace('"kim@firm.example" = "manager"', '"Kim" = "boss"')

    with pytest.raises(RecipeWrong, match=r"(?s)“Kim”, which is no e-mail address.*Write one of: "):
        bring_in(wrong, people=ROWS)


def test_a_recipe_that_is_kept_invites_nobody_the_next_time():
    owner = {"column": "Owner", "invite": {"kim@firm.example": "seller"}}
    data = {"recipe": {"name": "x"}, "rows": [{"what": "person", "fields": {"owner": owner}}]}

    assert "invite" not in for_next_time(data, "y")["rows"][0]["fields"]["owner"]
