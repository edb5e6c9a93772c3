"""`python -m isthmus.jobs.tether PARENT MODULE ARG…`: become `python -m MODULE` and die with PARENT.

The supervisor starts its children through this, so that killing it leaves no orphan.
"""

import os
import sys

from isthmus.core.lifeline import die_with


def main() -> None:
    """Tie this process to its parent, then turn into the module."""
    parent, module, *arguments = sys.argv[1:]
    die_with(int(parent))
    # Processes that the module starts for itself (granian's workers) tie themselves to this number.
    os.environ["ISTHMUS_PARENT"] = str(os.getpid())
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606  (no shell is wanted)


if __name__ == "__main__":
    main()
