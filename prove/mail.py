"""Kill -9 and halts of the worker while mail goes to a bad server: nothing twice, every unknown listed.

`python -m prove.mail --mails 5000 --kills 100`: mails to one and two recipients are queued; the server takes,
refuses, greylists, is slow, breaks off before and after it took a mail, or is down; the worker is killed, or
halted past its lease and let go on. At the end every copy that the server took is looked up.
"""

import argparse
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from prove.kill_loop import own_postgres
from prove.mail_audit import audit
from prove.post_office import PostOffice, post_office
from prove.serving import Served, begin, end, own_folder, served

# How often the server does what: most mails are taken, so that there is enough to be taken twice.
MODES = {
    "take": 55, "take_and_drop": 6, "drop": 6, "slow": 12, "grey": 6, "busy": 5, "refuse": 4, "reject": 4,
}  # fmt: skip
HALTED = 3.5  # seconds; a lease is two here
PATIENCE = 240.0


def main() -> None:
    """Run the proof; exit 1 when anything was sent twice, hidden or left behind."""
    parser = argparse.ArgumentParser(prog="python -m prove.mail", description="Kill -9 while mail is sent.")
    parser.add_argument("--mails", type=int, default=1500)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL that is started for it")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    os.environ |= {"ISTHMUS_OUTBOUND_TO_THIS_MACHINE": "1", "ISTHMUS_MAIL_WAIT_SECONDS": "1"}
    with ExitStack() as stack:
        if arguments.postgres:
            os.environ["DATABASE_URL"] = stack.enter_context(own_postgres())
        home = stack.enter_context(own_folder("mail"))
        begin(home)
        office = stack.enter_context(post_office(draw=_draw(chance), seconds=0.4))
        mailbox = _mailbox(office.port)
        with served(home) as company:
            writing = threading.Thread(target=_write, args=(mailbox, arguments.mails))
            writing.start()
            _disturb(company, office, arguments.kills, chance)
            writing.join()
            office.draw = None  # From here on it is well, so that all comes to an end.
            company.problems += _wait_for_the_end()
        end([*company.problems, *audit(office)], home)


def _draw(chance: random.Random) -> Callable[[], str]:
    names, weights = list(MODES), list(MODES.values())
    return lambda: chance.choices(names, weights)[0]


def _mailbox(port: int) -> int:
    from isthmus.core.actors import SYSTEM
    from isthmus.core.clock import now
    from isthmus.messages.commands import add_mailbox
    from isthmus.workspace.models import User

    made = add_mailbox(
        address="mia@example.com",
        owner_id=User.objects.get().pk,
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security="none",
        undo_seconds=0,
        by=SYSTEM,
        at=now(),
    )
    return int(made.pk)


def _write(mailbox: int, mails: int) -> None:
    from django.db import connection

    from isthmus.core.clock import now
    from isthmus.messages.commands import send_mail
    from isthmus.workspace.actors import actor_for
    from isthmus.workspace.models import User

    by = actor_for(User.objects.get())
    for number in range(mails):
        to = [f"p{number}@prospect.example"] + ([f"q{number}@prospect.example"] if number % 5 == 0 else [])
        send_mail(mailbox_id=mailbox, to=to, subject=f"Mail {number}", text="Hello.", by=by, at=now())
    connection.close()


def _disturb(company: Served, office: PostOffice, times: int, chance: random.Random) -> None:
    """Kill the worker, or halt it past its lease, while it sends."""
    import psutil

    done: Counter[str] = Counter()
    began = time.monotonic()
    for number in range(1, times + 1):
        before = office.connections
        limit = time.monotonic() + PATIENCE
        while office.connections < before + 5 and time.monotonic() < limit:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.5))
        worker = _worker(company)
        if chance.random() < 0.75:
            worker.kill()
            done["killed"] += 1
        else:
            worker.suspend()
            time.sleep(HALTED)
            try:
                worker.resume()
            except psutil.NoSuchProcess:
                continue
            done["halted"] += 1
        if number % 10 == 0:
            print(f"{number} of {times}, {len(office.taken):,} mails taken", flush=True)
    told = ", ".join(f"{what} {count}" for what, count in sorted(done.items()))
    print(f"worker {told} in {time.monotonic() - began:.0f} s")


def _worker(company: Served) -> Any:
    import psutil

    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        for one in psutil.Process(company.process.pid).children(recursive=True):
            try:
                if one.cmdline()[1:3] == ["-m", "isthmus.jobs"]:
                    return one
            except (psutil.NoSuchProcess, psutil.ZombieProcess):
                continue
        time.sleep(0.05)
    raise SystemExit("The worker did not come up again.")


def _wait_for_the_end() -> list[str]:
    """Until nobody waits any more: all got an outcome."""
    from isthmus.messages.models import Recipient

    under_way = Recipient.objects.filter(state__in=["waiting", "claimed"])
    limit = time.monotonic() + PATIENCE
    while (left := under_way.count()) and time.monotonic() < limit:
        time.sleep(0.5)
    return [f"{left} mails are still under way after {PATIENCE:.0f} s."] if left else []


if __name__ == "__main__":
    main()
