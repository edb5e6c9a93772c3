"""Teams and territories as trees: a figure of a parent includes those below it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from isthmus.metrics.dimensions import Dimension
from isthmus.workspace.models import Team, Territory


@dataclass(frozen=True)
class Tree:
    """Each node's parent; None for a root."""

    parents: Mapping[int, int | None]

    def above(self, node: int) -> list[int]:
        """The node itself, its parent, and so on up."""
        path: list[int] = []
        at: int | None = node
        while at is not None and at not in path:
            path.append(at)
            at = self.parents.get(at)
        return path

    def below(self, nodes: Iterable[int]) -> set[int]:
        """The nodes and everything below them."""
        wanted = set(nodes)
        return wanted | {node for node in self.parents if wanted.intersection(self.above(node))}

    def pairs(self) -> tuple[list[int], list[int]]:
        """Every (node, node above or itself), as two columns."""
        below: list[int] = []
        above: list[int] = []
        for node in self.parents:
            for upper in self.above(node):
                below.append(node)
                above.append(upper)
        return below, above


def tree_of(dimension: Dimension) -> Tree:
    """The present tree of teams or of territories."""
    model = Team if dimension.column == "team" else Territory
    return Tree(dict(model.objects.values_list("pk", "parent_id")))
