"""Comments on the pages of records."""

import pytest

from isthmus.core import clock
from isthmus.people.merging.commands import merge_people
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import add_comment
from isthmus.workspace.models import Comment, Notification

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_a_comment_stands_on_the_page_with_its_author_and_those_it_names(client, rita, admin, deals):
    client.force_login(rita)
    page = f"/deals/{deals['Alpha'].pk}/"
    assert "Say something" in client.get(page).content.decode()

    done = client.post(f"/comments/deal/{deals['Alpha'].pk}/", {"text": f"<b>Hm</b> @{admin.name}"})

    assert done.headers["Location"] == page
    text = client.get(page).content.decode()
    assert f'&lt;b&gt;Hm&lt;/b&gt; <span class="mention">@{admin.name}</span>' in text
    assert "/undo/" in text
    client.force_login(admin)
    told = client.get("/notifications/").content.decode()
    assert f'href="{page}"' in told
    assert f"{rita.name} named you in a comment: Alpha" in told


def test_what_is_wrong_comes_back_with_the_text(client, rita, olga, deals):
    client.force_login(rita)

    answer = client.post(f"/comments/deal/{deals['Alpha'].pk}/", {"text": f"@{olga.name} look"}, headers=HTMX)

    assert answer.status_code == 422
    assert "may not see this record" in answer.content.decode()
    assert f"@{olga.name} look" in answer.content.decode()
    assert (Comment.objects.count(), Notification.objects.filter(kind="comment.mentioned").count()) == (0, 0)


def test_one_takes_away_what_one_said_and_nobody_else_can(client, rita, ada, deals):
    said = add_comment(
        kind="deal", record_id=deals["Alpha"].pk, text="Mine", by=actor_for(rita), at=clock.now()
    )
    remove = f"/comments/{said['id']}/remove/"
    client.force_login(ada)
    assert remove not in client.get(f"/deals/{deals['Alpha'].pk}/").content.decode()
    assert client.post(remove, headers=HTMX).status_code == 409

    client.force_login(rita)
    assert remove in client.get(f"/deals/{deals['Alpha'].pk}/").content.decode()
    client.post(remove)
    assert "Mine" not in client.get(f"/deals/{deals['Alpha'].pk}/").content.decode()


@pytest.mark.parametrize("kind", ["person", "account", "lead"])
def test_every_kind_of_record_has_its_comments(client, admin, trading, deals, kind):
    client.force_login(admin)
    lead = trading["lee"]
    pk = {"person": lead.person_id, "account": deals["Alpha"].account_id, "lead": lead.pk}[kind]

    done = client.post(f"/comments/{kind}/{pk}/", {"text": "Seen"})

    assert "Seen" in client.get(done.headers["Location"]).content.decode()


def test_names_are_found_by_their_letters(client, rita, olga):
    client.force_login(rita)

    assert olga.name in client.get("/comments/named/?q=olg").content.decode()
    assert "option" not in client.get("/comments/named/?q=zzz").content.decode()


def test_what_was_said_of_one_who_was_merged_is_said_of_the_one_who_stays(client, admin, trading):
    kept, lost = trading["lee"].person, trading["kim"].person
    said = add_comment(kind="person", record_id=lost.pk, text="Of Kim", by=actor_for(admin), at=clock.now())
    client.force_login(admin)
    assert "Of Kim" not in client.get(f"/people/{kept.pk}/").content.decode()

    merge_people(keep_id=kept.pk, lose_id=lost.pk, by=actor_for(admin), at=clock.now())

    assert "Of Kim" in client.get(f"/people/{kept.pk}/").content.decode()
    gone = client.post(f"/comments/{said['id']}/remove/")
    assert gone.headers["Location"] == f"/people/{kept.pk}/"
