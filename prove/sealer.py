"""`python -m prove.sealer POINT`: seal what is in the inbox and die at the named instruction on the way."""

import os
import sys


def main(point: str) -> None:
    """Seal; returns only when the instruction was not reached, which means that nothing was sealed."""
    os.environ["ISTHMUS_CRASH_AT"] = point
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.settings")
    import django

    django.setup()

    from isthmus.ledger.sealer_lock import LedgerBusy
    from isthmus.ledger.sealing import seal

    try:
        seal(wait=30)
    except LedgerBusy:
        return


main(sys.argv[1])
