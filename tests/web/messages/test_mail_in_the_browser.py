"""A mail written in a real Chromium, from a person's page, with a template and a snippet; and taken back."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.leads.commands import capture_lead
from isthmus.messages.commands import save_snippet, save_template
from isthmus.messages.models import Message
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from prove.post_office import post_office
from tests.messages.conftest import mailbox_of, run_until_idle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("width", "theme"),
    [
        (390, "light"),
        *(
            pytest.param(*one, marks=pytest.mark.prove)
            for one in ((1440, "light"), (1440, "dark"), (390, "dark"))
        ),
    ],
)
def test_a_mail_is_written_taken_back_written_again_and_seen(
    sign_in: Any, live_server: Any, rita: User, settings: Any, width: int, theme: str
) -> None:
    settings.OUTBOUND_TO_THIS_MACHINE = True
    given = {"owner_id": rita.pk, "team_id": rita.team_id, "by": SYSTEM, "at": now()}
    pat = capture_lead(email="pat@prospect.example", full_name="Pat Prospect", **given).person  # type: ignore[arg-type]
    text = "Dear {{ person.first_name }}, "
    save_template(name="First", subject="Hello {{ person.name }}", text=text, by=SYSTEM, at=now())
    save_snippet(name="terms", text="thirty days it is.", by=actor_for(rita), at=now())
    with post_office() as office:
        mailbox_of(rita, office.port, undo_seconds=10)
        page = sign_in(rita)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)

        for taken_back in (True, False):
            page.goto(f"{live_server.url}/people/{pat.pk}/")
            page.get_by_role("link", name="Write a mail").first.click()
            page.get_by_label("Template").select_option("First")
            expect(page.get_by_role("dialog").get_by_label("Subject")).to_have_value("Hello Pat Prospect")
            page.get_by_role("dialog").get_by_label("Text").press("End")
            page.get_by_text("Snippets").click()
            page.get_by_role("button", name="Put in terms").click()
            assert (
                page.get_by_role("dialog").get_by_label("Text").input_value().endswith("thirty days it is.")
            )
            assert Axe().run(page).response["violations"] == []
            page.get_by_role("button", name="Send", exact=True).click()
            page.get_by_text("The mail is on its way.").wait_for()
            if taken_back:
                page.get_by_role("button", name="Undo").last.click()
                page.get_by_text("Taken back.").wait_for()
        run_until_idle(hours=1)

        assert [one["Subject"] for one in office.taken] == ["Hello Pat Prospect"]
    page.reload()
    page.get_by_role("link", name="Mail to Pat Prospect").first.click()
    page.get_by_role("heading", name="Hello Pat Prospect").wait_for()
    assert page.get_by_text("thirty days it is.").is_visible()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert Message.objects.filter(taken_back_at=None).get().recipients.get().state == "sent"
