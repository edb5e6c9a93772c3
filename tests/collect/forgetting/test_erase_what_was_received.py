"""Erasing somebody takes their received events out of every file; what others did stays as it was."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from isthmus.collect.forgetting.erasing import look_again, take_out_erased
from isthmus.collect.models import Erased, Quarantined, Source, SourceCount
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now, to_us
from isthmus.ledger import state
from isthmus.ledger.models import Subject
from isthmus.ledger.segments import rewriting, writer
from isthmus.ledger.segments.archive import archived, read_archived
from isthmus.ledger.segments.files import unsealed_segments
from isthmus.ledger.segments.frames import Batch
from isthmus.ledger.sweeping import sweep
from isthmus.ledger.visitors import known_visitors
from isthmus.people.disclosing import disclose_person
from isthmus.people.erasing import erase_person
from isthmus.people.finishing import finish_erasing
from isthmus.people.models import Person
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Company, User
from tests.collect.received import identify, page, receive, sealed, track, website
from tests.needles import found, new_backup

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]

EMAIL = "zq-mail@zq-host.example"
NEEDLES = [
    "zq-mail", "zqfirst", "zqlast", "zq-browser", "zq-tablet", "zq-7", "zq-click", "zq-typed",
    "zq-bad", "zq-waiting", "zq-query",
]  # fmt: skip
SHOP = "https://shop.example"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path, company: Company) -> Iterator[Path]:
    """A data folder in which this test alone writes."""
    settings.ISTHMUS_HOME = tmp_path / "home"
    settings.LEDGER_DIR = tmp_path / "home" / "ledger"
    settings.LEDGER_DIR.mkdir(parents=True)
    state.forget()
    yield settings.ISTHMUS_HOME
    writer.end()


def visited() -> Source:
    """What pat did, sealed by now, beside what bo did in the same calls."""
    site = website()
    receive(
        site,
        page(f"{SHOP}/a?gclid=zq-click-1&who=zq-query", who="zq-browser"),
        page(f"{SHOP}/bo", who="bo"),
        track("Form Submitted", who="zq-browser", properties={"form": "f", "fields": {"text": "zq-typed"}}),
    )
    receive(site, identify("zq-browser", user="zq-7", email=EMAIL.upper(), name="Zqfirst Zqlast"))
    receive(site, {"type": "zq-bad", "anonymousId": "zq-browser"}, track("", who="bo"))
    receive(site, b'{"email": "zq-mail@zq-host.example')
    sealed()
    assert Quarantined.objects.count() == 3
    return site


def waiting(site: Source) -> None:
    """What was received of pat, and is not sealed yet: a closed segment, and one that is being written."""
    receive(
        site,
        page(f"{SHOP}/zq-waiting", who="zq-browser"),
        page(f"{SHOP}/bo-later", who="bo"),
        identify("zq-tablet", firstName="Zqfirst", lastName="Zqlast", email=EMAIL),
    )
    writer.end()
    receive(site, page(f"{SHOP}/zq-waiting", who="nobody", context={"traits": {"email": EMAIL}}))


def erase(pat: Person) -> None:
    erase_person(person_id=pat.pk, reason="request", by=SYSTEM, at=now())


def bodies() -> str:
    return "".join(batch.body.decode() for path in archived() for batch in read_archived(path))


def left() -> dict[str, list[str]]:
    sweep(at=now() + timedelta(hours=1))  # Readers may hold superseded files for a quarter of an hour.
    return found(NEEDLES, Path(rewriting.folder()).parent.parent)


@pytest.mark.parametrize("sealed_first", [False, True])
def test_nothing_is_left_of_what_was_received_sealed_or_not(
    sealed_first: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    site = visited()
    pat = Person.objects.get()
    waiting(site)
    assert set(NEEDLES) == {needle for hits in left().values() for needle in hits}

    erase(pat)
    if sealed_first:
        sealed()
    finish_erasing(at=now())
    paths = sorted(row[0] for row in sealed("path", "kind = 'page.viewed'"))

    assert left() == {}
    assert found(NEEDLES, new_backup(tmp_path_factory.mktemp("backup"))) == {}
    assert paths == ["/a", "/bo", "/bo-later"]
    assert "/bo-later" in bodies()
    assert list(Person.objects.values_list("pk", "email")) == [(pat.pk, "")]
    assert known_visitors(["a:zq-browser", "u:zq-7", "a:zq-tablet"]) == {}
    (count,) = SourceCount.objects.all()
    assert count.acknowledged == count.facts + count.duplicates + count.quarantined


def test_an_export_holds_what_was_received_of_the_person_and_nothing_of_others(admin: User) -> None:
    site = visited()
    waiting(site)
    receive(site, page(f"{SHOP}/not-theirs", who="zq-browser", userId="olga"))
    receive(site, identify("zq-browser", email="olga@example.com"))

    everything = disclose_person(person_id=Person.objects.get(email=EMAIL).pk, by=actor_for(admin), at=now())

    parts = {part["store"]: str(part) for part in everything["parts"]}
    for needle in ("zq-click", "zq-typed", "zq-7", "zq-waiting", "zq-tablet"):
        assert needle in parts["received"], needle
    assert "zq-bad" in parts["collect"]
    assert "zq-mail" in parts["collect"]
    for of_others in ("/bo", "olga", "/not-theirs"):
        assert of_others not in parts["received"] + parts["collect"], of_others


def test_who_comes_again_after_the_erasure_is_a_new_visitor() -> None:
    site = visited()
    erase(Person.objects.get())

    receive(site, page(f"{SHOP}/again", who="zq-browser"))
    finish_erasing(at=now())

    ((_path, subject),) = sealed("path, subject", "path = '/again'")
    assert known_visitors(["a:zq-browser"]) == {"a:zq-browser": subject}
    assert "/again" in bodies()


def test_who_says_again_who_they_are_after_the_erasure_is_somebody_new() -> None:
    site = visited()
    erase(Person.objects.get())
    finish_erasing(at=now())

    receive(site, identify("zq-browser", email=EMAIL))
    sealed()

    assert sorted(Person.objects.values_list("email", flat=True)) == ["", EMAIL]


@pytest.mark.parametrize("step", ["segment_written", "segment_swapped", "archive_swapped"])
def test_a_killed_run_is_done_again(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    site = visited()
    waiting(site)
    erase(Person.objects.get())

    def die(name: str) -> None:
        if name == f"ledger.rewrite.{step}":
            raise KeyboardInterrupt

    monkeypatch.setattr(rewriting, "crash_point", die)
    with pytest.raises(KeyboardInterrupt):
        finish_erasing(at=now())
    monkeypatch.undo()
    finish_erasing(at=now())

    assert left() == {}
    assert sorted(row[0] for row in sealed("path", "path LIKE '/bo%'")) == ["/bo", "/bo-later"]


def test_what_was_under_way_meanwhile_is_found_by_a_second_look_which_ends_it() -> None:
    site = visited()
    erase(Person.objects.get())
    finish_erasing(at=now())
    # Dated before the erasure, written after the first look.
    text = b'{"anonymousId": "zq-browser", "event": "zq-waiting"}'
    writer.append(Batch(site.pk, to_us(now() - timedelta(minutes=1)), "track", "", "", "", text, 1))
    sealed()
    assert "zq-waiting" in bodies()

    assert look_again(at=now()) == 0
    assert look_again(at=now() + timedelta(hours=2)) == 1

    assert left() == {}
    assert not Erased.objects.exists()
    assert take_out_erased(at=now()) == 0


def test_the_place_of_an_event_that_went_stays_so_that_others_are_told_once() -> None:
    site = visited()
    nameless = {"type": "page", "anonymousId": "bo", "context": {"page": {"url": f"{SHOP}/x"}}}
    at = now()
    for _twice in range(2):
        receive(site, page(f"{SHOP}/zq-waiting", who="zq-browser"), nameless, at=at)
        writer.end()
    first, _second = unsealed_segments()
    hidden = first.rename(first.with_suffix(".kept"))
    erase(Person.objects.get())
    finish_erasing(at=now())
    sealed()
    hidden.rename(first)  # The same call, as it was before: its other event has the id that it had.

    assert len(sealed("path", "path = '/x'")) == 1


def test_archived_files_keep_their_age(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    visited()
    old = (now() - timedelta(days=29)).timestamp()
    for path in archived():
        os.utime(path, (old, old))

    erase(Person.objects.get())
    finish_erasing(at=now())

    assert {round(path.stat().st_mtime) for path in archived()} == {round(old)}
    sweep(at=now() + timedelta(days=2))
    assert archived() == []


def test_visitors_without_an_id_go_with_whoever_they_turned_out_to_be() -> None:
    site = website()
    day = "d" * 32
    form = {"type": "track", "event": "Form Submitted", "properties": {"form": "f"}}
    viewed = {"type": "page", "context": {"page": {"url": f"{SHOP}/zq-waiting"}}}
    receive(site, viewed, visitor=day)
    receive(site, {**form, "traits": {"email": EMAIL}}, visitor=day)
    receive(site, viewed, visitor="e" * 32)
    sealed()

    erase(Person.objects.get())
    finish_erasing(at=now())

    assert [batch.visitor for path in archived() for batch in read_archived(path)] == ["e" * 32]
    assert Subject.objects.exclude(key_hash=None).count() == 1
