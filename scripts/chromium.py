"""Find the system's Chromium, or install it where that is allowed."""

import os
import shutil

from scripts.system import apt_install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The browser's path: ISTHMUS_CHROMIUM when set, else the system's own."""
    return os.environ.get("ISTHMUS_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def ensure_chromium() -> str | None:
    """The browser's path, installed first when it is missing and this user may install."""
    if found := find_chromium():
        return found
    apt_install("chromium")
    return find_chromium()
