"""`isthmus demo`: the sample company in the browser, from nothing."""

from datetime import datetime

import click

from isthmus.cli.words import _
from isthmus.core.clock import now

SEED = 7
SIGNS_IN = "olga@tarnfell.example"  # The sample company's administrator.


@click.command(
    help=_(
        "Start a sample company in the browser.\n\n"
        "The first start makes the databases and writes two and a half years of an invented company; later"
        " starts take seconds and keep what you did. It prints the address and a link that signs you in once."
    )
)
@click.option(
    "--size",
    type=click.Choice(["small", "medium", "large"]),
    default="small",
    show_default=True,
    help=_("About 150,000, a million or twelve million facts. Counts only on the first start."),
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help=_("Port."))
@click.option("--host", default="127.0.0.1", show_default=True, help=_("Address to listen on."))
@click.option("--no-serve", is_flag=True, help=_("Only make the sample company; do not start it."))
def demo(size: str, port: int, host: str, no_serve: bool) -> None:
    """Load the sample company where it is missing, print the way in, serve."""
    from isthmus.cli.serve import serve
    from isthmus.core.tables import bring_up_to_date
    from isthmus.jobs import ports
    from isthmus.workspace.models import Company

    if not no_serve and (problem := ports.why_not(host, port)):
        raise click.ClickException(problem)
    bring_up_to_date()
    company = Company.objects.filter(pk=1).first()
    if company is None:
        _load(size, now())
    elif not company.is_sample:
        raise click.ClickException(
            _("This folder holds %s, not the sample company. Choose another with --home.") % company.name
        )
    if no_serve:
        return
    _print_way_in(host, port)
    serve.main(args=["--host", host, "--port", str(port)], standalone_mode=False)


def _load(size: str, at: datetime) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from isthmus.ledger import sealing
    from isthmus.simulate.loading import load_sample, steps
    from isthmus.web.overview.warming import warm_overview

    columns = (TextColumn("{task.description:<56}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as bar:
        task = bar.add_task(_("Writing two and a half years"), total=steps(size))

        def progress(name: str, rows: int) -> None:
            bar.update(task, advance=rows, description=_("Writing two and a half years: %s") % name)

        load_sample(size=size, seed=SEED, until=at, progress=progress)
        bar.update(task, completed=steps(size), description=_("Sealing the ledger"))
        sealing.seal()
        bar.update(task, description=_("Getting the overview ready"))
        warm_overview()


def _print_way_in(host: str, port: int) -> None:
    from isthmus.jobs import ports
    from isthmus.workspace.commands import make_sign_in_link
    from isthmus.workspace.models import Company, User

    user = User.objects.get(email=SIGNS_IN)
    token = make_sign_in_link(user=user, at=now(), is_local=True)
    address = ports.address(host, port)
    click.echo("")
    click.echo(_("  Isthmus, with the sample company %s") % Company.current().name)
    click.echo(_("  Address          %s") % address)
    click.echo(_("  Sign in (once)   %s") % f"{address}/sign-in/link/{token}/")
    click.echo(_("  Stop with Ctrl-C. `make demo-clean` throws the sample company away."))
    click.echo("")
