"""`isthmus --help` at every level is for a newcomer."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from isthmus.cli.main import COMMANDS, cli, load

HELP_THEN_DJANGO = """
import sys
from isthmus.cli.main import main
try:
    main(["--help"])
finally:
    print("django started:", "django.db" in sys.modules)
"""


def below(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from below(f"{path} {name}", inner)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_can_be_run(name):
    assert isinstance(load(name), click.Command)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_says_what_it_is_for(name):
    for path, command in below(name, load(name)):
        silent = [o.name for o in command.params if isinstance(o, click.Option) and not o.help]

        assert command.get_short_help_str(), path
        assert silent == [], path


def test_help_answers_without_starting_django():
    done = subprocess.run([sys.executable, "-c", HELP_THEN_DJANGO], capture_output=True, text=True)

    assert done.stdout.startswith("Usage: isthmus")
    assert done.stdout.endswith("django started: False\n")
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


def test_an_unknown_command_is_wrong_usage_and_no_stack_trace(run_isthmus):
    done = run_isthmus("sell")

    assert done.returncode == 2
    assert "No such command 'sell'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_without_a_company_says_how_to_begin(run_isthmus):
    done = run_isthmus("users", "list")

    assert done.returncode == 1
    assert "Set one up with `isthmus init`, or try `isthmus demo`." in done.stderr
    assert "Traceback" not in done.stderr


def test_the_first_command_that_help_lists_is_the_demo():
    assert cli.list_commands(click.Context(cli))[0] == "demo"
