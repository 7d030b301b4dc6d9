"""Lighthouse, as on a phone, for pages of the built site: the median of three runs.

Build the site, fetch Lighthouse through npm to wherever you like, and name its command::

    npm install --prefix ~/lighthouse lighthouse
    LIGHTHOUSE=~/lighthouse/node_modules/.bin/lighthouse python tests/benchmarks/lighthouse.py

Arguments are addresses, such as ``book/softmax.html``; without any, all chapters are measured. The
pages are compressed on the way, as on any server. A busy machine lengthens the blocking time: run
nothing beside it. The bars are 98 points for performance and 100 for the rest, 2 s until the
largest text is painted, 0.01 of layout shift and 0.1 s of blocking.
"""

from __future__ import annotations

import functools
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SITE = Path(__file__).parents[2] / "_build" / "html"
RUNS = 3
CHROMIUM_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run"
CATEGORIES = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
METRICS = {
    "largest-contentful-paint": 2000.0,
    "cumulative-layout-shift": 0.01,
    "total-blocking-time": 100.0,
}
COMPRESSED = {".html", ".css", ".js", ".svg", ".json", ".xml"}


class CompressingHandler(SimpleHTTPRequestHandler):
    """Serves files as a server on the web does: compressed, and kept for ten minutes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        content = path.read_bytes()
        self.send_response(200)
        if path.suffix in COMPRESSED:
            content = compressed(path)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the table free of requests."""


@functools.cache
def compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes())


def measure(command: str, address: str) -> dict[str, Any]:
    environment = os.environ | {"CHROME_PATH": shutil.which("chromium") or ""}
    options = ["--quiet", "--output=json", f"--chrome-flags={CHROMIUM_FLAGS}"]
    only = f"--only-categories={','.join(CATEGORIES)}"
    result = subprocess.run(
        [command, address, *options, only], env=environment, capture_output=True, check=True
    )
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def row(reports: list[dict[str, Any]]) -> dict[str, float]:
    found = {
        name: 100 * statistics.median(report["categories"][name]["score"] for report in reports)
        for name in CATEGORIES
    }
    for name in METRICS:
        found[name] = statistics.median(
            report["audits"][name]["numericValue"] for report in reports
        )
    found["KB"] = reports[0]["audits"]["total-byte-weight"]["numericValue"] / 1000
    return found


def complaints(reports: list[dict[str, Any]]) -> set[str]:
    """Return the audits that cost points, but for those of speed, which the metrics show."""
    return {
        reference["id"]
        for report in reports
        for name in CATEGORIES
        if name != "performance"
        for reference in report["categories"][name]["auditRefs"]
        if reference["weight"] and report["audits"][reference["id"]]["score"] == 0
    }


def keeps(found: dict[str, float]) -> bool:
    return all(round(found[name]) >= bar for name, bar in CATEGORIES.items()) and all(
        found[name] <= bar for name, bar in METRICS.items()
    )


def main() -> int:
    command = os.environ.get("LIGHTHOUSE") or shutil.which("lighthouse")
    if command is None:
        print(__doc__)
        return 2
    notebooks = (SITE / "_sources" / "book").glob("*.ipynb")
    pages = sys.argv[1:] or sorted(f"book/{path.stem}.html" for path in notebooks)
    handler = functools.partial(CompressingHandler, directory=str(SITE))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{'page':32} {'points':>18} {'LCP ms':>8} {'CLS':>6} {'TBT ms':>7} {'KB':>5}")
    missed = 0
    for page in pages:
        address = f"http://127.0.0.1:{server.server_port}/{page}"
        reports = [measure(command, address) for _ in range(RUNS)]
        found = row(reports)
        points = " / ".join(f"{found[name]:.0f}" for name in CATEGORIES)
        lcp, cls, tbt = (found[name] for name in METRICS)
        print(f"{page:32} {points:>18} {lcp:8.0f} {cls:6.3f} {tbt:7.0f} {found['KB']:5.0f}")
        for name in sorted(complaints(reports)):
            print(f"    {name}")
        missed += not keeps(found)
    server.shutdown()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
