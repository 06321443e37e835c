"""Finds the browser for browser tests and benchmarks, or installs it where that is allowed."""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-core")


def find() -> Path | None:
    chosen = os.environ.get("CONTACTSHEET_CHROMIUM")
    for name in (chosen, *NAMES):
        if name and (path := shutil.which(name)):
            return Path(path)
    return None


def find_or_install() -> tuple[Path | None, str]:
    """Return the browser, or None and the reason why there is none."""
    if found := find():
        return found, ""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return None, "Chromium is not installed, and only root on Debian or Ubuntu could do it here"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [apt, "install", "-y", "--no-install-recommends", *PACKAGES]
    for command in ([apt, "update"], install):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return None, f"apt-get could not install Chromium: {_last_line(done.stderr)}"
    return find(), "apt-get installed no Chromium"


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it gave no reason"
