"""Starts Debian's Chromium, which prints the book and tests its pages."""

from __future__ import annotations

import shutil

from playwright.sync_api import Browser, Playwright

# The shell is Chromium without windows, and opens a page in a third of the time.
COMMANDS = ("chromium-headless-shell", "chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    # Containers have little shared memory.
    "--disable-dev-shm-usage",
    # Chromium's own services are not needed, and must not reach for the network.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch(playwright: Playwright) -> Browser:
    """Return a browser without a window; the first of the commands that is installed is taken."""
    command = next(filter(None, map(shutil.which, COMMANDS)), None)
    if command is None:
        raise FileNotFoundError(
            f"none of {', '.join(COMMANDS)} is installed: run `make system-packages`"
        )
    return playwright.chromium.launch(executable_path=command, args=FLAGS)
