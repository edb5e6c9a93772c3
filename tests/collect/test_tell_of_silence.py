"""A source that falls silent is told of once, and no more when it is heard of again."""

import os
from datetime import timedelta

import pytest

from isthmus.collect.models import SourceCount
from isthmus.collect.silence import silent_sources, tell_of_silence
from isthmus.core.clock import now, to_us
from isthmus.ledger.segments.files import folder
from isthmus.upkeep import looking
from isthmus.workspace.models import Notification
from tests.collect.received import website
from tests.web.conftest import ledger_folder

__all__ = ["ledger_folder"]
pytestmark = [pytest.mark.both_databases, pytest.mark.django_db, pytest.mark.usefixtures("ledger_folder")]


def heard(source, at):
    SourceCount.objects.update_or_create(source=source, day=at.date(), defaults={"last_us": to_us(at)})


def test_those_who_look_after_sources_are_told_once(company, mia, admin, rita):
    at = now()
    shop = website(name="Shop", alarm_hours=2)
    heard(shop, at - timedelta(hours=3))

    assert (tell_of_silence(at), tell_of_silence(at)) == (1, 0)

    told = Notification.objects.all()
    assert sorted(one.user.name for one in told) == sorted([mia.name, admin.name])
    assert told[0].text == "Nothing comes from “Shop” any more: it is silent for more than 2 h."
    assert told[0].path == f"/settings/sources/{shop.pk}/"
    assert "Nothing comes from the source Shop since" in looking.sources_are_heard()[0]


def test_heard_again_it_is_told_of_again_when_it_falls_silent_again(company, mia):
    at = now()
    shop = website(name="Shop", alarm_hours=2)
    heard(shop, at - timedelta(hours=3))
    tell_of_silence(at)

    heard(shop, at)
    assert (tell_of_silence(at), looking.sources_are_heard()) == (0, [])
    shop.refresh_from_db()
    assert shop.alarmed_at is None

    assert tell_of_silence(at + timedelta(hours=3)) == 1


def test_nobody_is_told_of_what_is_off_unwatched_new_or_lately_heard(company, mia):
    at = now()
    long_ago = at - timedelta(days=9)
    heard(website(name="Off", alarm_hours=1, off_since=at), long_ago)
    heard(website(name="Removed", alarm_hours=1, removed_at=at), long_ago)
    heard(website(name="Unwatched"), long_ago)
    heard(website(name="Busy", alarm_hours=1), at - timedelta(minutes=59))
    website(name="New", alarm_hours=1)

    assert (tell_of_silence(at), silent_sources(at)) == (0, [])


def test_nobody_is_told_while_what_was_received_waits_to_be_sealed(company, mia):
    at = now()
    heard(website(name="Shop", alarm_hours=1), at - timedelta(hours=3))
    folder().mkdir(parents=True)
    waiting = folder() / "1.log"
    waiting.touch()
    os.utime(waiting, (0, at.timestamp() - 600))

    assert tell_of_silence(at) == 0
    waiting.unlink()
    assert tell_of_silence(at) == 1
