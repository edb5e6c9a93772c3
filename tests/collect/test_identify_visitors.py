"""Anonymous to known: whose a visitor's past is, and what a browser's word cannot do."""

from datetime import timedelta

import pytest

from isthmus import ledger
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.ledger.models import SubjectMerge
from isthmus.ledger.timeline import facts_for_subjects, open_sealed
from isthmus.people.commands import add_person
from isthmus.people.models import IdentityEvent, Person
from tests.collect.received import identify, page, receive, sealed, track, website

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


def past_of(person: Person) -> list[str]:
    writer_is_done = sealed()
    assert writer_is_done
    return sorted(
        fact.path or fact.event or fact.kind for fact in facts_for_subjects([person.subject], limit=100)
    )


def test_past_touches_are_on_the_persons_timeline_as_soon_as_they_are_known() -> None:
    site = website()
    receive(site, page("https://shop.example/first"), page("https://shop.example/second"))
    sealed()

    receive(site, identify(email="Pat@Acme.example", name="Pat Prospect", company={"name": "Acme"}))
    sealed()

    pat = Person.objects.get()
    assert (pat.full_name, pat.email) == ("Pat Prospect", "pat@acme.example")
    assert pat.account is not None
    assert {"/first", "/second"} <= set(past_of(pat))


def test_a_company_address_tells_the_account_and_a_free_one_does_not() -> None:
    site = website(kind="server")

    receive(site, identify("one", email="pat@acme.example"), identify("two", email="olga@gmail.com"))
    sealed()

    accounts = dict(Person.objects.values_list("email", "account__domain"))
    assert accounts == {"pat@acme.example": "acme.example", "olga@gmail.com": None}


def test_a_group_call_gives_a_known_person_their_account() -> None:
    site = website(kind="server")
    receive(site, identify(user="u-7", email="pat@gmail.com"))
    sealed()

    receive(site, {"type": "group", "userId": "u-7", "groupId": "g-1", "traits": {"name": "Acme Ltd"}})
    sealed()

    account = Person.objects.get().account
    assert account is not None
    assert account.name == "Acme Ltd"


def test_a_browser_never_makes_one_of_two_known_people() -> None:
    pat = add_person(email="pat@acme.example", by=SYSTEM, at=now())
    olga = add_person(email="olga@beta.example", by=SYSTEM, at=now())
    site = website()
    receive(site, page("https://shop.example/pats"), identify(email="pat@acme.example"))
    sealed()

    receive(site, identify(email="olga@beta.example"), page("https://shop.example/whose"))
    sealed()

    assert Person.objects.filter(merged_into=None).count() == 2
    assert "/pats" in past_of(pat)
    assert "/pats" not in past_of(olga)
    events = IdentityEvent.objects.filter(kind="anonymous_id").values_list("person", "act")
    assert sorted(events) == sorted([(pat.pk, "joined"), (olga.pk, "conflict")])


def test_on_a_shared_browser_what_is_done_under_a_user_id_is_that_users() -> None:
    site = website()
    receive(
        site, identify(user="u-1", email="pat@acme.example"), page("https://shop.example/a", userId="u-1")
    )
    receive(
        site, identify(user="u-2", email="olga@beta.example"), page("https://shop.example/b", userId="u-2")
    )
    sealed()

    pat, olga = Person.objects.get(email__startswith="pat"), Person.objects.get(email__startswith="olga")
    assert "/a" in past_of(pat)
    assert "/b" in past_of(olga)
    assert "/b" not in past_of(pat)


def test_a_user_id_and_a_browser_that_came_together_are_one_visitor_before_anybody_is_known() -> None:
    site = website()

    receive(site, page("https://shop.example/a"), page("https://shop.example/b", userId="u-9"))
    sealed()
    subjects = ledger.visitor_subjects(["a:anna", "u:u-9"])

    assert set(ledger.standing_for(subjects.values()).values()) == {subjects["u:u-9"]}
    assert not Person.objects.exists()
    receive(site, identify(user="u-9", email="pat@acme.example"))
    sealed()
    assert {"/a", "/b"} <= set(past_of(Person.objects.get()))


def test_an_alias_carries_what_was_done_before() -> None:
    site = website(kind="server")
    receive(site, track("Tried", who="former-7"))
    receive(site, {"type": "alias", "previousId": "former-7", "userId": "u-3"})
    receive(site, identify("x-1", user="u-3", email="pat@acme.example"))
    sealed()

    assert "Tried" in past_of(Person.objects.get())


def test_a_wrong_join_is_undone_and_the_past_is_nobodys_again() -> None:
    site = website()
    receive(site, page("https://shop.example/a"), identify(email="pat@acme.example"))
    sealed()
    pat = Person.objects.get()
    visitor = ledger.visitor_subjects(["a:anna"])["a:anna"]

    ledger.unmerge_subjects(visitor, pat.subject, by=SYSTEM, at=now())

    assert "/a" not in past_of(pat)


def test_what_is_typed_into_a_form_is_sealed_under_the_visitors_key() -> None:
    site = website()
    form = {"form": "Contact", "fields": {"message": "Call me on Tuesday"}}

    receive(site, track("Form Submitted", properties=form, context={"traits": {"email": "pat@acme.example"}}))
    sealed()

    (fact,) = [
        f for f in facts_for_subjects([Person.objects.get().subject], limit=9) if f.kind == "form.submitted"
    ]
    assert fact.event == "Contact"
    assert "Tuesday" not in (fact.props or "")
    assert list(open_sealed([fact])) == [{"email": "pat@acme.example", "message": "Call me on Tuesday"}]


def test_two_that_tell_of_one_visitor_join_it_once() -> None:
    site = website()

    receive(site, identify(email="pat@acme.example"), identify(email="pat@acme.example", name="Pat"))
    receive(site, identify(email="pat@acme.example", title="Buyer"), at=now() + timedelta(seconds=1))
    sealed()

    assert SubjectMerge.objects.count() == 1
    assert IdentityEvent.objects.filter(act="joined").count() == 1
