"""Compile the hashed requirement files from pyproject.toml; none of them names a registry's address."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).with_name("uv")


def main(extra: list[str]) -> None:
    """Write the requirement files of the program, developers, installer and SDKs. Extra: `--upgrade`."""
    _compile("requirements.txt", ["pyproject.toml", *extra])
    # The developers' file holds the runtime's versions, so that tests try what is shipped.
    _compile("requirements-dev.txt", ["pyproject.toml", "--extra", "dev", "-c", "requirements.txt", *extra])
    _compile("scripts/installer.txt", ["scripts/installer.in", *extra])
    _compile("tests/conformance/requirements.txt", ["tests/conformance/requirements.in", *extra])


def _compile(output: str, arguments: list[str]) -> None:
    options = ["--quiet", "--universal", "--generate-hashes", "--python-version", "3.11"]
    nameless = ["--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock"]
    command = [str(UV), "pip", "compile", *options, *nameless, *arguments, "-o", output]
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
