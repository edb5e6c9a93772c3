"""Reading a file in a process of its own with little memory: what it says, and how much it took."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.imports.homes import surroundings

SPARE = 256 << 20  # bytes that reading may add to what the imported modules take
# Starts once, and for each file makes a process like itself, which has everything imported already.
_READER = """
import json, os, resource, sys
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "isthmus.settings"
import django
django.setup()
import pyarrow.parquet
from isthmus.core.refusals import Refusal
from isthmus.imports.looking import look
from isthmus.imports.recipe.model import Format, Input
from isthmus.imports.source.staging import open_source, stage, staged_path, unread_path

def answer_to(path, folder, spare):
    size = int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmSize"))) << 10
    resource.setrlimit(resource.RLIMIT_AS, (size + spare, resource.RLIM_INFINITY))
    answer = {}
    for act in (read, seen):
        try:
            answer |= act(path, folder)
        except Refusal as refusal:
            answer["refused" if act is read else "looked"] = str(refusal)
    answer["staged"] = sorted(one.name for one in folder.iterdir() if one.suffix == ".parquet")
    return answer

def read(path, folder):
    source = open_source(Input("rows", (), Format()), path)
    stage(source, folder, lambda count: None)
    unread = unread_path(folder, "rows")
    return {
        "columns": list(source.columns)[:20],
        "rows": pyarrow.parquet.read_table(staged_path(folder, "rows")).to_pylist()[:100],
        "unread": unread.read_text()[:100_000] if unread.exists() else "",
        "notice": source.notice,
    }

def seen(path, folder):
    found = look(path, path.name)
    return {"looked": [found.format, found.encoding, [column.name for column in found.columns][:20]]}

for line in sys.stdin:
    path, folder, spare, said = json.loads(line)
    child = os.fork()
    if child == 0:
        try:
            Path(said).write_text(json.dumps(answer_to(Path(path), Path(folder), spare), default=str))
        except BaseException as fault:
            Path(said).write_text(json.dumps({"fault": repr(fault)}))
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""

Reading = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def read_bounded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    """`read_bounded(path, folder)`: what opening, staging and looking at a file say, when memory is short."""
    home = tmp_path_factory.mktemp("reader")
    reader = subprocess.Popen(
        [sys.executable, "-c", _READER],
        env=surroundings(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert reader.stdin is not None and reader.stdout is not None

    def read(path: Path, folder: Path, spare: int = SPARE) -> dict[str, Any]:
        folder.mkdir(exist_ok=True)
        said = folder / "said.json"
        reader.stdin.write(json.dumps([str(path), str(folder), spare, str(said)]) + "\n")
        reader.stdin.flush()
        status = reader.stdout.readline().strip()
        assert status == "0", f"The reading ended with {status or 'nothing at all'}."
        answer: dict[str, Any] = json.loads(said.read_text())
        assert "fault" not in answer, answer
        return answer

    yield read
    reader.stdin.close()
    assert reader.wait(timeout=60) == 0
