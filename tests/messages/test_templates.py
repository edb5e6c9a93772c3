"""Templates in versions and languages, snippets and signatures."""

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.messages.commands import (
    archive_template,
    remove_snippet,
    save_signature,
    save_snippet,
    save_template,
)
from isthmus.messages.queries import snippets_for, templates
from isthmus.messages.writing.about import about
from isthmus.messages.writing.templates import ValueMissing, preview
from isthmus.people.models import Person
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from prove.post_office import PostOffice
from tests.messages.conftest import Send, run_until_idle

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
TEXT = "Dear {{ person.first_name | default: there }},\nI am {{ sender.first_name }}."


def test_a_template_is_filled_in_for_somebody_and_sent(send: Send, office: PostOffice) -> None:
    template = save_template(name="First", subject="For {{ account.name }}", text=TEXT, by=SYSTEM, at=now())

    message = send(template_id=template.pk, subject="", text="")
    run_until_idle()

    assert (message.subject, message.text) == ("For Prospect Ltd", "Dear Pat,\nI am Rita.")
    assert office.taken[0]["Subject"] == "For Prospect Ltd"


def test_words_come_in_the_persons_language_and_else_in_english(pat: Person, rita: User) -> None:
    template = save_template(name="First", subject="Hi", text="Hello", by=SYSTEM, at=now())
    save_template(template_id=template.pk, locale="sv", subject="Hej", text="Hej", by=SYSTEM, at=now())
    save_template(template_id=template.pk, subject="Hi", text="Hello again", by=SYSTEM, at=now())

    def seen(locale: str) -> tuple[str, int]:
        Person.objects.filter(pk=pat.pk).update(locale=locale)
        words = preview(template, about(actor_for(rita), person_id=pat.pk, lead_id=None, deal_id=None))
        return words.text, words.version

    assert [seen("sv-SE"), seen("sv"), seen("de"), seen("en-GB")] == [
        ("Hej", 2),
        ("Hej", 2),
        ("Hello again", 3),
        ("Hello again", 3),
    ]


def test_a_mail_with_a_hole_in_it_is_not_sent(send: Send) -> None:
    template = save_template(name="First", subject="x", text="In {{ person.city }}", by=SYSTEM, at=now())

    with pytest.raises(ValueMissing, match="City"):
        send(template_id=template.pk, text="")


def test_a_template_with_a_field_that_nobody_declared_is_not_saved(company: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        save_template(name="Bad", subject="x", text="{{ person.password }}", by=SYSTEM, at=now())

    assert "There is no field" in refused.value.errors["text"]


def test_an_archived_template_is_offered_no_more(send: Send) -> None:
    template = save_template(name="Old", subject="x", text="x", by=SYSTEM, at=now())
    archive_template(template_id=template.pk, by=SYSTEM, at=now())

    assert not templates().exists()
    with pytest.raises(NotFound):
        send(template_id=template.pk, text="")
    save_template(name="Old", subject="x", text="anew", by=SYSTEM, at=now())


def test_snippets_are_ones_own_or_for_all(rita: User, olga: User, sam: User) -> None:
    mine = save_snippet(name="hours", text="We are here till five.", by=actor_for(rita), at=now())
    save_snippet(name="hours", text="We are here till six.", by=actor_for(rita), at=now())
    save_snippet(name="terms", text="30 days", shared=True, by=actor_for(sam), at=now())

    assert [one.text for one in snippets_for(actor_for(rita))] == ["We are here till six.", "30 days"]
    assert [one.name for one in snippets_for(actor_for(olga))] == ["terms"]
    with pytest.raises(NotPermitted):
        save_snippet(name="terms", text="none", shared=True, by=actor_for(rita), at=now())
    with pytest.raises(NotFound):
        remove_snippet(snippet_id=mine.pk, by=actor_for(olga), at=now())
    remove_snippet(snippet_id=mine.pk, by=actor_for(rita), at=now())


def test_a_signature_stands_under_each_mail(send: Send, rita: User) -> None:
    save_signature(text="Rita Reyes\nHarbour Lane", by=actor_for(rita), at=now())

    assert send().text.endswith("\n\n-- \nRita Reyes\nHarbour Lane\n")
    assert "Harbour" not in send(sign=False).text
