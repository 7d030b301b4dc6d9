"""Drives Debian's Firefox over WebDriver BiDi, the standard that Firefox itself speaks.

Playwright has a browser of its own under that name; of Debian's it asks what that does not know.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

COMMAND = "firefox-esr"
# Addresses of this machine go to no proxy. All others go to this one, where nobody listens, so that
# none of Firefox's own services reaches the network.
PREFERENCES = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    # A sidebar that is on its way makes the page wider than it is going to be.
    "ui.prefersReducedMotion": 1,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
}
PORT = ["--remote-debugging-port", "0"]
"""Any that is free."""
EVENTS = ["log.entryAdded", "network.beforeRequestSent", "network.responseCompleted"]
PATIENCE = 60
"""Seconds for the start, or for one command; an idle machine needs three."""


@contextmanager
def launch(profile: Path) -> Iterator[Firefox]:
    """Start Firefox with an empty profile."""
    if shutil.which(COMMAND) is None:
        raise FileNotFoundError(f"{COMMAND} is not installed: run `make system-packages`")
    (profile / "user.js").write_text(
        "".join(
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
            for name, value in PREFERENCES.items()
        ),
        encoding="utf-8",
    )
    with (profile / "said.txt").open("w") as said:
        process = subprocess.Popen(
            [COMMAND, "--headless", "--no-remote", *PORT, "--profile", profile],
            # Root's Firefox refuses a home that is another's, as CI gives to containers.
            env={**os.environ, "HOME": str(profile)},
            stdout=said,
            stderr=said,
        )
    try:
        with connect(endpoint(process, profile), max_size=None, proxy=None) as socket:
            firefox = Firefox(socket)
            yield firefox
            firefox.call("browser.close")
        process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()


def endpoint(process: subprocess.Popen[bytes], profile: Path) -> str:
    """Return the address at which Firefox listens, as soon as it has written it down."""
    path = profile / "WebDriverBiDiServer.json"
    for _ in range(PATIENCE * 10):
        if process.poll() is not None:
            break
        try:
            server = json.loads(path.read_text(encoding="utf-8"))
            return f"ws://{server['ws_host']}:{server['ws_port']}/session"
        except (FileNotFoundError, json.JSONDecodeError):
            time.sleep(0.1)
    said = (profile / "said.txt").read_text(encoding="utf-8")
    raise RuntimeError(f"Firefox does not start: {said}")


class Firefox:
    """One tab of a Firefox without a window."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.number = 0
        self.origin = ""
        self.size = (0, 0)
        self.complaints: list[str] = []
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=EVENTS)
        self.tab: str = self.call("browsingContext.getTree")["contexts"][0]["context"]

    def call(self, method: str, **parameters: Any) -> Any:
        """Send a command and return its result; what happens meanwhile is noted."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=PATIENCE))
            if message["type"] == "event":
                self.note(message["method"], message["params"])
            elif message["type"] == "error":
                raise RuntimeError(f"{method}: {message['error']}: {message['message']}")
            else:
                return message["result"]

    def note(self, event: str, what: dict[str, Any]) -> None:
        if event == "log.entryAdded":
            if what["level"] in ("error", "warn"):
                self.complaints.append(f"{what['level']}: {what['text']}")
            return
        url = what["request"]["url"]
        if event == "network.beforeRequestSent":
            if not url.startswith((self.origin, "data:", "blob:")):
                self.complaints.append(f"leaves the site: {url}")
        elif what["response"]["status"] >= 400:
            self.complaints.append(f"{what['response']['status']}: {url}")

    def open(self, site: str, address: str) -> None:
        """Load a page with everything on it, and forget what was wrong with the last."""
        self.origin = site
        self.complaints.clear()
        self.call(
            "browsingContext.navigate", context=self.tab, url=f"{site}/{address}", wait="complete"
        )
        self.run("() => document.fonts.ready.then(() => true)")

    def run(self, function: str, *arguments: object) -> Any:
        """Call a function of JavaScript and return what it returns, also infinity and NaN."""
        answer = self.call(
            "script.callFunction",
            functionDeclaration=f"""async text => JSON.stringify(
                await ({function})(...JSON.parse(text)) ?? null,
                (_, value) => typeof value !== "number" || Number.isFinite(value)
                    ? value : `number ${{value}}`,
            ).replace(/"number (-?Infinity|NaN)"/g, "$1")""",
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
            target={"context": self.tab},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def resize(self, width: int, height: int) -> None:
        if self.size == (width, height):
            return
        self.size = (width, height)
        self.call(
            "browsingContext.setViewport",
            context=self.tab,
            viewport={"width": width, "height": height},
        )
        # Scripts that watch sizes run between two frames, and may change the page once more.
        self.run(
            """() => new Promise(done =>
                requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"""
        )

    def press(self, *keys: str) -> None:
        """Type on the keyboard, whatever has the focus."""
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.call(
            "input.performActions",
            context=self.tab,
            actions=[{"type": "key", "id": "keyboard", "actions": strokes}],
        )

    def click(self, selector: str) -> None:
        """Click with the mouse on what is seen of the first element that fits."""
        x, y = self.run(
            """selector => {
                const element = document.querySelector(selector);
                element.scrollIntoView({ block: "center", behavior: "instant" });
                const { x, y, width, height } = element.getBoundingClientRect();
                return [Math.round(x + width / 2), Math.round(y + height / 2)];
            }""",
            selector,
        )
        self.call(
            "input.performActions",
            context=self.tab,
            actions=[
                {
                    "type": "pointer",
                    "id": "mouse",
                    "actions": [
                        {"type": "pointerMove", "x": x, "y": y},
                        {"type": "pointerDown", "button": 0},
                        {"type": "pointerUp", "button": 0},
                    ],
                }
            ],
        )
