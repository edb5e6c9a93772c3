"""The last part of a restore, a program of its own: `python -m isthmus.upkeep.settling [--verify] LOG…`.

Its data folder is the unpacked draft, which nobody uses yet. It tells in lines of JSON how it goes.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

_newer_logs: list[Path] = []


def main(arguments: list[str]) -> int:
    """Load a dump, bring the tables to this version, take the steps, look for damage. Exit 1 with words."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.settings")
    django.setup()
    from django.db import Error, connections

    from isthmus.core.refusals import Refusal
    from isthmus.upkeep.watching import in_words

    _newer_logs[:] = [Path(argument) for argument in arguments if argument != "--verify"]
    said: list[str] = []
    try:
        wrong = _settle("--verify" in arguments, said)
    except Refusal as refusal:
        wrong = [str(refusal)]
    except (OSError, Error) as error:  # A full disk, a database that went away.
        wrong = [in_words(error).strip()]
    connections.close_all()
    _tell({"wrong": wrong} if wrong else {"said": said})
    return bool(wrong)


def steps() -> Sequence[Callable[[], str]]:
    """What a restored company goes through before it is put in place, in this order; each answers a sentence.

    The place for whatever must happen again to old data.
    """
    return (_hold_outgoing, _forget_workers, _erase_again)


def _settle(verify: bool, said: list[str]) -> list[str]:
    from django.utils.translation import gettext as _

    from isthmus.core.clock import now
    from isthmus.core.tables import bring_up_to_date
    from isthmus.ledger import invariants
    from isthmus.upkeep.checks import invariant_checks

    _load_dump()
    _tell({"step": _("Bringing the tables to this version")})
    bring_up_to_date()
    said += [sentence for step in steps() if (sentence := step())]
    if not verify:
        return invariants.check_files(now())
    wrong = []
    for check in invariant_checks():
        _tell({"step": _("Checking %s") % check.label})
        wrong += check.wrong()
    said.insert(0, _("Every file is what was sealed, and what must always be true is true."))
    return wrong


def _hold_outgoing() -> str:
    from django.utils.translation import ngettext

    from isthmus.core.clock import now
    from isthmus.core.queue.holding import hold_outgoing

    held = hold_outgoing(at=now())
    return (
        ngettext(
            "Nothing is sent until you let it go with `isthmus jobs release` (%d job waits).",
            "Nothing is sent until you let it go with `isthmus jobs release` (%d jobs wait).",
            held,
        )
        % held
    )


def _forget_workers() -> str:
    """They are at work elsewhere, if at all."""
    from isthmus.core.queue.models import WorkerBeat

    WorkerBeat.objects.all().delete()
    return ""


def _erase_again() -> str:
    """Whoever was erased since the backup, as the logs know: its own and those that are newer."""
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    from isthmus.core.clock import now
    from isthmus.core.refusals import Refusal
    from isthmus.people.erasure_log import add_to_log, log_place, read_log, replay
    from isthmus.people.finishing import finish_erasing

    entries = []
    for path in (log_place(), *_newer_logs):
        try:
            entries += read_log(path)
        except ValueError:
            raise Refusal(
                _("%s is no log of erasures, so nobody knows whom to erase again. Give a whole one.") % path
            ) from None
    if not entries:
        return ""
    _tell({"step": _("Erasing again who was erased since")})
    again = replay(entries)
    finish_erasing(at=now())
    add_to_log(entries)
    return (
        ngettext(
            "%d person who was erased since the backup was erased again.",
            "%d people who were erased since the backup were erased again.",
            again,
        )
        % again
    )


def _load_dump() -> None:
    from django.conf import settings
    from django.db import connection
    from django.utils.translation import gettext as _

    from isthmus.upkeep.copying import DUMP
    from isthmus.upkeep.programs import database_name, run_postgres
    from isthmus.upkeep.restore import LOADED
    from isthmus.upkeep.watching import Watcher

    dump, mark = Path(settings.ISTHMUS_HOME) / DUMP, Path(settings.ISTHMUS_HOME) / LOADED
    if not dump.exists():
        return
    _tell({"step": _("Loading the database")})
    mark.touch()
    try:
        run_postgres("pg_restore", [
            "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error",
            f"--dbname={_quoted(database_name())}", str(dump),
        ], watcher=Watcher())  # fmt: skip
    except BaseException:
        mark.unlink()  # All of it, or nothing: it was one transaction.
        raise
    dump.unlink()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # A dump holds no statistics, and without them every question is slow.


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"dbname='{escaped}'"


def _tell(what: dict[str, object]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
