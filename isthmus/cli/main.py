"""The command line `isthmus`: its table of commands, and how a run starts, refuses and ends."""

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from isthmus import __version__
from isthmus.cli.words import _

# name -> (module, attribute, the line that `isthmus --help` shows). The line stands here so that
# help needs no module loaded: a newcomer's first command answers at once.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "demo": ("isthmus.cli.demo", "demo", _("Start a sample company in the browser: the best first step.")),
    "init": ("isthmus.cli.setup", "init", _("Set up your own company and its first administrator.")),
    "migrate": ("isthmus.cli.setup", "migrate", _("Bring the database to this version of the program.")),
    "serve": ("isthmus.cli.serve", "serve", _("Run the web pages, the API and the worker.")),
    "worker": ("isthmus.cli.serve", "worker", _("Run the worker alone: queued jobs and schedules.")),
    "users": ("isthmus.cli.users", "users", _("List, invite and sign in the people who work here.")),
    "keys": ("isthmus.cli.keys", "keys", _("Make and revoke keys for programs that use the API.")),
    "import": (
        "isthmus.cli.imports",
        "import_command",
        _("Bring in files by a recipe: leads, deals, orders, any fact."),
    ),
    "person": ("isthmus.cli.person", "person", _("Export everything about a person; erase them.")),
    "do": ("isthmus.cli.do", "do", _("Do any act by its name, as the pages do.")),
    "undo": ("isthmus.cli.do", "undo", _("Take an act back by its batch.")),
    "metrics": ("isthmus.cli.metrics", "metrics", _("List every number the company is measured by.")),
    "metric": ("isthmus.cli.metric", "metric", _("Ask for one number, by any dimension and window.")),
    "ledger": ("isthmus.cli.ledger", "ledger", _("Look after the ledger: its status, sealing, verifying.")),
    "backup": ("isthmus.cli.backup", "backup", _("Write everything into one file, the keys apart.")),
    "restore": ("isthmus.cli.backup", "restore", _("Bring a backup back, and check it.")),
    "jobs": ("isthmus.cli.jobs", "jobs", _("Look at queued work; retry or drop what failed.")),
    "doctor": ("isthmus.cli.doctor", "doctor", _("Check that what must always be true is true.")),
}


class LazyGroup(click.Group):
    """A group whose commands are imported only when one of them is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        _choose_home(ctx.params.get("home"), cmd_name)
        start_django()
        return load(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, entry[2]) for name, entry in COMMANDS.items()])


def load(name: str) -> click.Command:
    """The click command behind a name of the table."""
    module, attribute, _line = COMMANDS[name]
    command: click.Command = getattr(importlib.import_module(module), attribute)
    return command


def start_django() -> None:
    """Load the settings and the rooms; the environment must have been chosen before."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.settings")
    import django

    django.setup()


def _choose_home(home: str | None, command: str) -> None:
    if home:
        os.environ["ISTHMUS_HOME"] = str(Path(home).resolve())
    elif command == "demo":
        # A sample company must never land among a real company's data.
        os.environ.setdefault("ISTHMUS_HOME", str(Path("var/demo").resolve()))


@click.group(
    cls=LazyGroup,
    help=_(
        "Isthmus: marketing and sales on one record, from the first impression to money in the bank.\n\n"
        "Start with `isthmus demo`, or set up your own company with `isthmus init`."
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_("Each command explains itself: isthmus COMMAND --help"),
)
@click.version_option(__version__, prog_name="isthmus")
@click.option(
    "--home",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help=_("The folder that holds the data. Otherwise ISTHMUS_HOME, otherwise ./var."),
)
def cli(home: str | None) -> None:
    """Choose the data folder; the commands do the rest."""


def main(arguments: list[str] | None = None) -> None:
    """Run one command. A refusal or a bad input is one sentence and exit 1; wrong usage exits 2."""
    from isthmus.core.refusals import InvalidInput, Refusal

    try:
        outcome: Any = cli.main(args=arguments, prog_name="isthmus", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as wrong:  # UsageError exits 2, others 1
        wrong.show()
        sys.exit(wrong.exit_code)
    except click.Abort:
        sys.exit(_say(_("Stopped."), code=130))
    except InvalidInput as refusal:
        sys.exit(_say("\n".join(refusal.errors.values())))
    except Refusal as refusal:
        sys.exit(_say(str(refusal)))
    except BrokenPipeError:
        # The reader (`| head`) has gone; Python must not try to flush to it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        if (sentence := _database_sentence(error)) is None:
            raise
        sys.exit(_say(sentence))
    sys.exit(outcome if isinstance(outcome, int) else 0)


def _say(sentence: str, *, code: int = 1) -> int:
    click.echo(sentence, err=True)
    return code


def _database_sentence(error: Exception) -> str | None:
    """One sentence when the error only means that the database is absent or of an older version."""
    from django.db import OperationalError, ProgrammingError

    if not isinstance(error, OperationalError | ProgrammingError):
        return None

    from isthmus.core.tables import BetweenVersions, applied_changes, waiting_changes

    try:
        begun, waiting = bool(applied_changes()), waiting_changes()
    except BetweenVersions as between:
        return str(between)
    except OperationalError as unreachable:
        return _("The database cannot be reached: %s") % str(unreachable).strip()
    if not begun:
        return _("There is no company here yet. Set one up with `isthmus init`, or try `isthmus demo`.")
    if waiting:
        return _("The database is of an earlier version. Bring it up to date with `isthmus migrate`.")
    return None


if __name__ == "__main__":
    main()
