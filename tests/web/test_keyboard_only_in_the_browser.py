"""The whole way from an import to a won deal by keys alone: no pointer is used, every page is looked at."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.core.queue import run_due
from isthmus.people.models import Person
from isthmus.sales.models import Deal, DealState

pytestmark = [pytest.mark.prove, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = """First Name,Last Name,E-mail,Job
Pat,Prospect,pat@buyer.example,Buyer
Kim,Keen,kim@keen.example,Head of IT
"""
_FOCUSED = "(element) => element === document.activeElement"
_RING = """() => ["", "::after"].some((part) => {
  const style = getComputedStyle(document.activeElement, part);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
})"""


class Keys:
    """Somebody without a pointer: what they reach, they reach by Tab, and see where they are."""

    def __init__(self, page):
        self.page = page

    def to(self, target, most=120):
        """Press Tab until the target has the focus."""
        target.wait_for()
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if target.evaluate(_FOCUSED):
                assert self.page.evaluate(_RING), "the focus cannot be seen"
                return
        raise AssertionError(f"Tab does not lead to {target} within {most} steps.")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def use(self, role, name):
        """Go to a button or a link and press Enter on it."""
        self.to(self.page.get_by_role(role, name=name, exact=True).first)
        self.press("Enter")

    def reads(self, heading):
        """The page that is there now has this heading and is open to everybody."""
        self.page.get_by_role("heading", name=heading).wait_for()
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            self.page.evaluate("Promise.allSettled(document.getAnimations().map((one) => one.finished))")
            found = Axe().run(self.page).response["violations"]
            assert [(scheme, one["id"], one["nodes"][0]["html"][:160]) for one in found] == []
        self.page.emulate_media(color_scheme="light")


def test_from_an_import_to_a_won_deal_by_keys_alone(
    sign_in, live_server, ledger_folder, pipeline, admin, settings, tmp_path
):
    settings.ISTHMUS_HOME = tmp_path / "home"
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    page = sign_in(admin)
    keys = Keys(page)
    page.goto(live_server.url + "/people/")

    # The file comes in.
    keys.press("g", "i")
    keys.reads("Imports")
    keys.use("link", "New import")
    keys.reads("What do you want to bring in?")
    with page.expect_file_chooser() as choosing:
        keys.to(page.get_by_label("Drop files here"))
        keys.press("Enter")
    choosing.value.set_files(path)
    page.get_by_text("people.csv").wait_for()
    keys.to(page.get_by_label("What is that system called?"))
    page.keyboard.type("Old CRM")
    keys.use("button", "Look at the files")
    keys.reads("Which column is what?")
    keys.use("button", "Save and see the rows")
    page.get_by_text("pat@buyer.example").wait_for()
    keys.use("button", "Import without rehearsing")
    keys.reads("Waits for its turn")
    run_due()
    keys.reads("2 new, 0 known")
    assert Person.objects.count() == 2

    # Somebody of it becomes a deal.
    keys.press("g", "p")
    keys.reads("People")
    page.get_by_role("link", name="Pat Prospect").wait_for()
    for _ in range(Person.objects.count()):
        if page.evaluate("document.activeElement.textContent") != "Pat Prospect":
            keys.press("j")
    keys.press("Enter")
    keys.reads("Pat Prospect")
    keys.use("button", "More acts")
    keys.use("link", "Open a deal…")
    keys.reads("Open a deal")
    keys.to(page.get_by_role("textbox", name="Name"))
    page.keyboard.type("Two winches")
    keys.press("Enter")
    keys.reads("Two winches")

    # It goes over the board, and is won.
    keys.press("g", "b")
    keys.reads("New business")
    keys.to(page.get_by_role("link", name="Two winches", exact=True))
    keys.press("]")
    page.get_by_text("Two winches: Moved to Proposal.").first.wait_for()
    keys.press("]")
    page.get_by_role("heading", name="The deal is won").wait_for()
    page.keyboard.type("1200")
    keys.press("Enter")
    page.get_by_text("Two winches: ").first.wait_for()
    keys.reads("New business")

    won = Deal.objects.get()
    assert (won.name, won.state, won.person.full_name) == ("Two winches", DealState.WON, "Pat Prospect")
