"""Coming in with a password, by a link, by an invitation, and out again."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from isthmus.core import clock, queue
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import invite_user, make_sign_in_link
from isthmus.workspace.commands.passwords import set_password

PASSWORD = "harbour lane quiet water"
pytestmark = pytest.mark.django_db


@pytest.fixture
def rita_with_password(rita):
    set_password(user=rita, password=PASSWORD, at=clock.now())
    return rita


def signed_in(client):
    return "_auth_user_id" in client.session


def test_the_right_password_opens_the_page_that_was_wanted(client, rita_with_password):
    answer = client.post(
        reverse("sign-in"), {"email": "RITA@example.com", "password": PASSWORD, "next": "/search/"}
    )

    assert answer.status_code == 302
    assert answer.url == "/search/"
    assert signed_in(client)


def test_a_wrong_password_is_refused_without_saying_which_part_was_wrong(client, rita_with_password):
    answer = client.post(reverse("sign-in"), {"email": "rita@example.com", "password": "wrong"})

    assert answer.status_code == 422
    assert "No user has this e-mail and password." in answer.content.decode()
    assert not signed_in(client)


def test_nobody_is_sent_to_another_site_after_signing_in(client, rita_with_password):
    form = {"email": "rita@example.com", "password": PASSWORD, "next": "https://evil.example/"}

    assert client.post(reverse("sign-in"), form).url == reverse("my-day")


def test_signing_out_ends_the_sign_in_and_needs_a_press(client, rita):
    client.force_login(rita)

    assert client.get(reverse("sign-out")).status_code == 405
    assert client.post(reverse("sign-out")).url == reverse("sign-in")
    assert not signed_in(client)


def test_a_link_from_the_terminal_signs_in_once(client, rita):
    address = reverse("sign-in-link", args=[make_sign_in_link(user=rita, at=clock.now(), is_local=True)])

    first = client.get(address)
    client.post(reverse("sign-out"))
    second = client.get(address)

    assert first.url == "/"
    assert second.status_code == 410
    assert "used or has expired" in second.content.decode()
    assert not signed_in(client)


def test_a_scanner_that_opens_a_mailed_link_does_not_use_it_up(client, rita):
    address = reverse("sign-in-link", args=[make_sign_in_link(user=rita, at=clock.now())])

    client.head(address)
    opened = client.get(address)
    assert not signed_in(client)
    pressed = client.post(address)

    assert "Sign in as Rita Reyes" in opened.content.decode()
    assert pressed.url == "/"
    assert signed_in(client)


def test_a_scanner_does_not_use_up_a_link_of_the_terminal_either(client, rita):
    address = reverse("sign-in-link", args=[make_sign_in_link(user=rita, at=clock.now(), is_local=True)])

    client.head(address)

    assert not signed_in(client)
    assert client.get(address).status_code == 302


def test_an_expired_link_opens_nothing(client, rita):
    long_ago = clock.now() - timedelta(days=2)
    address = reverse("sign-in-link", args=[make_sign_in_link(user=rita, at=long_ago, is_local=True)])

    assert client.get(address).status_code == 410


def test_an_invited_person_chooses_a_password_and_is_in(client, admin):
    issued = invite_user(
        email="pat@example.com", role="seller", name="Pat", by=actor_for(admin), at=clock.now()
    )
    address = reverse("invitation", args=[issued.token])

    asked = client.get(address)
    joined = client.post(address, {"name": "Pat Prospect", "password": PASSWORD})

    assert "pat@example.com" in asked.content.decode()
    assert joined.url == "/"
    assert signed_in(client)
    assert client.get(address).status_code == 410


def test_a_weak_password_does_not_use_up_the_invitation(client, admin):
    issued = invite_user(email="pat@example.com", role="seller", by=actor_for(admin), at=clock.now())
    address = reverse("invitation", args=[issued.token])

    answer = client.post(address, {"name": "Pat", "password": "short"})

    assert answer.status_code == 422
    assert "too short" in answer.content.decode()
    assert client.get(address).status_code == 200


def reset_link(client, email):
    client.post(reverse("forgotten-password"), {"email": email})
    queue.run_due()
    words = mail.outbox[-1].body.split() if mail.outbox else []
    return next((word.removeprefix("http://testserver") for word in words if "/sign-in/reset/" in word), None)


def test_a_forgotten_password_is_replaced_by_a_link_that_opens_once(client, rita_with_password):
    address = reset_link(client, "Rita@Example.com")

    answer = client.post(address, {"password": "another calm harbour"})

    assert answer.url == reverse("sign-in")
    assert client.get(address).status_code == 410
    form = {"email": "rita@example.com", "password": "another calm harbour"}
    assert client.post(reverse("sign-in"), form).status_code == 302


def test_asking_for_an_unknown_address_looks_the_same_and_sends_nothing(client, rita_with_password):
    known = client.post(reverse("forgotten-password"), {"email": "rita@example.com"})
    unknown = client.post(reverse("forgotten-password"), {"email": "nobody@example.com"})

    assert known.status_code == unknown.status_code == 200
    queue.run_due()
    assert [message.to for message in mail.outbox] == [["rita@example.com"]]


def test_changing_the_password_needs_the_present_one(client, rita_with_password):
    client.force_login(rita_with_password)

    answer = client.post(reverse("change-password"), {"present": "guess", "password": "another calm harbour"})

    assert answer.status_code == 422
    assert "not your present password" in answer.content.decode()


def test_changing_the_password_keeps_this_sign_in(client, rita_with_password):
    client.force_login(rita_with_password)

    answer = client.post(
        reverse("change-password"), {"present": PASSWORD, "password": "another calm harbour"}
    )

    assert answer.url == "/"
    assert client.get(reverse("search")).status_code == 200


@pytest.mark.parametrize("name", ["overview", "search", "search-results", "change-password"])
def test_a_stranger_is_asked_to_sign_in(client, company, name):
    answer = client.get(reverse(name))

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("sign-in"))
