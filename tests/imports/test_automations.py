"""An import sets off nothing, or what was chosen: as much as its rehearsal foresaw."""

from collections import Counter
from contextlib import contextmanager

import pytest

from isthmus.core import queue
from isthmus.core.actors import SYSTEM
from isthmus.core.automations import OWNERS, Choice, read_choice
from isthmus.core.queue.models import Job
from isthmus.core.queue.registry import _reactions
from isthmus.core.refusals import InvalidInput
from isthmus.imports.automations import foreseen
from isthmus.imports.models import ImportRun
from isthmus.imports.running import AutomationsStand
from isthmus.imports.undoing import undo_import
from isthmus.people.models import Person
from isthmus.webhooks.commands import add_webhook, edit_webhook
from isthmus.webhooks.models import Delivery
from isthmus.workspace.models import Notification, User
from tests.cast import MONDAY_NOON
from tests.imports.conftest import Notebook

ALL = Choice(frozenset({"all"}))

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

RECIPE = """
[inputs.companies]
file = "companies.csv"
[inputs.people]
file = "people.csv"
[inputs.deals]
file = "deals.csv"
[[rows]]
what = "account"
from = "companies"
key = "id"
fields = { name = "name", domain = "domain" }
[[rows]]
what = "person"
from = "people"
key = "id"
[rows.fields]
full_name = "name"
email = "mail"
company = "company"
owner = { column = "owner", match = "email" }
[[rows]]
what = "deal"
from = "deals"
key = "id"
[rows.fields]
name = "name"
person = "person"
amount = "amount"
stage = "stage"
owner = { column = "owner", match = "email" }
opened_at = "opened"
won_at = "won"
"""
COMPANIES = "id,name,domain\n1,Nord AB,nord.example\n2,Sud SARL,sud.example\n"


def people_of(rita: User, number: int = 230) -> str:
    # More than two chunks, with companies that several of them name.
    lines = [f"{n},Pat {n},pat{n}@buyer.example,Firm {n % 7},{rita.email}" for n in range(number)]
    return "\n".join(["id,name,mail,company,owner", *lines, ""])


def deals_of(rita: User, number: int = 130) -> str:
    lines = []
    for n in range(number):
        stage, won = ("", "2026-03-05") if n % 5 == 0 else (("Proposal", "") if n % 2 else ("Discovery", ""))
        lines.append(f"{n},Deal {n},{n},{n + 1}00,{stage},{rita.email if n % 3 else ''},2026-03-01,{won}")
    return "\n".join(["id,name,person,amount,stage,owner,opened,won", *lines, ""])


@pytest.fixture
def files(rita):
    return {"companies": COMPANIES, "people": people_of(rita), "deals": deals_of(rita)}


@pytest.fixture
def endpoint(admin):
    return add_webhook(url="https://hooks.example.com/in", with_imports=True, by=SYSTEM, at=MONDAY_NOON).row


def sent() -> Counter[str]:
    return Counter(Delivery.objects.values_list("kind", flat=True))


def test_nothing_goes_off_unless_it_is_chosen(bring_in, pipeline, files, endpoint):
    before = Job.objects.count()

    bring_in(RECIPE, **files)

    assert (Job.objects.count(), Notification.objects.count(), Delivery.objects.count()) == (before, 0, 0)
    assert ImportRun.objects.get().set_off == {}


def test_a_rehearsal_foresees_what_all_sets_off_exactly(bring_in, pipeline, files, endpoint, rita):
    ahead = bring_in(RECIPE, dry=True, **files).ahead
    told = {one.name: number for one, counts in foreseen(ahead) if (number := sum(counts.values()))}
    assert (Job.objects.count(), Notification.objects.count(), Delivery.objects.count()) == (0, 0, 0)

    bring_in(RECIPE, choice=ALL, **files)

    run = ImportRun.objects.get()
    assert told == {name: sum(by.values()) for name, by in run.set_off.items()}
    assert {kind: n for kind, n in ahead.facts.items() if kind in sent()} == sent()
    assert told[endpoint.automation] == Delivery.objects.count() == Job.objects.count()
    assert Notification.objects.get().user == rita


PEOPLE = """
[[rows]]
what = "person"
key = "id"
[rows.fields]
full_name = "name"
email = "mail"
company = "company"
owner = { column = "owner", match = "email" }
"""


@pytest.fixture
def greeting():
    """A reaction to each new person."""

    @queue.reaction("person.created", name="test.welcome_newcomers", outgoing=True, label="Greet new people")
    def greet(fact):
        pass

    yield greet
    _reactions["person.created"] = [
        one for one in _reactions["person.created"] if one.name != "test.welcome_newcomers"
    ]


def test_only_what_was_chosen_goes_off(bring_in, rita, endpoint, greeting):
    bring_in(PEOPLE, choice=read_choice(["test.welcome_newcomers"]), people=people_of(rita, 120))

    assert set(Job.objects.values_list("name", flat=True)) == {"test.welcome_newcomers"}
    assert Job.objects.count() == Person.objects.count() == 120
    assert (Notification.objects.count(), Delivery.objects.count()) == (0, 0)
    assert ImportRun.objects.get().set_off == {"test.welcome_newcomers": {"": 120}}


def test_an_owner_is_told_once_of_all_that_came_to_them(bring_in, rita, sam):
    people = people_of(rita, 120) + f"x,Kim,kim@keen.example,,{sam.email}\n"
    report = bring_in(PEOPLE, choice=read_choice([OWNERS]), people=people)

    told = dict(Notification.objects.values_list("user_id", "text"))
    assert told == {
        rita.pk: "An import brought you 120 people (“Made up”)",
        sam.pk: "An import brought you 1 person (“Made up”)",
    }
    assert {said for _label, said in report.set_off} == {"one notice each to 2 people, 121 records"}
    assert Notification.objects.filter(path="/people/?owner=me&sort=-updated").count() == 2


@pytest.fixture
def cut_off(monkeypatch):
    """`with cut_off():` an import of 230 people is cut off after its first chunk."""

    def advance(self: Notebook, rows: int) -> None:
        self.rows += rows
        if self.rows > 300:  # So many were read; then the first chunk is in.
            raise KeyboardInterrupt

    @contextmanager
    def cutting():
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(Notebook, "advance", advance)
            yield

    return cutting


def test_owners_are_told_of_what_is_in_when_an_import_is_begun_anew(bring_in, rita, cut_off):
    with cut_off():
        bring_in(PEOPLE, choice=ALL, people=people_of(rita))
    first = Person.objects.count()

    bring_in(PEOPLE, choice=ALL, restart=True, people=people_of(rita))

    assert 0 < first < 230
    assert list(Notification.objects.order_by("pk").values_list("user_id", "text")) == [
        (rita.pk, f"An import brought you {number} people (“Made up”)") for number in (first, 230 - first)
    ]


def test_an_import_that_was_cut_off_goes_on_with_what_it_began_with(bring_in, rita, endpoint, cut_off):
    with cut_off():
        bring_in(PEOPLE, choice=read_choice([endpoint.automation]), people=people_of(rita))
    begun = Delivery.objects.count()
    with pytest.raises(AutomationsStand, match="webhooks"):
        bring_in(PEOPLE, choice=ALL, people=people_of(rita))

    bring_in(PEOPLE, people=people_of(rita))

    assert 0 < begun < Delivery.objects.count() == sum(sent().values())
    assert ImportRun.objects.get().set_off == {endpoint.automation: {"": Delivery.objects.count()}}
    assert not Notification.objects.exists()


def test_a_chunk_that_is_halved_counts_what_stays_of_it(bring_in, rita, endpoint):
    people = people_of(rita, 20) + "x," + "y" * 300_000 + ",kim@keen.example,,\n"
    bring_in(PEOPLE, choice=ALL, people=people)

    assert ImportRun.objects.get().set_off[endpoint.automation] == {"": Delivery.objects.count()}


def test_an_undo_sets_nothing_off(bring_in, rita, endpoint, notebook):
    bring_in(PEOPLE, choice=ALL, people=people_of(rita, 20))
    before = (Job.objects.count(), Notification.objects.count(), Delivery.objects.count())

    undo_import(ImportRun.objects.get().pk, SYSTEM, notebook)

    assert not Person.objects.exists()
    assert (Job.objects.count(), Notification.objects.count(), Delivery.objects.count()) == before


def test_an_endpoint_that_wants_no_imports_gets_none_and_cannot_be_chosen(bring_in, rita, endpoint):
    edit_webhook(webhook_id=endpoint.pk, with_imports=False, by=SYSTEM, at=MONDAY_NOON)

    bring_in(PEOPLE, choice=ALL, people=people_of(rita, 3))

    assert not Delivery.objects.exists()
    with pytest.raises(InvalidInput, match=r"none, all, .*notices\.owners"):
        read_choice([endpoint.automation])


def test_a_recipe_may_say_what_goes_off(bring_in, rita, endpoint):
    head = '[recipe]\nname = "Weekly"\nnamespace = "crm"\nautomations = ["notices.owners"]\n'
    bring_in(PEOPLE, head=head, people=people_of(rita, 3))

    assert (Notification.objects.count(), Delivery.objects.count()) == (1, 0)
