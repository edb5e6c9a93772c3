"""Data folders of their own, for the real command in another process."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any


def isthmus(home: Path, *arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line in a data folder."""
    return subprocess.run(
        command(*arguments), env=surroundings(home, **environment), capture_output=True, text=True
    )


def command(*arguments: object) -> list[str]:
    """The words of a command line."""
    return [sys.executable, "-m", "isthmus.cli.main", *map(str, arguments)]


def surroundings(home: Path, **environment: str) -> dict[str, str]:
    """The environment of a process that works in a data folder."""
    return {**os.environ, "ISTHMUS_HOME": str(home), "DATABASE_URL": "", "COLUMNS": "120", **environment}


def ask(home: Path, *questions: str) -> list[Any]:
    """What `isthmus metric` says to each question: its JSON, or the sentence with which it refuses.

    The command line is entered for each question as a terminal enters it, all in one process.
    """
    answers: list[Any] = python(home, _ASKING.format(questions=list(questions)))
    return [json.loads(said) if code == 0 else said.strip() for code, said in answers]


_ASKING = """
import contextlib, io
from isthmus.cli.main import main

answers = []
for question in {questions!r}:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main(["metric", *question.split(), "--format", "json"])
        except SystemExit as end:
            answers.append((end.code, said.getvalue()))
print(json.dumps(answers))
"""


def python(home: Path, script: str) -> Any:
    """What a script prints as JSON, run with Django on a data folder."""
    words = [sys.executable, "-c", _BEGIN + script]
    done = subprocess.run(words, env=surroundings(home), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


_BEGIN = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "isthmus.settings"
import django
django.setup()
"""


def copy_of(home: Path, target: Path) -> Path:
    """A data folder with the same contents."""
    shutil.copytree(home, target)
    return target
