"""Looking for somebody's words in everything that a company keeps: every file, every table, a new backup."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from isthmus.core.clock import now
from isthmus.core.secrets import load_secrets
from isthmus.people.models import Person
from isthmus.upkeep.archive import contents_of, unpack
from isthmus.upkeep.backup import make_backup
from isthmus.upkeep.copying import DUMP, SQLITE
from isthmus.upkeep.programs import run_postgres
from isthmus.upkeep.watching import Watcher


def found(needles: list[str], *folders: Path) -> dict[str, list[str]]:
    """Needles by file: in plain bytes in any case, in Parquet's cells,
    in what is packed, in each table of the database."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    told: dict[str, list[str]] = {}
    for path in (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()):
        raw = path.read_bytes().lower()
        text = (
            raw.decode("utf-8", "replace")
            + raw.decode("utf-16-le", "replace")
            + raw.replace(b"\0", b"").decode("latin-1")
        )
        if path.suffix == ".parquet":
            text += str(pq.read_table(path).to_pylist()).lower()
        if path.suffix == ".zst":
            with pa.input_stream(str(path), compression="zstd") as packed:
                text += packed.read().decode("utf-8", "replace").lower()
        if path.suffix == ".rows":
            text += str(_rows_of(path)).lower()
        if hits := [needle for needle in needles if needle in text]:
            told[path.name] = hits
    dump = database_text()
    if hits := [needle for needle in needles if needle in dump]:
        told["database"] = hits
    return told


def new_backup(folder: Path) -> Path:
    """What a backup that is made now holds, unpacked: PostgreSQL's compressed dump as text too."""
    load_secrets(settings.ISTHMUS_HOME)
    made = make_backup(folder / "new.tar", folder / "new.keys", at=now(), watcher=Watcher())
    unpacked = folder / "unpacked"
    unpack(made.path, contents_of(made.path), unpacked, Watcher())
    names = {path.name for path in unpacked.rglob("*") if path.is_file()}
    assert names & {SQLITE, DUMP}
    assert any(name.endswith(".parquet") for name in names)
    if (dump := unpacked / DUMP).exists():
        run_postgres("pg_restore", [f"--file={unpacked / 'dump.sql'}", str(dump)], watcher=Watcher())
        assert "people_person" in (unpacked / "dump.sql").read_text("utf-8")
    return folder


def _rows_of(path: Path) -> list[Any]:
    from isthmus.ledger.by_subject.copy import Copy
    from isthmus.ledger.models import SealedFile

    file = SealedFile.objects.get(path__endswith=f"{path.stem}.parquet")
    copy = Copy(path, sha256=file.sha256)
    subjects = list(Person.objects.order_by("subject").values_list("subject", flat=True))
    return [batch.to_pylist() for batch in copy.of(subjects)]


def database_text() -> str:
    from django.contrib.sessions.models import Session

    with connection.cursor() as cursor:
        parts = [str([session.get_decoded() for session in Session.objects.all()])]
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            parts.append(str(cursor.fetchall()))
    return "".join(parts).lower()
