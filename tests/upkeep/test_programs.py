"""PostgreSQL's programs are told the password where nobody else on the machine can read it."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from isthmus.upkeep import programs
from isthmus.upkeep.watching import Watcher


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that writes down how it was called, in place of PostgreSQL's."""
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "$0 $@" > {tmp_path}/line\nenv > {tmp_path}/environment\nexit $1\n')
    program.chmod(0o700)
    monkeypatch.setattr(programs, "_program", lambda name: str(program))
    given = {"HOST": "db", "PORT": "5432", "USER": "ada", "PASSWORD": "needle-7", "NAME": "lane"}
    monkeypatch.setattr(programs, "connection", SimpleNamespace(settings_dict=given))
    return tmp_path


def test_the_password_is_in_the_environment_and_not_on_the_command_line(told: Path) -> None:
    programs.run_postgres("pg_dump", ["0"], watcher=Watcher())

    assert "needle-7" not in (told / "line").read_text()
    environment = (told / "environment").read_text().splitlines()
    assert {"PGPASSWORD=needle-7", "PGHOST=db", "PGUSER=ada", "PGDATABASE=lane"} <= set(environment)


def test_a_program_that_gives_up_is_told_in_a_sentence(told: Path) -> None:
    with pytest.raises(programs.ProgramFailed, match="pg_dump gave up"):
        programs.run_postgres("pg_dump", ["3"], watcher=Watcher())
