"""Somebody who edits people at a steady pace while an import runs: how long each edit took to be stored."""

import json
import sys
import threading
import time

PAUSE = 0.1


def main() -> None:
    """Edit until standard input ends; then print milliseconds of every edit as JSON."""
    import django

    django.setup()
    from isthmus.core.actors import SYSTEM
    from isthmus.core.clock import now
    from isthmus.people.commands import add_person, edit_person

    over = threading.Event()
    threading.Thread(target=_wait_for_end, args=[over], daemon=True).start()
    person = add_person(full_name="Edited", email=f"edited-{time.time_ns()}@example.org", by=SYSTEM, at=now())
    version = person.version
    spent: list[float] = []
    while not over.is_set():
        began = time.perf_counter()
        edited = edit_person(
            person_id=person.pk, title=f"Title {len(spent)}", version=version, by=SYSTEM, at=now()
        )
        version = edited.version
        spent.append((time.perf_counter() - began) * 1000)
        time.sleep(PAUSE)
    print(json.dumps(spent))


def _wait_for_end(over: threading.Event) -> None:
    sys.stdin.read()
    over.set()


if __name__ == "__main__":
    main()
