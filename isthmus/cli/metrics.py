"""`isthmus metrics`: every number the company is measured by, and what it can be split by."""

import json

import click

from isthmus.cli.options import format_option
from isthmus.cli.words import _


@click.command(
    help=_("List every number the company is measured by, and every dimension to split and filter it by.")
)
@format_option("table", "json")
def metrics(form: str) -> None:
    """Print the catalogue."""
    from isthmus.metrics.queries import catalogue, dimensions

    known, splits = catalogue(), dimensions()
    if form == "json":
        found = {
            "metrics": [
                {
                    "name": one.name,
                    "label": str(one.label),
                    "sentence": one.sentence,
                    "owner": one.owner,
                    "unit": one.unit,
                    "anchors": one.anchors,
                }
                for one in known.values()
            ],
            "dimensions": [
                {"name": one.name, "label": str(one.label), "keys": one.key_type} for one in splits.values()
            ],
        }
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    width = max(len(name) for name in known)
    for one in known.values():
        click.echo(f"{one.name.ljust(width)}  {one.owner.ljust(9)}  {one.unit.ljust(14)}  {one.sentence}")
    click.echo("\n" + _("Split or filter by: %s") % ", ".join(splits))
    click.echo(_("Ask for one: isthmus metric NAME --help"))
