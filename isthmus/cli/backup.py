"""`isthmus backup` and `isthmus restore`: everything in one file and back, with a bar."""

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isthmus.cli.words import _
from isthmus.core.clock import now
from isthmus.upkeep.watching import Watcher

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_file = click.Path(dir_okay=False, path_type=Path)


@click.command(
    help=_(
        "Write everything into TARGET, a new file or a folder that gets one: database, ledger and files at "
        "one instant, each with its hash. Work may go on meanwhile.\n\n"
        "The keys go into a file of their own, TARGET.keys: keep it apart. Without it nobody can read the "
        "text that is sealed, you neither."
    )
)
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--keys", type=_file, metavar="FILE", help=_("Where the keys go, instead of TARGET.keys."))
def backup(target: Path, keys: Path | None) -> None:
    """Make a backup and say where it is."""
    from isthmus.upkeep.backup import make_backup

    _end_gently()
    at = now()
    if target.is_dir():
        target = target / f"isthmus-{at:%Y%m%d-%H%M%S}.tar"
    with _bar() as bar:
        made = make_backup(target, keys or _keys_of(target), at=at, watcher=_Shown(bar))
    click.echo(
        _("%(path)s: %(facts)s facts, %(files)d sealed files, %(size)s.")
        % {"path": made.path, "facts": f"{made.facts:,}", "files": made.files, "size": _size(made.bytes)}
    )
    click.echo(_("Keys: %s. Keep them apart from the backup.") % made.keys)


@click.command(
    help=_(
        "Bring back the backup FILE into an empty data folder (--home), all of it or nothing; every file is "
        "compared with its hash.\n\n"
        "Whoever was erased after the backup is erased again, as far as a log of erasures says so. Nothing "
        "is sent afterwards until you let it go with `isthmus jobs release`."
    )
)
@click.argument("file", type=_file)
@click.option("--keys", type=_file, metavar="FILE", help=_("The backup's keys; otherwise FILE.keys."))
@click.option("--verify", is_flag=True, help=_("Also check what must always be true; reads everything."))
@click.option("--replace", is_flag=True, help=_("Throw away what the data folder holds."))
@click.option(
    "--erasures",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    multiple=True,
    metavar="FILE",
    help=_("A later erasures.jsonl, so that those erased since stay erased; may be repeated."),
)
def restore(file: Path, keys: Path | None, verify: bool, replace: bool, erasures: tuple[Path, ...]) -> None:
    """Restore, and say what was done."""
    from django.conf import settings

    from isthmus.upkeep.archive import contents_of
    from isthmus.upkeep.restore import restore as bring_back

    _end_gently()
    contents = contents_of(file)
    with _bar() as bar:
        said = bring_back(
            file,
            keys or _keys_of(file),
            settings.ISTHMUS_HOME,
            erasures=erasures,
            replace=replace,
            verify=verify,
            watcher=_Shown(bar),
        )
    click.echo(
        _("Restored the backup of %(at)s: %(facts)s facts.")
        % {"at": contents.made_at, "facts": f"{contents.facts:,}"}
    )
    for sentence in said:
        click.echo(sentence)


class _Shown(Watcher):
    """A line of the bar for each step."""

    def __init__(self, bar: "Progress") -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def step(self, text: str, total: int | None = None) -> None:
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(text, total=total)

    def reached(self, done: int) -> None:
        if self._task is not None:
            self._bar.update(self._task, completed=done)

    def advance(self, count: int) -> None:
        if self._task is not None:
            self._bar.advance(self._task, count)


def _end_gently() -> None:
    """A machine that goes down ends us as Ctrl-C does: what was half done is taken away."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _bar() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _keys_of(backup: Path) -> Path:
    return backup.with_name(f"{backup.name}.keys")


def _size(number: int) -> str:
    from django.template.defaultfilters import filesizeformat

    return filesizeformat(number).replace("\xa0", " ")
