"""Comments: on what one may see, telling those who are named, taken away and put back."""

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.core.runs import CommandRun
from isthmus.ledger.models import InboxFact
from isthmus.people.commands import add_account, add_person
from isthmus.people.erasing import erase_person
from isthmus.sales.commands import open_deal
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import add_comment, forget_record, remove_comment
from isthmus.workspace.commands.comments import NobodyComments
from isthmus.workspace.mentions import users_named
from isthmus.workspace.models import Comment, Notification
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
MENTIONED = "comment.mentioned"


@pytest.fixture
def deal(company, pipeline, rita):
    pat = add_person(full_name="Pat Prospect", email="pat@x.example", by=SYSTEM, at=MONDAY_NOON)
    return open_deal(person_id=pat.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)


def say(by, deal, text):
    return add_comment(kind="deal", record_id=deal.pk, text=text, by=actor_for(by), at=MONDAY_NOON)


@pytest.mark.core
@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Ann, please look", [1]),
        ("@ann lee and @Ann", [2, 1]),
        ("mail ann@ann.example", []),
        ("@Anna is nobody here", []),
        ("(@Ann Lee)", [2]),
        ("@Ann @Ann @ann", [1]),
        ("@Bo", [3, 4]),
        ("@", []),
    ],
)
def test_who_is_named_in_a_text(text, named):
    assert users_named(text, [(1, "Ann"), (2, "Ann Lee"), (3, "Bo"), (4, "bo"), (5, "")]) == named


def test_whoever_is_named_is_told_and_the_author_is_not(deal, rita, admin):
    said = say(rita, deal, f"@{admin.name} may I give a rebate? @{rita.name}")

    comment = Comment.objects.get(pk=said["id"])
    assert (comment.author, comment.mentioned) == (rita, [admin.pk, rita.pk])
    notice = Notification.objects.get(kind=MENTIONED)
    assert (notice.user, notice.kind) == (admin, "comment.mentioned")
    assert notice.text == f"{rita.name} named you in a comment"
    assert (notice.record_kind, notice.record_id) == ("deal", deal.pk)
    fact = InboxFact.objects.get(kind="comment.added")
    assert "rebate" not in str(fact.props)


def test_nobody_is_named_who_may_not_see_the_record(deal, rita, olga):
    with pytest.raises(InvalidInput, match=f"{olga.name} may not see this record"):
        say(rita, deal, f"@{olga.name} look at this")

    assert (Comment.objects.count(), Notification.objects.filter(kind=MENTIONED).count()) == (0, 0)


def test_one_comments_only_on_what_one_sees(deal, olga):
    with pytest.raises(NotFound):
        say(olga, deal, "Mine?")
    with pytest.raises(NobodyComments):
        add_comment(kind="deal", record_id=deal.pk, text="x", by=SYSTEM, at=MONDAY_NOON)


@pytest.mark.parametrize(("text", "sentence"), [("  ", "Write something"), ("x" * 4001, "at most 4000")])
def test_a_comment_says_something_and_not_too_much(deal, rita, text, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        say(rita, deal, text)


def test_a_comment_is_taken_away_by_its_author_or_an_administrator_and_put_back(deal, rita, admin, sam):
    said = say(rita, deal, "Too early")
    with pytest.raises(NotFound, match="no such comment of yours"):
        remove_comment(comment_id=said["id"], by=actor_for(sam), at=MONDAY_NOON)

    remove_comment(comment_id=said["id"], by=actor_for(admin), at=MONDAY_NOON)
    assert Comment.objects.get().removed_at is not None
    batch = str(CommandRun.objects.get(command="remove_comment").batch)
    commands.undo(batch, by=actor_for(admin), at=MONDAY_NOON)
    assert Comment.objects.get().removed_at is None

    commands.undo(
        str(CommandRun.objects.get(command="add_comment").batch), by=actor_for(rita), at=MONDAY_NOON
    )
    assert Comment.objects.get().removed_at is not None


def test_the_comments_of_a_record_go_when_it_is_forgotten(deal, rita):
    say(rita, deal, "Pat called")

    assert forget_record("deal", deal.pk) == 1
    assert Comment.objects.count() == 0


def test_what_was_said_about_somebody_erased_is_gone_everywhere(deal, rita, admin):
    say(rita, deal, "She hesitates")
    other = open_deal(
        account_id=add_account(name="Else", by=SYSTEM, at=MONDAY_NOON).pk, by=SYSTEM, at=MONDAY_NOON
    )
    say(admin, other, "As pat@x.example said")

    erase_person(person_id=deal.person_id, reason="request", by=actor_for(admin), at=MONDAY_NOON)

    (left,) = Comment.objects.all()
    assert left.record_id == other.pk
    assert "pat@x.example" not in left.text
