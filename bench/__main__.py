"""`python -m bench`: make the company, load the server, read the floors, print and keep the figures."""

import os
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parent.parent


@click.command()
@click.option("--people", default=1_000_000, show_default=True, help="Persons in the company.")
@click.option("--facts", default=10_000_000, show_default=True, help="Facts in its ledger.")
@click.option("--clients", default=4, show_default=True, help="Clients who read at the same time.")
@click.option("--seconds", default=8.0, show_default=True, help="How long each page is read.")
@click.option("--workers", default=2, show_default=True, help="Processes of the web server.")
@click.option("--only", multiple=True, metavar="PAGE", help="Only this page; may be said again.")
@click.option("--mixed", is_flag=True, help="Let each client read every page in turn.")
@click.option(
    "--home",
    default=ROOT / "var" / "bench",
    type=click.Path(path_type=Path),
    help="Where the company is kept.",
)
@click.option(
    "--results",
    default=ROOT / "bench" / "results",
    type=click.Path(path_type=Path),
    help="Where the figures are kept.",
)
def main(home: Path, **wanted: Any) -> None:
    """Measure pages and metrics of a large company, each beside a floor: the same rows read bare."""
    os.environ.update(ISTHMUS_HOME=str(home.resolve()), DATABASE_URL="")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.settings")
    import django

    django.setup()
    from bench.measuring import measure

    measure(**wanted)


if __name__ == "__main__":
    main()
