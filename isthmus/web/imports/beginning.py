"""Beginning an import of files that were brought: looked at, drafted or by a recipe, made to fit here."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.http import HttpRequest
from django.utils.translation import gettext as _

from isthmus.core import clock, commands
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.imports.adapting import adapt
from isthmus.imports.drafting import draft
from isthmus.imports.drafts.fields import MADE_UP
from isthmus.imports.editing import read_data, text_of_data
from isthmus.imports.looking import Look, look
from isthmus.imports.models import ImportRun, SavedRecipe
from isthmus.imports.planning import match_files
from isthmus.imports.recipe import read_recipe
from isthmus.imports.recognising import Recognised, recognised
from isthmus.imports.remembering import remember
from isthmus.imports.shipped import shipped_recipe
from isthmus.imports.uploads import received_path
from isthmus.web.access import actor_of
from isthmus.web.imports.receiving import drop_received, received_files

Doubts = Mapping[str, Sequence[str]]  # file -> sentences


def begin(request: HttpRequest, what: str) -> ImportRun:
    """Keep the files of a request and begin their import. Raises a Refusal, and then keeps none of them."""
    files = received_files(request)
    actor = actor_of(request)
    try:
        looks = _looks(files)
        text, name, doubts, others = _recipe(request, looks, what)
        drop_received([file for file in files if file["name"] in others])
        files = [file for file in files if file["name"] not in others]
        looks = {file: seen for file, seen in looks.items() if file not in others}
        adapted = text_of_data(adapt(read_data(text), actor))
        name = name or ", ".join(Path(file["name"]).stem for file in files)
        arguments = {"files": files, "name": name[:200], "recipe": adapted}
        run: ImportRun = commands.run("begin_import", arguments, by=actor, at=clock.now()).value
    except Refusal:
        drop_received(files)
        raise
    remember(run, looks, doubts)
    return run


def _looks(files: Sequence[dict[str, str]]) -> dict[str, Look]:
    looks: dict[str, Look] = {}
    for file in files:
        if file["name"] in looks:
            raise Refusal(_("Two files are called “%(name)s”. Rename one of them.") % {"name": file["name"]})
        try:
            looks[file["name"]] = look(received_path(file["stored"]), file["name"])
        except Refusal as refusal:
            raise Refusal(str(refusal).replace(file["stored"], file["name"])) from refusal
    return looks


def _recipe(
    request: HttpRequest, looks: Mapping[str, Look], what: str
) -> tuple[str, str, Doubts, Sequence[str]]:
    """The recipe that was chosen, that of a shape that is known, or a draft: its text, its name, what is
    doubtful by file, and the files that it has no use for.
    """
    chosen = request.POST.get("recipe", "")
    if shipped := shipped_recipe(chosen):
        return shipped.text, _named(shipped.title, shipped.text, looks), {}, ()
    saved = SavedRecipe.objects.filter(pk=chosen).first() if chosen.isdecimal() else None
    if saved:
        return saved.text, _named(saved.name, saved.text, looks), {}, ()
    if not what and (known := recognised(looks)):
        return _taken(request, known, looks)
    drafted = draft(looks, what or None)
    # What was made up is asked for on the page itself.
    doubts = {
        one.look.name: [
            said for said in one.doubts if not any(f"“{word}”" in said for word in MADE_UP.values())
        ]
        for one in drafted.files
    }
    return drafted.recipe_text(Path(next(iter(looks))).stem[:80], _namespace(request)), "", doubts, ()


def _taken(
    request: HttpRequest, known: Recognised, looks: Mapping[str, Look]
) -> tuple[str, str, Doubts, Sequence[str]]:
    """A recipe of ours that files were known by, for the system that was named; its notes say so first."""
    data = read_data(known.shipped.text)
    data["recipe"]["namespace"] = _namespace(request)
    said = [
        _("These files have a shape that is known: %(title)s. So they come in by the recipe for that.")
        % {"title": known.shipped.title}
    ]
    if known.others:
        said.append(_("%(files)s is left out: nothing of it comes in.") % {"files": ", ".join(known.others)})
    data["recipe"]["notes"] = [*said, *data["recipe"].get("notes", [])]
    used = {name: look for name, look in looks.items() if name not in known.others}
    text = text_of_data(data)
    return text, _named(known.shipped.title, text, used), {}, known.others


def _named(name: str, text: str, looks: Mapping[str, Look]) -> str:
    """A recipe's name with the files it is given, where it knows several. Raises when it knows none."""
    recipe = read_recipe(text)
    given = [one.name.replace("_", " ") for one, _path in match_files(recipe, [Path(file) for file in looks])]
    return f"{name} ({', '.join(given)})" if len(recipe.inputs) > 1 else name


def _namespace(request: HttpRequest) -> str:
    """A word for the system whose ids these are: those of two systems never meet."""
    word = re.sub(r"[^a-z0-9]+", "-", request.POST.get("system", "").lower()).strip("-")[:40].strip("-")
    if not word:
        raise InvalidInput(
            {"system": _("Say from which system the files come, so that its ids are kept apart from others.")}
        )
    return word
