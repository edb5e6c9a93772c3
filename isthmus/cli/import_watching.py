"""Following an import on the command line: a bar for each part, or a line where there is no terminal."""

from time import monotonic
from typing import Any

from isthmus.cli.words import _


class Bars:
    """A bar for each part of an import on a terminal; a line for each where there is none."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._console = Console(stderr=True, highlight=False)
        self._progress = Progress(
            TextColumn("{task.description:<28}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task: Any = None
        self._title, self._total, self._rows, self._began = "", None, 0, 0.0  # type: tuple[str, int | None, int, float]

    def __enter__(self) -> "Bars":
        self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._close_phase()
        self._progress.stop()

    def phase(self, title: str, total: int | None, done: int = 0) -> None:
        """Begin the bar of a part."""
        self._close_phase()
        self._title, self._total, self._rows, self._began = title, total, 0, monotonic()
        whole = None if total is None else total + done
        self._task = self._progress.add_task(title, total=whole, completed=done, rate="")

    def advance(self, rows: int) -> None:
        """Move the bar."""
        self._rows += rows
        self._progress.update(self._task, advance=rows, rate=_rate(self._rows, monotonic() - self._began))

    def say(self, sentence: str) -> None:
        """Print a notice above the bars."""
        self._console.print(sentence, markup=False, soft_wrap=True)

    def _close_phase(self) -> None:
        if self._task is None:
            return
        if self._total is None:
            self._progress.update(self._task, total=self._rows, completed=self._rows)
        if not self._console.is_terminal:
            seconds = monotonic() - self._began
            rate = _rate(self._rows, seconds)
            line = f"{self._title:<36}{self._rows:>10,} {_('rows')}  {seconds:>6.1f} s  {rate}"
            self._console.print(line, markup=False, soft_wrap=True)
        self._task = None


def _rate(rows: int, seconds: float) -> str:
    return _("%s rows/s") % f"{rows / seconds:,.0f}" if seconds > 0.05 else ""
