"""The installation's secrets: made on first start, kept in one file that only its owner can read."""

import os
import secrets as random
import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Secrets:
    """signing: sessions and links; keyring: newest first, 32-byte hex keys that seal personal text;
    hashing: keyed hashes of addresses, which must never change."""

    signing: str
    keyring: tuple[str, ...]
    hashing: str


def load_secrets(home: Path) -> Secrets:
    """Read `secrets.toml` of an installation's folder, making it when it is not there.

    Two processes that start at once agree on one file: the second finds the first one's.
    """
    path = home / "secrets.toml"
    if not path.exists():
        _create(path)
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    return Secrets(signing=values["signing"], keyring=tuple(values["keyring"]), hashing=values["hashing"])


def _create(path: Path) -> None:
    text = (
        "# Keep this file, and keep it secret: without it sealed personal data cannot be read.\n"
        f'signing = "{random.token_urlsafe(48)}"\n'
        f'keyring = ["{random.token_hex(32)}"]\n'
        f'hashing = "{random.token_hex(32)}"\n'
    )
    draft = path.with_name(f".secrets-{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # Fails when another process was first; its file stands.
    except FileExistsError:
        return
    finally:
        draft.unlink()
