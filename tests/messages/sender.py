"""One try of a message in a process of its own: `python -m tests.messages.sender NUMBER`."""

import sys


def main() -> None:
    """Deliver it."""
    import django

    django.setup()
    from isthmus.messages.sending.delivering import deliver

    deliver(int(sys.argv[1]))


if __name__ == "__main__":
    main()
