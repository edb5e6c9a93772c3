"""`isthmus do ACT …` and `isthmus undo BATCH`: each act of the registry, options made from its inputs."""

import enum
import json
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from pydantic import AwareDatetime

from isthmus.cli.acting import actor_named, as_option
from isthmus.cli.words import _

ROOMS = {
    "leads": _("Leads"),
    "handoff": _("The crossing to sales"),
    "sales": _("Sales"),
    "meetings": _("Meetings and calendars"),
    "marketing": _("Marketing"),
    "people": _("People and accounts"),
    "workspace": _("The company and its users"),
}
_BLOCK = 1 << 20
json_option = click.option("--json", "as_json", is_flag=True, help=_("Print the answer as JSON."))


class Acts(click.Group):
    """The registry of commands as a group: one command for each act."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from isthmus.core.commands import registry

        return list(registry())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from isthmus.core.commands import registry

        entry = registry().get(cmd_name)
        return _command_for(entry) if entry else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from isthmus.core.commands import registry

        acts = registry().values()
        rooms = [*ROOMS, *sorted({act.room for act in acts} - ROOMS.keys())]
        for room in rooms:
            rows = [(act.name, act.summary) for act in acts if act.room == room]
            if rows:
                with formatter.section(ROOMS.get(room, room.capitalize())):
                    formatter.write_dl(rows)


@click.group(
    cls=Acts,
    help=_(
        "Do any act by its name, as the pages do: with a user's rights, recorded, undone by its batch.\n\n"
        'For example: isthmus do capture_lead --full-name "Pat Prospect" --email pat@example.com'
    ),
    epilog=_("Each act explains itself: isthmus do ACT --help"),
)
def do() -> None:
    """The group; the registry does the work."""


@click.command(help=_("Take an act back, by the batch that it printed."))
@click.argument("batch")
@as_option
@json_option
def undo(batch: str, as_email: str | None, as_json: bool) -> None:
    """Undo by batch."""
    from isthmus.core import clock, commands

    by = actor_named(as_email)
    _print("undo", _("Taken back"), commands.undo(batch, by=by, at=clock.now()), by, as_json)


def _command_for(entry: Any) -> click.Command:
    options = [_option(name, field) for name, field in entry.input_model.model_fields.items()]
    for option in options:
        if option.name == "files" and entry.room != "imports":
            option.type = _File()
            option.metavar = "JSON|@PATH"
    shared: list[click.Parameter] = [
        click.Option(
            ["--at"], metavar="TIME", help=_("When it happened, like 2026-01-31T09:30. Otherwise now.")
        )
    ]

    @as_option
    @json_option
    def act(as_email: str | None, as_json: bool, at: str | None, **given: Any) -> None:
        from isthmus.core import commands

        by = actor_named(as_email)
        arguments = {name: value for name, value in given.items() if value not in (None, ())}
        arguments = {
            name: list(value) if isinstance(value, tuple) else value for name, value in arguments.items()
        }
        result = commands.run(entry.name, arguments, by=by, at=_time(at))
        _print(entry.name, str(entry.label), result, by, as_json)

    rest = (entry.function.__doc__ or "").strip()
    text = f"{rest}\n\n" + _("Needs the right %s.") % entry.permission
    command = click.command(entry.name, help=text, short_help=entry.summary)(act)
    command.params = [*options, *shared, *command.params]
    return command


def _option(name: str, field: Any) -> click.Option:
    from isthmus.api.arguments import meaning

    switch = "--" + name.replace("_", "-")
    kind = _without_none(field.annotation)
    help_text = meaning(name) or name.replace("_", " ")
    required = field.is_required()
    shared: dict[str, Any] = {"help": help_text, **({"required": True} if required else {"default": None})}
    if kind is bool:
        return click.Option([f"{switch}/--no-{name.replace('_', '-')}", name], **shared)
    if typing.get_origin(kind) is list:
        inner = _without_none(typing.get_args(kind)[0])
        shared["help"] = help_text + " " + _("Repeat for more.")
        return click.Option([switch, name], multiple=True, **shared, **_typed(inner))
    return click.Option([switch, name], **shared, **_typed(kind))


def _typed(kind: Any) -> dict[str, Any]:
    origin = typing.get_origin(kind)
    if origin is typing.Literal:
        return {"type": click.Choice([str(value) for value in typing.get_args(kind)])}
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return {"type": click.Choice([str(member.value) for member in kind])}
    if origin is dict or (isinstance(kind, type) and issubclass(kind, dict)):
        return {"type": _Json(), "metavar": "JSON"}
    if kind in (datetime, AwareDatetime):
        return {"type": _Instant(), "metavar": "TIME"}
    return {"metavar": {int: "NUMBER", Decimal: "AMOUNT", date: "DAY"}.get(kind, "TEXT")}


def _without_none(annotation: Any) -> Any:
    if typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    if typing.get_origin(annotation) in (types.UnionType, typing.Union):
        parts = [part for part in typing.get_args(annotation) if part is not type(None)]
        return _without_none(parts[0]) if len(parts) == 1 else str
    return annotation


class _Json(click.ParamType[Any]):
    """An object as JSON."""

    name = "json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as problem:
            self.fail(
                _("%(value)s is not JSON: %(problem)s.") % {"value": value, "problem": problem}, param, ctx
            )


class _File(_Json):
    """A file that was received, as JSON; or one of this machine, by its path: @offer.pdf."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str) or not value.startswith("@"):
            return super().convert(value, param, ctx)
        from isthmus.files.storing import Incoming

        path = Path(value[1:]).expanduser()
        try:
            with path.open("rb") as file:
                incoming = Incoming(path.name)
                while block := file.read(_BLOCK):
                    incoming.write(block)
        except OSError as problem:
            self.fail(
                _("%(path)s cannot be read: %(problem)s.") % {"path": path, "problem": problem.strerror}
            )
        ended = incoming.end()
        return {"name": ended.name, "stored": ended.stored}


class _Instant(click.ParamType[Any]):
    """An ISO time; one without a zone is meant in the company's."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return _time(value) if isinstance(value, str) else value


def _time(text: str | None) -> datetime:
    from isthmus.core import clock
    from isthmus.core.refusals import InvalidInput
    from isthmus.workspace.models import Company

    if not text:
        return clock.now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        sentence = _("%s is not a time. Write it like 2026-01-31T09:30.") % text
        raise InvalidInput({"at": sentence}) from None
    return at if at.tzinfo else at.replace(tzinfo=Company.current().zone)


def _print(name: str, label: str, result: Any, by: Any, as_json: bool) -> None:
    from isthmus.api.answers import plain
    from isthmus.api.shapes import public

    shown = plain(public(result.value, by))
    if as_json:
        answer = {
            "command": name,
            "batch": result.batch,
            "facts": result.facts,
            "undo": result.undo is not None,
        }
        return click.echo(json.dumps({**answer, "result": shown}, ensure_ascii=False))
    is_row = isinstance(shown, Mapping) and "type" in shown
    what = f"{shown['type'].replace('_', ' ')} {shown['id']}" if is_row else ""
    click.echo(f"{label}: {what}" if what else label)
    if isinstance(shown, Mapping):
        for key, value in shown.items():
            if key not in ("type", "id") and value not in (None, "", {}, []):
                text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                click.echo(f"  {key:<20} {text}")
    if result.undo:
        click.echo(_("Undo it with: isthmus undo %s") % result.batch)
    return None
