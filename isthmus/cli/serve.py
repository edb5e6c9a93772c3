"""`isthmus serve` and `isthmus worker`: running the parts of Isthmus."""

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click
from django.conf import settings

from isthmus.cli.words import _
from isthmus.jobs import ports
from isthmus.jobs.supervisor import Program, Supervisor
from isthmus.web.limiting import page_threads, server_threads

WEB, COLLECTOR = "isthmus.web.wsgi:application", "isthmus.collect.receiving.wsgi:application"
COLLECTOR_THREADS = 32  # They wait for the disk together: each sync is for all who wait.

lease_option = click.option(
    "--lease",
    envvar="ISTHMUS_LEASE_SECONDS",
    default=20.0,
    show_default=True,
    type=click.FloatRange(1, 3600),
    help=_("Seconds after which a dead worker's job goes to another."),
)


@click.command(
    help=_(
        "Serve the pages, take events, run the jobs, as one supervised process.\n\n"
        "A part that dies is started again. Ctrl-C or SIGTERM ends everything, running jobs first."
    )
)
@click.option("--only", type=click.Choice(["collector", "web", "worker"]), help=_("Run one part alone."))
@click.option(
    "--host", envvar="HOST", default="127.0.0.1", show_default=True, help=_("Address to listen on.")
)
@click.option(
    "--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65535), help=_("Port.")
)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help=_("Web processes."))
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    help=_("Pages made at the same time in a web process.  [4; 16 on PostgreSQL]"),
)
@click.option(
    "--job-threads",
    default=4,
    show_default=True,
    type=click.IntRange(1, 64),
    help=_("Jobs run at the same time."),
)
@lease_option
def serve(
    only: str | None, host: str, port: int, workers: int, threads: int | None, job_threads: int, lease: float
) -> None:
    """Start the supervisor with the parts that were asked for."""
    programs = []
    if only != "worker":
        if problem := ports.why_not(host, port):
            raise click.ClickException(problem)
        # Whitenoise warns of a folder that is not there; static files come from the packages then.
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        if only == "collector":
            programs += _servers("collector", COLLECTOR, host, port, workers, threads or COLLECTOR_THREADS)
        else:
            pages = threads or page_threads()
            os.environ["ISTHMUS_PAGE_THREADS"] = str(pages)  # Read by each web process.
            programs += _servers("web", WEB, host, port, workers, server_threads(pages))
    if only not in ("web", "collector"):
        programs += [_worker(job_threads, lease), Program("sealer", "isthmus.jobs.sealer", [])]
    announce = _announcement(host, port) if only != "worker" else lambda: None
    raise SystemExit(Supervisor(programs, write=click.echo, on_tick=announce).run())


@click.command(help=_("Run jobs in this process until it is stopped; `isthmus serve` does it for you."))
@click.option(
    "--threads",
    default=4,
    show_default=True,
    type=click.IntRange(1, 64),
    help=_("Jobs run at the same time."),
)
@lease_option
def worker(threads: int, lease: float) -> None:
    """Become a worker."""
    # Models can only be imported once the settings are loaded.
    from isthmus.jobs.process import run_worker

    run_worker(threads=threads, lease=timedelta(seconds=lease), grace=timedelta(seconds=20))


def _servers(name: str, application: str, host: str, port: int, workers: int, threads: int) -> list[Program]:
    """The servers: two share the port, so that while one is gone the other answers."""
    servers = min(workers, 2) if sys.platform == "linux" else 1  # Elsewhere a port is not shared evenly.
    # Its warnings are about the number of threads, most of which only wait for the disk; deaths are errors.
    # A process that hangs must not hold up the end of the whole for longer than any page takes. Idle
    # threads live long: a new one opens the database anew.
    options = (
        f"--interface wsgi --no-ws --log-level error --host {host} --port {port} "
        f"--blocking-threads {threads} --blocking-threads-idle-timeout 600 "
        "--respawn-failed-workers --respawn-interval 0.5 --workers-kill-timeout 10"
    )
    return [
        Program(
            f"{name} {number + 1}" if servers > 1 else name,
            "granian",
            [*options.split(), "--workers", str(share), application],
        )
        for number, share in enumerate(_shares(workers, servers))
    ]


def _shares(workers: int, servers: int) -> list[int]:
    return [workers // servers + (number < workers % servers) for number in range(servers)]


def _worker(threads: int, lease: float) -> Program:
    return Program("worker", "isthmus.jobs", ["--threads", str(threads), "--lease", str(lease)])


def _announcement(host: str, port: int) -> Callable[[], None]:
    announced = False

    def announce() -> None:
        nonlocal announced
        if not announced and ports.answers(host, port):
            announced = True
            click.echo(_("Isthmus answers at %s") % ports.address(host, port))

    return announce
