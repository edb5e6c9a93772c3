"""Every command of the command line, and how it is tried as a seller.

Most lines have no user: they run on the machine itself, by whoever owns its files.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.own_scope.world import World

AS = ["--as", "rita@example.com"]


@dataclass(frozen=True)
class Runs:
    """Arguments to run it with as Rita, and what of hers must be shown."""

    tried: Callable[[World], Sequence[list[str]]]
    shows: str = ""


def _do(world: World) -> list[list[str]]:
    theirs = world.theirs
    return [
        ["edit_person", "--person-id", str(theirs["person"].pk), "--title", "Mine", *AS],
        ["edit_lead", "--lead-id", str(theirs["lead"].pk), "--score", "5", *AS],
        ["win_deal", "--deal-id", str(theirs["deal"].pk), *AS],
        ["pay_order", "--order-id", str(theirs["order"].pk), *AS],
        ["add_person", "--email", "zebedee@q" + "uandary.example", *AS],
        ["edit_lead", "--lead-id", str(world.own["waiting"].pk), "--score", "5", "--json", *AS],
    ]


def _metric(world: World) -> list[list[str]]:
    from isthmus.metrics.catalogue import catalogue

    asked = [[name, *AS, "--format", "json"] for name in catalogue()]
    asked += [[name, "--by", "channel", *AS, "--format", "csv"] for name in sorted(catalogue())[::3]]
    return asked + [[name, "--rows", *AS, "--format", "csv"] for name in sorted(catalogue())[1::3]]


ON_THE_MACHINE = "Runs on the machine itself, by whoever owns its files; it knows no seller."
LINES: dict[str, Runs | str] = {
    "demo": ON_THE_MACHINE,
    "init": ON_THE_MACHINE,
    "migrate": ON_THE_MACHINE,
    "serve": ON_THE_MACHINE,
    "worker": ON_THE_MACHINE,
    "users": ON_THE_MACHINE,
    "keys": ON_THE_MACHINE,
    "import": ON_THE_MACHINE,
    "do": Runs(_do, shows='"score": 5'),
    "undo": Runs(lambda world: [[world.theirs["batch"], *AS]]),
    "metrics": "The definitions alone; figures are the line `metric`.",
    "metric": Runs(_metric, shows="leads"),
    "ledger": ON_THE_MACHINE,
    "jobs": ON_THE_MACHINE,
    "backup": ON_THE_MACHINE,
    "restore": ON_THE_MACHINE,
    "person": Runs(
        lambda world: [
            ["export", str(world.theirs["person"].pk), "/nowhere", *AS],
            ["erase", str(world.theirs["person"].pk), "--reason", "request", "--yes", *AS],
        ]
    ),
    "doctor": ON_THE_MACHINE,
}
