"""The house's own rules that no linter knows."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

from scripts import templates

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "isthmus"
HEAVY = {
    "duckdb", "ibis", "pandas", "numpy", "scipy", "sklearn", "pyarrow", "holidays", "phonenumbers", "sqlglot",
}  # fmt: skip
# Put together from parts, so that this file does not name them either.
UNWANTED = [
    "py" + r"pi\.org", "python" + "hosted", r"registry\." + "npmjs", r"deb\." + "debian",
    "/" + "work/(?:main|shared)", "/" + r"work/\." + "library", "/" + "root/", "extra-index" + "-url",
]  # fmt: skip
LONGEST_FILE, LONGEST_FUNCTION = 400, 60


def rooms_from_the_top() -> list[set[str]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contract = settings["tool"]["importlinter"]["contracts"][0]
    return [{room.strip() for room in re.split(r"[|:]", layer)} for layer in contract["layers"]]


def height_of(room: str) -> int:
    (height,) = [-place for place, rooms in enumerate(rooms_from_the_top()) if room in rooms]
    return height


def _room_of(model: type) -> str:
    return model.__module__.split(".")[1]  # Its label may be another: Django has an app called messages.


def own_models() -> list[type]:
    return [model for model in apps.get_models() if model.__module__.startswith("isthmus.")]


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_foreign_keys_point_to_the_same_room_or_below(model):
    room = _room_of(model)

    upward = [
        f"{field.name} -> {field.related_model._meta.label}"
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model.__module__.startswith("isthmus.")
        and _room_of(field.related_model) != room
        and height_of(_room_of(field.related_model)) >= height_of(room)
    ]  # fmt: skip

    assert not upward


def test_pages_and_commands_start_without_anything_heavy():
    program = f"""
import django, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "isthmus.settings"
django.setup()
import isthmus.web.urls, isthmus.cli.main as line
for name in line.COMMANDS:
    line.load(name)
print(sorted({HEAVY!r} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)

    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize("path", templates.all_templates(), ids=lambda path: path.name)
def test_a_template_speaks_through_gettext_and_holds_no_inline_style_or_script(path):
    assert [str(problem) for problem in templates.problems_in(path)] == []


def test_every_template_compiles():
    assert templates.uncompilable() == []


def tracked_files() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("This is no git checkout, so nothing is tracked.")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_tracked_file_names_a_registry_or_somebodys_folder():
    forbidden = re.compile("|".join(UNWANTED))

    naming = []
    for path in tracked_files():
        text = path.read_bytes().decode("utf-8", errors="replace")
        naming += [f"{path.relative_to(ROOT)}: {match.group()}" for match in forbidden.finditer(text)]

    assert naming == []


WAYS_OUT = {
    "urllib.request", "http.client", "httpx", "requests", "urllib3", "aiohttp", "ftplib", "telnetlib",
    "xmlrpc", "smtplib", "imaplib", "poplib", "paramiko", "websockets",
}  # fmt: skip
MAY_CONNECT = {
    "core/outbound/client.py",  # The guarded way out.
    "core/outbound/sessions.py",  # For libraries that know `requests` alone: it goes the guarded way.
    "core/outbound/mail_servers.py",  # The same for mailboxes: each server is judged first.
    "jobs/ports.py",  # Asks this machine whether its own port is free.
}


def ways_out_in(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        if isinstance(node, ast.Attribute) and node.attr in (
            "create_connection",
            "open_connection",
            "urlopen",
        ):
            names = [node.attr]
        found += [n for n in names if n in ("create_connection", "open_connection", "urlopen")]
        found += [n for n in names if any(n == way or n.startswith(way + ".") for way in WAYS_OUT)]
        if isinstance(node, ast.ImportFrom) and node.module == "socket":
            found += [alias.name for alias in node.names if alias.name in ("create_connection", "socket")]
    return found


def test_nothing_but_the_guarded_client_connects_to_other_machines():
    """Mail goes by Django, to the server that the installation names."""
    found = {
        str(path.relative_to(PACKAGE)): ways_out_in(path)
        for path in PACKAGE.rglob("*.py")
        if str(path.relative_to(PACKAGE)) not in MAY_CONNECT
    }

    assert {path: ways for path, ways in found.items() if ways} == {}
    assert ways_out_in(PACKAGE / "core/outbound/client.py")  # It would be found.


def own_sources() -> list[Path]:
    places = [PACKAGE, ROOT / "scripts", ROOT / "bench", ROOT / "prove"]
    return [path for place in places for path in place.rglob("*.py") if "migrations" not in path.parts]


@pytest.mark.parametrize("path", own_sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_and_its_functions_fit_in_a_readers_head(path):
    text = path.read_text(encoding="utf-8")

    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)]
    long = [f.name for f in functions if (f.end_lineno or f.lineno) - f.lineno + 1 > LONGEST_FUNCTION]

    assert text.count("\n") <= LONGEST_FILE
    assert long == []
