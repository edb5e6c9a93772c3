"""The system's package manager, used only as root; and loud words when something is missing."""

import os
import shutil
import subprocess

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


def apt_install(*packages: str) -> bool:
    """Install Debian packages; False when this user or this system cannot."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing {', '.join(packages)} from the system's packages.", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
    wanted = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return subprocess.run(wanted, env=quiet, stdout=subprocess.DEVNULL).returncode == 0


def loudly(*lines: str) -> None:
    """Print a framed warning that nobody overlooks in a long log."""
    bar = "!" * 100
    print(bar, *(f"!! {line}" for line in lines), bar, sep="\n", flush=True)
