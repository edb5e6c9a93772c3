"""Bringing a file in a real Chromium, seeing it, taking it away and back; and what axe says of it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.files.models import AttachedFile
from tests.browsing import FORMS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DROP = """(card) => {
  const held = new DataTransfer();
  held.items.add(new File(["dropped"], "Dropped.txt", { type: "text/plain" }));
  for (const name of ["dragenter", "dragover", "drop"])
    card.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: held }));
}"""


@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_files_are_chosen_or_dropped_seen_removed_and_put_back(
    sign_in, live_server, deals, rita, settings, tmp_path, width, theme
):
    settings.ISTHMUS_HOME, settings.ATTACHED_FILE_MB = tmp_path, 1
    page = sign_in(rita)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    page.goto(f"{live_server.url}/deals/{deals['Alpha'].pk}/")
    chosen = [
        {"name": "Contract.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"},
        {"name": "Film.mov", "mimeType": "video/quicktime", "buffer": bytes(1_000_001)},
    ]
    page.get_by_label("Attach…").set_input_files(chosen)
    page.get_by_text("The file is attached.").wait_for()
    assert page.get_by_role("alert").inner_text().startswith("“Film.mov” is larger than 1 MB")
    assert page.get_by_role("link", name="Contract.pdf").get_attribute("target") == "_blank"

    page.locator("h1").evaluate(DROP)
    page.get_by_role("link", name="Dropped.txt").wait_for()
    found = [one["id"] for one in Axe().run(page).response["violations"]]
    page.get_by_role("button", name="What to do with Dropped.txt").press("Enter")
    found += [one["id"] for one in Axe().run(page).response["violations"]]
    assert found == []

    page.get_by_role("button", name="Remove", exact=True).press("Enter")
    page.get_by_text("The file is removed.").wait_for()
    assert AttachedFile.objects.get(removed_at=None).name == "Contract.pdf"
    page.get_by_role("button", name="Undo").last.click()
    page.get_by_text("Taken back.").wait_for()
    assert AttachedFile.objects.filter(removed_at=None).count() == 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
