"""What the kill loop says while it runs and at its end: rates with the outages in and with them left out."""

from collections.abc import Mapping

from prove.clients import Ledger
from prove.importing import Progress
from prove.uptime import Uptime


def tell_progress(number: int, kills: int, acknowledged: int, lasted: float) -> None:
    """How far it is."""
    left = lasted / number * (kills - number) / 60
    rate = acknowledged / lasted
    print(
        f"{number} of {kills} kills in {lasted:.0f} s, {acknowledged:,} commands acknowledged "
        f"({rate:.1f} a second), {left:.0f} min to go",
        flush=True,
    )


def tell(
    kills: Mapping[str, int], told: Ledger, imported: Progress, uptime: Uptime, *, lasted: float, rate: float
) -> None:
    """Everything that was done and counted."""
    for what, count in sorted(kills.items()):
        print(f"  killed {count:>4} x {what}")
    count = len(told.answers)
    up = lasted - uptime.down
    print(f"{count:,} commands acknowledged in {lasted:.0f} s, {rate:.0f} a second offered:")
    print(f"  {count / up:.1f} a second while the web answered, {count / lasted:.1f} with the outages")
    print(
        f"  the web did not answer for {uptime.down:.1f} s, in {uptime.outages} outages of at most "
        f"{uptime.longest:.1f} s"
    )
    waited = sorted(told.waited)
    half, most = (round(waited[int(len(waited) * share)] * 1000) for share in (0.5, 0.95))
    slowest = round(waited[-1] * 1000)
    print(f"  answered at once: half within {half} ms, 95 % within {most} ms, the slowest {slowest} ms")
    print(f"{told.sent_again:,} were sent again and {told.asked_twice:,} asked twice on purpose")
    print(
        f"{len(imported.finished)} files imported; cut off {imported.kills} times, "
        f"went on {imported.went_on} times"
    )
