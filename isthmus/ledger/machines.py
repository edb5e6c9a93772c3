"""Verdicts on programs: which facts a machine made. They may change later; no fact is rewritten for it."""

from collections.abc import Collection, Mapping

from isthmus.ledger.models import MachineVerdict


def judge_agents(verdicts: Mapping[int, bool]) -> None:
    """From now on readers take the facts of these agents as made by machines (True) or by people (False)."""
    MachineVerdict.objects.bulk_create(
        MachineVerdict(agent=agent, machine=machine) for agent, machine in verdicts.items()
    )


def machine_agents() -> frozenset[int]:
    """The agents that are machines by their newest verdict."""
    rows = MachineVerdict.objects.order_by("pk").values_list("agent", "machine")
    newest = dict(rows.iterator(chunk_size=20_000))
    return frozenset(agent for agent, machine in newest.items() if machine)


def machines_among(agents: Collection[int]) -> frozenset[int]:
    """Those of these agents that are machines by their newest verdict."""
    rows = MachineVerdict.objects.filter(agent__in=agents).order_by("pk").values_list("agent", "machine")
    return frozenset(agent for agent, machine in dict(rows).items() if machine)
