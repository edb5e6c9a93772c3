"""One cell of a list, changed where it stands: the field, the saved value, or whose change came first."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from isthmus.core import clock, commands
from isthmus.core.actors import Actor
from isthmus.core.commands import CommandResult
from isthmus.core.editing import VersionMoved
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.ledger.timeline import facts_where
from isthmus.web.access import actor_of
from isthmus.web.acts.acting import sent
from isthmus.web.acts.forms import EditForm
from isthmus.web.lists.columns import Column
from isthmus.web.lists.every import LISTS
from isthmus.web.lists.spec import Editing, ListSpec
from isthmus.web.lists.written import cell_button
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.queries import user_names

_LOOKED_AT = 20  # late changes of the record among which the one of this field is looked for


@login_required
def cell(request: HttpRequest, name: str, pk: int, key: str) -> HttpResponse:
    """The field of a cell, or what came of sending it."""
    actor = actor_of(request)
    spec = LISTS.get(name)
    if spec is None or spec.editing is None:
        raise Http404
    if not actor.allows(spec.permission) or not actor.allows(spec.editing.permission):
        raise PermissionDenied
    column = next((one for one in spec.columns() if one.key == key and one.field), None)
    if column is None:
        raise Http404
    place = _Cell(request, spec, spec.editing, column, actor, pk)
    return place.saved() if request.method == "POST" else place.asked()


class _Cell:
    """One cell of one record as one request sees it."""

    def __init__(
        self, request: HttpRequest, spec: ListSpec, editing: Editing, column: Column, actor: Actor, pk: int
    ) -> None:
        self.request, self.spec, self.editing, self.column = request, spec, editing, column
        self.actor, self.pk = actor, pk
        self.row = self._read()

    def asked(self) -> HttpResponse:
        """The field with what stands there."""
        return self._field(self._form(None), 200)

    def saved(self) -> HttpResponse:
        """The new value with its undo; else what is wrong, or what somebody else put there meanwhile."""
        form = self._form(sent(self.request))
        if not form.is_valid():
            return self._field(form, 422)
        # Without a version the command would overwrite unasked: none is older than the first.
        arguments = {"version": 0, **form.arguments(), self.editing.target: self.pk}
        if self.request.POST.get("was") == self._present(form):
            # Somebody changed another field of the record: this one still says what was read.
            arguments["version"] = self.row.version
        try:
            result = commands.run(self.editing.command, arguments, by=self.actor, at=clock.now())
        except NothingChanged:
            return self._shown()
        except InvalidInput as refusal:
            form.note(refusal)
            return self._field(form, 422)
        except VersionMoved:
            return self._clash(form)
        except Refusal as refusal:
            return self._field(form, 409, refusal=refusal)
        self.row = self._read()
        return self._shown(result)

    def _clash(self, form: EditForm) -> HttpResponse:
        self.row = self._read()
        now = self._form(None)
        return self._field(
            form,
            409,
            theirs=now.spoken(self.column.field),
            who=self._who(),
            version=self.row.version,
            was=self._present(now),
            shown=self._button(),
        )

    def _read(self) -> Any:
        all_rows: Any = self.spec.rows(self.actor)
        rows = all_rows.visible_to(self.actor, self.editing.permission)
        related = {name for column in self.spec.columns() for name in column.related}
        row = get_object_or_404(rows.select_related(*related), pk=self.pk)
        self.spec.prepare([row])
        return row

    def _form(self, data: Any) -> EditForm:
        form: EditForm = self.editing.form(self.row, self.actor, data)
        form.fields = {
            name: form.fields[name] for name in (self.column.field, "version") if name in form.fields
        }
        if self.column.field not in form.fields:
            raise Http404
        form.fields[self.column.field].help_text = ""
        form.fields[self.column.field].widget.attrs |= {
            "class": "cell-input",
            "aria-label": f"{self.column.label}, {self.row}",
        }
        return form

    def _present(self, form: EditForm) -> str:
        value = form.get_initial_for_field(form.fields[self.column.field], self.column.field)
        return "" if value is None else str(value)

    def _field(self, form: EditForm, status: int, **more: Any) -> HttpResponse:
        context = {
            "form": form,
            "field": form[self.column.field],
            "action": self.request.path,
            "version": self.request.POST.get("version") or self.row.version,
            "was": self.request.POST.get("was", self._present(form)),
        }
        return render(self.request, "lists/cell.html#field", context | more, status=status)

    def _shown(self, result: CommandResult | None = None) -> HttpResponse:
        context = {"shown": self._button("saved" if result else ""), "batch": result.batch if result else ""}
        return render(self.request, "lists/cell.html#shown", context)

    def _button(self, state: str = "") -> str:
        return cell_button(self.request.path, self.column.show(self.row), state)

    def _who(self) -> str:
        number = self.row.subject if self.editing.column == "subject" else self.pk
        found = facts_where(self.editing.column, [number], kinds=[self.editing.fact], limit=_LOOKED_AT)
        of_field = [one for one in found if self.column.field in {**one.values, **one.sealed}]
        latest = next(iter(of_field or found), None)
        if latest is None or latest.actor_id is None:
            return ""
        return user_names({latest.actor_id}).get(latest.actor_id, "")
