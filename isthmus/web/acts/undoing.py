"""Taking an act back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.core import clock, commands
from isthmus.core.refusals import Refusal
from isthmus.web.access import actor_of
from isthmus.web.acts.acting import go, refused
from isthmus.web.acts.returning import back_of


@login_required
@require_POST
def undo(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Run the command that compensates; then back to the page where one is."""
    back = back_of(request, "/")
    try:
        commands.undo(str(batch), by=actor_of(request), at=clock.now())
    except Refusal as refusal:
        return refused(request, refusal, back)
    messages.success(request, _("Taken back."))
    return go(request, back)
