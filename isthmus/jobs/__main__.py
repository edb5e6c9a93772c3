"""`python -m isthmus.jobs`: one worker, as the supervisor starts it."""

import argparse
import os
from datetime import timedelta

import django


def main() -> None:
    """Read the arguments, load the rooms, run the worker."""
    parser = argparse.ArgumentParser(prog="python -m isthmus.jobs", description="Run one worker.")
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--lease", type=float, default=20.0, help="seconds")
    parser.add_argument("--grace", type=float, default=20.0, help="seconds")
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.settings")
    django.setup()

    from isthmus.jobs.process import run_worker

    run_worker(
        threads=arguments.threads,
        lease=timedelta(seconds=arguments.lease),
        grace=timedelta(seconds=arguments.grace),
    )


main()
