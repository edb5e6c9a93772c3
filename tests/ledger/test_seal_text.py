"""Personal text in the ledger is sealed under a key of its subject; erasing makes it unreadable."""

import secrets
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from isthmus import ledger
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.ledger import Fact
from isthmus.ledger.erasing import erase_subjects
from isthmus.ledger.keys import KeyLost, rewrap_keys
from isthmus.ledger.models import SealedFile, SubjectKey, Unit
from isthmus.ledger.sealing import seal
from isthmus.ledger.sweeping import sweep
from isthmus.ledger.timeline import facts_for_subjects, open_sealed
from isthmus.ledger.verifying import verify
from tests.ledger.writing import MONDAY, paid, rows, write

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _introduce(subject: int, name: str) -> None:
    write(
        Fact(
            kind="person.created",
            at=MONDAY,
            subject=subject,
            stream_id="browser-77",
            props={"country": "DE"},
            sealed={"full_name": name},
        )
    )


def test_sealed_text_is_readable_and_stands_nowhere_plain(ledger_folder: Path) -> None:
    pat, olga = ledger.new_subjects(2)
    _introduce(pat, "Pat Prospect")
    _introduce(olga, "Olga Outsider")
    seal()

    facts = facts_for_subjects([pat, olga])

    assert open_sealed(facts) == [{"full_name": "Olga Outsider"}, {"full_name": "Pat Prospect"}]
    assert facts[0].values == {"country": "DE"}
    assert "Prospect" not in rows("SELECT string_agg(props) FROM facts")[0][0]


def test_the_keys_of_many_subjects_are_read_in_one_query(django_assert_num_queries: Any) -> None:
    subjects = ledger.new_subjects(50)
    tokens = ledger.seal_texts([(subject, f"name {subject}") for subject in subjects])

    with django_assert_num_queries(1):
        texts = ledger.open_texts(list(zip(subjects, tokens, strict=True)))

    assert texts == [f"name {subject}" for subject in subjects]


def test_a_token_opens_only_for_its_subject() -> None:
    pat, olga = ledger.new_subjects(2)
    token = ledger.seal_text(pat, "Pat Prospect")
    ledger.seal_text(olga, "Olga Outsider")

    with pytest.raises(InvalidTag):
        ledger.open_text(olga, token)


def test_personal_text_needs_a_subject() -> None:
    with pytest.raises(ValueError, match="needs a subject"):
        write(Fact(kind="person.created", at=MONDAY, sealed={"full_name": "Pat"}))


def test_erasing_leaves_figures_and_takes_everything_that_identifies(ledger_folder: Path) -> None:
    pat, pats_phone, olga = ledger.new_subjects(3)
    for subject in (pat, pats_phone, olga):
        _introduce(subject, f"Person {subject}")
    write(paid(5, subject=pat), paid(6, on=40, subject=olga))
    seal()
    _introduce(pat, "Pat once more")
    ledger.merge_subjects(pats_phone, pat, SYSTEM, MONDAY)
    figures = (
        "SELECT kind, count(*), count(DISTINCT subject), sum(amount) FROM facts GROUP BY kind ORDER BY 1"
    )
    before = rows(figures)

    rewritten = erase_subjects([pat], at=MONDAY)

    assert rewritten == 1
    assert rows(figures) == before
    assert [fact.sealed for fact in facts_for_subjects([pat])] == [{}] * 4
    assert rows(f"SELECT count(stream_id) FROM facts WHERE subject = {pat}") == [(0,)]
    assert open_sealed(facts_for_subjects([olga]))[1] == {"full_name": f"Person {olga}"}
    assert not verify(at=MONDAY).damages
    old = SealedFile.objects.get(superseded_by__isnull=False)
    assert (old.superseded_reason, Unit.objects.latest("number").kind) == ("a person was erased", "erase")
    sweep(at=now() + timedelta(hours=1))
    assert not (ledger_folder / old.path).exists()


def test_an_erased_subject_gets_no_new_key() -> None:
    (pat,) = ledger.new_subjects(1)
    token = ledger.seal_text(pat, "Pat Prospect")

    erase_subjects([pat], at=MONDAY)

    assert ledger.open_text(pat, token) is None
    assert bytes(SubjectKey.objects.get(subject=pat).wrapped) == b""
    with pytest.raises(ledger.SubjectErased, match="was erased"):
        ledger.seal_text(pat, "Pat again")


def test_erasing_again_rewrites_nothing() -> None:
    (pat,) = ledger.new_subjects(1)
    _introduce(pat, "Pat Prospect")
    write(paid(1, subject=pat))
    seal()
    erase_subjects([pat], at=MONDAY)

    assert erase_subjects([pat], at=MONDAY) == 0
    assert rows("SELECT count(*), sum(amount) FROM facts") == [(2, 1)]


def test_a_new_installation_key_opens_old_text_and_old_keys_can_be_wrapped_anew(settings: Any) -> None:
    subjects = ledger.new_subjects(3)
    tokens = ledger.seal_texts([(subject, "Pat") for subject in subjects])
    old = settings.SECRETS.keyring
    new = secrets.token_hex(32)

    settings.SECRETS = SimpleNamespace(keyring=(new, *old))
    assert rewrap_keys(limit=2) == subjects[1]
    assert rewrap_keys(after=subjects[1], limit=2) is None

    settings.SECRETS = SimpleNamespace(keyring=(new,))
    assert ledger.open_texts(list(zip(subjects, tokens, strict=True))) == ["Pat"] * 3
    settings.SECRETS = SimpleNamespace(keyring=old)
    with pytest.raises(KeyLost, match=r"secrets\.toml"):
        ledger.open_text(subjects[0], tokens[0])


def test_one_hash_is_one_subject() -> None:
    first = ledger.visitor_subjects(["a:one"])

    assert ledger.visitor_subjects(["a:one", "a:two"])["a:one"] == first["a:one"]
    assert len(set(ledger.visitor_subjects(["a:one", "a:two"]).values())) == 2
