"""Collect the translatable texts into isthmus/locale, or check that every catalogue there can be built."""

import io
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.system import apt_install

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "isthmus" / "locale"


def main(arguments: list[str]) -> None:
    """`messages` collects (needs GNU gettext), `messages check` compiles each catalogue in memory."""
    if arguments == ["check"]:
        check()
    else:
        collect()


def collect() -> None:
    """Bring isthmus/locale/django.pot and every language's catalogue up to date with the code."""
    if not shutil.which("xgettext") and not apt_install("gettext"):
        sys.exit("Collecting texts needs GNU gettext. Install the package gettext, then run make again.")
    LOCALE.mkdir(exist_ok=True)
    command = ["django-admin", "makemessages", "--all", "--keep-pot", "--no-location", "--no-obsolete"]
    program = [str(Path(sys.executable).with_name(command[0])), *command[1:]]
    subprocess.run(program, cwd=ROOT / "isthmus", check=True)


def check() -> None:
    """Compile each catalogue; a wrong placeholder or a syntax error is named and ends in exit 1."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    wrong = []
    catalogues = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))
    for path in [*catalogues, *LOCALE.glob("*.pot")]:
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
        for message, errors in catalogue.check():
            wrong += [f"{path.relative_to(ROOT)}:{message.lineno}: {error}" for error in errors]
        write_mo(io.BytesIO(), catalogue)
    print("\n".join(wrong) or f"{len(catalogues)} translations can be built.")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main(sys.argv[1:])
