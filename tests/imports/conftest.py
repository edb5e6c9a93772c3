"""Bringing small made-up files in, in this process, and looking at what came of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.cast import MONDAY_NOON
from tests.imports.bounded import read_bounded

__all__ = ["read_bounded"]

HEAD = """
[recipe]
name = "Made up"
namespace = "crm"

[source]
time_zone = "UTC"
"""


@dataclass
class Notebook:
    """A watcher that writes down what it is told."""

    phases: list[tuple[str, int | None, int]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    rows: int = 0

    def phase(self, title: str, total: int | None, done: int = 0) -> None:
        self.phases.append((title, total, done))

    def advance(self, rows: int) -> None:
        self.rows += rows

    def say(self, sentence: str) -> None:
        self.notices.append(sentence)


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def bring_in(company: Any, settings: Any, tmp_path: Path, notebook: Notebook) -> Callable[..., Any]:
    """`bring_in(recipe, people="a,b\\n1,2")`: import text files by a recipe without its head."""
    from isthmus.core.actors import Actor
    from isthmus.imports.planning import make_plan
    from isthmus.imports.recipe import read_recipe
    from isthmus.imports.running import rehearse, run_import

    settings.ISTHMUS_HOME = tmp_path / "home"
    by = Actor(kind="import", unlimited=True)

    def run(
        recipe: str,
        *,
        dry: bool = False,
        head: str = HEAD,
        by: Actor = by,
        choice: Any = None,
        restart: bool = False,
        **files: str | bytes | Path,
    ) -> Any:
        paths = [_written(tmp_path, name, content) for name, content in files.items()]
        plan = make_plan(read_recipe(head + recipe), paths)
        if dry:
            return rehearse(plan, by=by, watcher=notebook, at=MONDAY_NOON)
        return run_import(
            plan, by=by, watcher=notebook, bad_rows=tmp_path / "bad.csv", choice=choice, restart=restart
        )

    return run


def _written(folder: Path, name: str, content: str | bytes | Path) -> Path:
    if isinstance(content, Path):
        return content
    path = folder / f"{name}.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture
def pipeline(company: Any) -> Any:
    """A pipeline with two open stages."""
    from isthmus.core.actors import SYSTEM
    from isthmus.sales.commands import add_pipeline

    stages: Any = [{"name": "Discovery"}, {"name": "Proposal"}]
    return add_pipeline(name="Sales", stages=stages, by=SYSTEM, at=MONDAY_NOON)


@pytest.fixture(autouse=True)
def even_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks do not grow with the speed of the machine that the tests run on."""
    from isthmus.imports import turns

    monkeypatch.setattr(turns, "MOST", turns.ALONE)
