"""Options that several commands have, with the same words everywhere."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from isthmus.cli.words import _

F = TypeVar("F", bound=Callable[..., Any])


def format_option(*forms: str) -> Callable[[F], F]:
    """`--format`: how the answer is written; the first form is the usual one."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default=forms[0],
        show_default=True,
        help=_("How the answer is written."),
    )
