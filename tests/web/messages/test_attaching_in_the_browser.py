"""Files chosen, dropped, pasted and taken out in a real Chromium; they outlast a change of the template."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.files.commands import attach_files
from isthmus.leads.commands import capture_lead
from isthmus.messages.commands import save_template
from isthmus.workspace.models import User
from prove.post_office import post_office
from tests.attaching import brought
from tests.browsing import FORMS
from tests.messages.conftest import mailbox_of, run_until_idle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HELD = """(place, name) => {
  const held = new DataTransfer();
  held.items.add(new File([name], `${name}.txt`, { type: "text/plain" }));
  const told = { bubbles: true, cancelable: true };
  if (name === "Pasted") place.dispatchEvent(new ClipboardEvent("paste", { ...told, clipboardData: held }));
  else for (const step of ["dragenter", "dragover", "drop"])
    place.dispatchEvent(new DragEvent(step, { ...told, dataTransfer: held }));
}"""


@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_files_are_chosen_dropped_pasted_and_taken_out(
    sign_in: Any, live_server: Any, rita: User, settings: Any, tmp_path: Path, width: int, theme: str
) -> None:
    settings.OUTBOUND_TO_THIS_MACHINE, settings.ISTHMUS_HOME, settings.ATTACHED_FILE_MB = True, tmp_path, 1
    given = {"owner_id": rita.pk, "team_id": rita.team_id, "by": SYSTEM, "at": now()}
    pat = capture_lead(email="pat@prospect.example", full_name="Pat Prospect", **given).person  # type: ignore[arg-type]
    attach_files(kind="person", record_id=pat.pk, files=[brought(name="Terms.pdf")], by=SYSTEM, at=now())
    save_template(name="First", subject="Hello", text="Dear Pat", by=SYSTEM, at=now())
    with post_office() as office:
        mailbox_of(rita, office.port, undo_seconds=0)
        page = sign_in(rita)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        page.goto(f"{live_server.url}/people/{pat.pk}/")
        page.get_by_role("link", name="Write a mail").first.click()
        form = page.get_by_role("dialog")
        form.get_by_label("Attach files").set_input_files(
            [
                {"name": "Offer.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"},
                {"name": "Film.mov", "mimeType": "video/quicktime", "buffer": bytes(1_000_001)},
            ]
        )
        expect(form.get_by_role("alert")).to_contain_text("“Film.mov” is larger than 1 MB")
        form.locator("form").evaluate(HELD, "Dropped")
        form.get_by_label("Text").evaluate(HELD, "Pasted")
        form.get_by_text("From the files of this record").click()
        form.get_by_label("Terms.pdf").check()
        form.get_by_role("button", name="Take Dropped.txt out").press("Enter")
        assert Axe().run(page).response["violations"] == []

        form.get_by_label("Template").select_option("First")
        expect(form.get_by_label("Subject")).to_have_value("Hello")
        assert [one.inner_text() for one in form.locator("[data-new-files] .break").all()] == [
            "Offer.pdf",
            "Pasted.txt",
        ]
        assert form.evaluate("(form) => form.scrollWidth <= form.clientWidth")
        form.get_by_role("button", name="Send", exact=True).press("Enter")
        page.get_by_text("The mail is on its way.").wait_for()
        assert not page.get_by_text("Dropped.txt").count()
        run_until_idle()

        (mail,) = office.taken
    names = [one.get_filename() for one in mail.iter_attachments()]
    assert names == ["Offer.pdf", "Pasted.txt", "Terms.pdf"]
