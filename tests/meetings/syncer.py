"""Read or write a calendar in a process of its own: `python -m tests.meetings.syncer read 3`."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from isthmus.meetings.caldav import reading, writing

    if sys.argv[1] == "read":
        reading.AT_ONCE = 2
        reading.read_calendar(int(sys.argv[2]), compare=True)
    else:
        writing.write(int(sys.argv[2]))
