"""What one does with an import from its page: rehearse, start, stop, drop, save its recipe."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from isthmus.imports.editing import read_data, text_of_data
from isthmus.imports.inviting import links_to
from isthmus.imports.reusing import for_next_time
from isthmus.web.access import needs
from isthmus.web.acts.acting import Act, act_now
from isthmus.web.imports import setting_off, showing

_ACTS = {
    "rehearse": ("rehearse_import", gettext_lazy("The rehearsal is under way.")),
    "start": ("start_import", gettext_lazy("The import is under way.")),
    "stop": ("stop_import", gettext_lazy("It stops at the next rows. What is in stays.")),
    "drop": ("drop_import", gettext_lazy("The import is dropped; its files are forgotten.")),
}


@needs("imports.run")
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Rehearse, start, stop or drop an import."""
    if name not in _ACTS:
        raise Http404
    run = showing.mine(request, pk)
    command, done = _ACTS[name]
    page = reverse("import", args=[run.pk])
    arguments: dict[str, Any] = {"run_id": run.pk}
    if name == "start" and (chosen := setting_off.sent(request)) is not None:
        arguments["automations"] = chosen
    with links_to(request.build_absolute_uri("/").rstrip("/")):
        return act_now(request, Act(command, "", done, page, arguments, page))


@needs("imports.run")
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the recipe of an import for the next files of that shape."""
    run = showing.mine(request, pk)
    name = request.POST.get("name", "").strip()
    page = reverse("import", args=[run.pk])
    text = text_of_data(for_next_time(read_data(run.recipe_text), name or run.recipe_name))
    done = _("The recipe is saved: choose it when the next file comes.")
    return act_now(request, Act("save_recipe", "", done, page, {"name": name, "recipe": text}, page))
