"""A stranger's CRM export comes in by the shipped recipe, and its figures are those of plain Python.

    python -m prove.stranger [--rows 8800] [--seed 5] [--export FOLDER]

Writes the four files twice, once so that sellers, products and sectors win more or less, once so that nobody
does. Brings each into a company of its own by the command line, a product named two ways said to be one;
asks the catalogue, and compares with a computation over the files that knows nothing of Isthmus. Exit 1
unless every figure is the same, a second import brings nothing twice, the undo leaves nothing, and win
probability and league table say what is true: with signal that it is better and who differs, without it
nothing.

With --export a real export of that shape (accounts.csv, products.csv, sales_teams.csv, sales_pipeline.csv) is
tried the same way; what its league and its chances say is only printed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from prove.stranger_asking import ask
from prove.stranger_by_hand import ByHand, figures_of, last_day_of, spelled_in
from prove.stranger_set import FILES, write_set

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Prove both sets, or try an export; 0 when all holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=8800)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--export", type=Path)
    parser.add_argument("--ask", metavar="DAY", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.ask:
        print(json.dumps(ask(date.fromisoformat(asked.ask))))
        return 0
    if asked.export:
        return 0 if _prove(asked.export, None) else 1
    held = []
    for signal in (True, False):
        with tempfile.TemporaryDirectory(prefix="isthmus-stranger-set-") as folder:
            write_set(Path(folder), rows=asked.rows, seed=asked.seed, signal=signal)
            held.append(_prove(Path(folder), signal))
    return 0 if all(held) else 1


def _prove(folder: Path, signal: bool | None) -> bool:
    print(f"\n== {'an export' if signal is None else 'with signal' if signal else 'without signal'} ==")
    day = last_day_of(folder)
    hand = figures_of(folder, day)
    home = Path(tempfile.mkdtemp(prefix="isthmus-stranger-"))
    try:
        _isthmus(
            home, "init", "--name", "Stranger", "--currency", "USD", "--time-zone", "UTC",
            "--admin", "ada@stranger.example",
        )  # fmt: skip
        empty = _asked(home, day)["rows"]
        print(_import(home, folder))
        here = _asked(home, day)
        same = _compare(here, hand)
        _import(home, folder)
        again = _asked(home, day)["rows"] == here["rows"]
        print(f"a second import brings nothing twice: {again}")
        honest = _judge(here, signal)
        for number in (2, 1):
            _isthmus(home, "import", "--undo", number)
        gone = _asked(home, day)["rows"] == empty
        print(f"taken back, nothing of it is left: {gone}")
        return same and again and honest and gone
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _import(home: Path, folder: Path) -> str:
    same = spelled_in(folder)
    words = [word for other, name in same.items() for word in ("--same", f"{other} = {name}")]
    return _isthmus(home, "import", "opportunities", *(folder / name for name in FILES), *words)


def _isthmus(home: Path, *words: object) -> str:
    command = [sys.executable, "-m", "isthmus.cli.main", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, env=_surroundings(home), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def _asked(home: Path, day: date) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "prove.stranger", "--ask", day.isoformat()]
    done = subprocess.run(
        command, cwd=ROOT, env=_surroundings(home), stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _surroundings(home: Path) -> dict[str, str]:
    here = {**os.environ, "ISTHMUS_HOME": str(home), "DJANGO_SETTINGS_MODULE": "isthmus.settings"}
    here.pop("DATABASE_URL", None)
    return here


def _compare(here: dict[str, Any], hand: ByHand) -> bool:
    """Each figure of the catalogue beside that of plain Python; whether all are the same."""
    pairs = {
        "win rate by seller": (_as_rates(here, "owner"), hand.sellers),
        "win rate by manager": (_as_rates(here, "team"), hand.managers),
        "win rate by product": (_as_rates(here, "product"), hand.products),
        "win rate by region": (_as_rates(here, "territory"), hand.regions),
        "median days to a win": (float(here["won_days"]), float(hand.won_days)),
        "median days to a loss": (float(here["lost_days"]), float(hand.lost_days)),
        "revenue by quarter": (
            {quarter: float(value) for quarter, value in here["revenue"].items()},
            {quarter: float(value) for quarter, value in hand.revenue.items()},
        ),
        "open deals": (here["open"], hand.open),
        "their value by the list prices": (Decimal(here["open_value"]), hand.open_value),
        "their ages": (here["ages"], hand.ages),
    }
    for name, (got, wanted) in pairs.items():
        shown = f"{len(got)} of them" if isinstance(got, dict | list) else got
        print(f"{name}: {shown} {'exact' if got == wanted else f'DIFFERENT from {wanted}'}")
    for quarter, value in sorted(here["revenue"].items()):
        print(f"  {quarter}  {float(value):>16,.2f}")
    print(f"won {hand.won:,} of {hand.decided:,} decided; {hand.undated} open ones of which no day is known")
    return all(got == wanted for got, wanted in pairs.values())


def _as_rates(here: dict[str, Any], by: str) -> dict[str, tuple[int, int]]:
    return {name: (won, n) for name, won, n in here["rates"][by]}


def _judge(here: dict[str, Any], signal: bool | None) -> bool:
    """Whether league and chances say what is true of the set; of a real one nobody knows it."""
    says = here["chances"]
    judged = says["judged"] or {}
    print(f"the sellers differ: {here['differ']} (p = {here['chance_of_differences']})")
    print(f"win probability is better than the base rate: {says['is_better']}")
    if judged:
        gain = judged["gain"]
        print(f"  log loss {judged['loss']:.4f}, base rate {judged['base_loss']:.4f}", end="")
        print(f", saved {gain['value']:.4f} ({gain['low']:.4f} to {gain['high']:.4f})")
        print("  carried by " + ", ".join(f"{n} {c['value']:.4f}" for n, c in judged["carries"].items()))
    chances, league = here["pages"].values()
    if signal is None:
        return True
    silent = "No better than the base rate of" in chances and "<figure" not in chances
    tones = [page.count('data-tone="good"') + page.count('data-tone="bad"') for page in (chances, league)]
    print(f"page Chances says so: {silent != signal}; coloured marks on the two pages: {tones}")
    noise = "differ by more than chance" not in league and "are noise" in league
    print(f"page League says that the differences are noise: {noise}")
    if signal:
        return bool(says["is_better"] and here["differ"] and not silent and not noise)
    return not says["is_better"] and not here["differ"] and silent and noise and tones == [0, 0]


if __name__ == "__main__":
    sys.exit(main())
