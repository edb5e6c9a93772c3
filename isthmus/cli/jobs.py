"""`isthmus jobs`: look at queued work; try again, drop or cancel single jobs."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from isthmus.cli.options import format_option
from isthmus.cli.words import _
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now

if TYPE_CHECKING:
    from isthmus.core.queue.models import Job

STATES = ("ready", "running", "done", "dead", "cancelled", "held")
_columns = (_("No."), _("Task"), _("State"), _("Due"), _("Tries"), _("Progress"), _("Last error"))


@click.group(help=_("Look at queued work; retry or drop what failed."))
def jobs() -> None:
    """Choose what to do with jobs."""


@jobs.command("list", help=_("Show jobs, the newest first, and how the queue stands."))
@click.option("--state", type=click.Choice(STATES), multiple=True, help=_("Only these; may be repeated."))
@click.option("--task", default="", metavar="NAME", help=_("Only jobs of this task, like ledger.seal."))
@click.option("--limit", default=30, show_default=True, type=click.IntRange(1), help=_("How many at most."))
@format_option("table", "json")
def list_jobs(state: tuple[str, ...], task: str, limit: int, form: str) -> None:
    """Print jobs and a line about the whole."""
    from isthmus.core.queue import queries
    from isthmus.core.queue.models import JobState

    found = list(queries.jobs(states=[JobState(one) for one in state], name=task)[:limit])
    if form == "json":
        click.echo(json.dumps([_as_json(job) for job in found], indent=2))
        return
    _print_table([_columns, *map(_line, found)])
    health = queries.health(now())
    click.echo(
        _("%(waiting)s waiting, %(running)s running, %(dead)s failed; %(workers)s workers alive.")
        % {
            "waiting": health.waiting,
            "running": health.running,
            "dead": health.dead,
            "workers": health.workers,
        }
    )
    if health.held:
        click.echo(
            _("%d are held back since a backup was restored; see `isthmus jobs release --help`.")
            % health.held
        )


@jobs.command(help=_("Give a failed job all its attempts again and have it run at once."))
@click.argument("number", type=int)
def retry(number: int) -> None:
    """Try one job again."""
    from isthmus.workspace.commands import retry_job

    _act(retry_job, number, _("%s runs again."))


@jobs.command(help=_("Give up on a failed job for good."))
@click.argument("number", type=int)
def drop(number: int) -> None:
    """Drop one job."""
    from isthmus.workspace.commands import drop_job

    _act(drop_job, number, _("%s was dropped."))


@jobs.command(help=_("Stop a job: a waiting one at once, a running one at its next step."))
@click.argument("number", type=int)
def cancel(number: int) -> None:
    """Cancel one job."""
    from isthmus.workspace.commands import cancel_job

    _act(cancel_job, number, _("%s is cancelled."))


@jobs.command(help=_("Let go out what was held back after a restore; what is older than it is dropped."))
@click.option("--also-old", is_flag=True, help=_("Also what may have been sent before the restore."))
def release(also_old: bool) -> None:
    """End the hold."""
    from isthmus.workspace.commands import release_jobs

    released = release_jobs(by=SYSTEM, at=now(), also_old=also_old)
    click.echo(_("%(going)d jobs go out; %(dropped)d older ones were dropped.") % released)


def _act(act: Callable[..., Any], number: int, sentence: str) -> None:
    job = act(job_id=number, by=SYSTEM, at=now())
    click.echo(sentence % job.name)


def _line(job: "Job") -> tuple[str, ...]:
    progress = job.progress_share
    return (
        str(job.pk),
        job.name,
        str(job.get_state_display()),
        f"{job.run_at:%Y-%m-%d %H:%M:%S}",
        f"{job.attempts}/{job.max_attempts}",
        "" if progress is None else f"{progress:.0%}",
        job.last_error,
    )


def _as_json(job: "Job") -> dict[str, Any]:
    plain = ("id", "name", "state", "attempts", "max_attempts", "priority", "last_error")
    times = ("run_at", "created_at", "finished_at", "lease_until")
    return {
        **{name: getattr(job, name) for name in plain},
        **{name: _iso(getattr(job, name)) for name in times},
        "progress_done": job.progress_done,
        "progress_total": job.progress_total,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _print_table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
