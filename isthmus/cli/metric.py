"""`isthmus metric NAME`: one number, by any dimension and window, with its interval and its rows."""

import re
from typing import TYPE_CHECKING, Any

import click

from isthmus.cli.options import format_option
from isthmus.cli.words import _

if TYPE_CHECKING:
    from isthmus.core.actors import Actor
    from isthmus.metrics.question import Condition, Question

_CONDITION = re.compile(r"^(?P<dim>[\w.]+)\s*(?P<op>!=|<=|>=|==|=|<|>)\s*(?P<value>.*)$")


@click.command(
    help=_(
        "Ask for one number, by any dimension and window.\n\n"
        "Examples:\n\n"
        "  isthmus metric win_rate --by owner --since 2026-01-01 --until 2026-07-01\n\n"
        "  isthmus metric conversion --by channel --where channel=paid_search --where channel=social\n\n"
        "  isthmus metric revenue --by month --anchor lead --format csv\n\n"
        "`isthmus metrics` lists every metric and every dimension."
    )
)
@click.argument("name")
@click.option(
    "--by", multiple=True, metavar="DIMENSION", help=_("Split by it; repeat it, or name several with commas.")
)
@click.option(
    "--since", metavar="DAY", help=_("The first day, like 2026-01-31. Otherwise from the beginning.")
)
@click.option("--until", metavar="DAY", help=_("The first day outside. Otherwise without end."))
@click.option(
    "--window", "named", metavar="NAME", help=_("A named window, like last_28_days or this_quarter.")
)
@click.option(
    "--where",
    multiple=True,
    metavar="CONDITION",
    help=_(
        "Keep only rows like channel=social; also !=, <, <=, >, >=. The same dimension again adds a value. "
        "An empty value, as in channel=, asks for “not stated”."
    ),
)
@click.option(
    "--anchor",
    type=click.Choice(["event", "lead"]),
    help=_("Date a row by its event, or by its lead's capture."),
)
@click.option("--as-of", metavar="DAY", help=_("Only what had happened before the end of this day."))
@click.option("--known-on", metavar="DAY", help=_("Only what was known at the end of this day."))
@click.option("--order", metavar="ORDER", help=_("value, n or a dimension; -value for falling."))
@click.option("--limit", type=click.IntRange(min=1), help=_("At most so many groups, or rows."))
@click.option("--rows", "want_rows", is_flag=True, help=_("Show the rows behind the figure instead of it."))
@click.option(
    "--after", metavar="PLACE", help=_("With --rows: go on from the place that the last page named.")
)
@click.option("--explain", is_flag=True, help=_("Say how the number is defined, and show its SQL."))
@click.option("--as", "email", metavar="EMAIL", help=_("See what this person sees. Otherwise everything."))
@format_option("table", "csv", "json")
def metric(name: str, form: str, *, want_rows: bool, after: str | None, explain: bool, **asked: Any) -> None:
    """Ask the catalogue and print what it answers."""
    from isthmus.cli import metric_output as output
    from isthmus.metrics import queries

    question = _question(name, **asked)
    if want_rows:
        page = queries.rows(question, after, asked["limit"] or 50)
        output.print_rows(page, form)
        return
    if explain:
        output.print_explanation(question)
        return
    output.print_answer(queries.ask(question), form)


def _question(name: str, **asked: Any) -> "Question":
    from isthmus.core.clock import now
    from isthmus.core.refusals import InvalidInput
    from isthmus.core.window import Window
    from isthmus.metrics.question import Question
    from isthmus.workspace.models import Company

    zone = Company.current().zone
    if asked["named"] and (asked["since"] or asked["until"]):
        raise InvalidInput({"window": _("Give either --window or --since and --until, not both.")})
    if asked["named"]:
        window = Window.named(asked["named"], now(), zone)
    else:
        window = Window.parse(asked["since"], asked["until"], zone)
    return Question(
        metric=name,
        window=window,
        actor=_actor(asked["email"]),
        by=tuple(part.strip() for text in asked["by"] for part in text.split(",") if part.strip()),
        where=conditions(asked["where"]),
        anchor=asked["anchor"],
        as_of=Window.parse(None, _day_after(asked["as_of"]), zone).end if asked["as_of"] else None,
        known_on=Window.parse(None, _day_after(asked["known_on"]), zone).end if asked["known_on"] else None,
        order=asked["order"],
        limit=asked["limit"],
    )


def conditions(texts: tuple[str, ...]) -> tuple["Condition", ...]:
    """Conditions as typed; those of one dimension with = stand for any of their values."""
    from isthmus.core.refusals import InvalidInput
    from isthmus.metrics.question import Condition

    values: dict[tuple[str, str], list[str]] = {}
    found: list[Condition] = []
    for text in texts:
        match = _CONDITION.match(text)
        if match is None:
            raise InvalidInput({"where": _("%s is no condition. Write it like channel=social.") % text})
        dim, op, value = match["dim"], match["op"], match["value"].strip()
        if not value:
            found.append(Condition(dim, "not_empty" if op == "!=" else "empty"))
        elif op in ("=", "==", "!="):
            values.setdefault((dim, "not_in" if op == "!=" else "in"), []).append(value)
        else:
            found.append(Condition(dim, op, (value,)))  # type: ignore[arg-type]
    found += [Condition(dim, op, tuple(many)) for (dim, op), many in values.items()]  # type: ignore[arg-type]
    return tuple(found)


def _actor(email: str | None) -> "Actor":
    from isthmus.core.actors import SYSTEM
    from isthmus.core.refusals import NotFound
    from isthmus.workspace.actors import actor_for
    from isthmus.workspace.models import User

    if email is None:
        return SYSTEM
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        raise NotFound(_("Nobody here has the address %s. `isthmus users` lists everybody.") % email)
    return actor_for(user)


def _day_after(day: str) -> str:
    """The next day, so that a day's own facts are in; what is no day is left for the window to refuse."""
    from datetime import date, timedelta

    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except ValueError:
        return day
