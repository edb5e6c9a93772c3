"""Run the long proofs one after the other and say how each ended."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(wanted: list[str]) -> None:
    """Run every program of prove/ (or the named ones); exit 1 when one failed."""
    names = sorted(path.stem for path in (ROOT / "prove").glob("*.py") if _is_program(path))
    unknown = set(wanted) - set(names)
    if unknown:
        sys.exit(f"There is no proof called {', '.join(sorted(unknown))}. There are: {', '.join(names)}.")
    outcomes = {name: _run(name) for name in (wanted or names)}
    for name, code in outcomes.items():
        print(f"prove {name}: {'held' if code == 0 else 'FAILED'}")
    sys.exit(any(outcomes.values()))


def _is_program(path: Path) -> bool:
    return 'if __name__ == "__main__":' in path.read_text(encoding="utf-8")


def _run(name: str) -> int:
    print(f"=== prove {name}", flush=True)
    return subprocess.run([sys.executable, "-m", f"prove.{name}"], cwd=ROOT).returncode


if __name__ == "__main__":
    main(sys.argv[1:])
