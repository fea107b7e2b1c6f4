"""From a fresh clone, installed, to the first page that is alive: seconds.

Copies the tracked files to a temporary folder, as a clone would, and types what `make run`
types after installing: `boca simulate`, then `boca run`. The page is alive when it answers; it is
full when the overview shows mentions and the queue an experience. The peer is the same without a
model's help: a static page from Python's own web server, the floor of any start.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
BOCA = Path(sys.executable).parent / "boca"
TARGET = 60.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def answers(url: str, word: str = "") -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return word in response.read().decode("utf-8", "replace")
    except OSError:
        return False


def seconds_until(url: str, word: str, deadline: float, started: float) -> float:
    while time.monotonic() - started < deadline:
        if answers(url, word):
            return time.monotonic() - started
        time.sleep(0.2)
    return float("inf")


def ours(folder: Path, customers: int) -> tuple[float, float]:
    """Seconds to the first answer, and to the first experience in the queue."""
    config = (ROOT / "config.yaml").read_text("utf-8")
    (folder / "config.yaml").write_text(config, "utf-8")
    port, environment = free_port(), {**os.environ, "BOCA_CONFIG": str(folder / "config.yaml")}
    started = time.monotonic()
    simulate = [BOCA, "simulate", "--if-missing", "--customers", str(customers)]
    subprocess.run(simulate, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen(
        [BOCA, "run", "--port", str(port)],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        site = f"http://127.0.0.1:{port}"
        alive = seconds_until(f"{site}/?lang=en", "Lumar", 300, started)
        full = seconds_until(f"{site}/queue?lang=en", "/experiences/", 600, started)
    finally:
        server.terminate()
        server.wait(60)
    return alive, full


def peer(folder: Path) -> float:
    port, started = free_port(), time.monotonic()
    (folder / "index.html").write_text("Lumar", "utf-8")
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    server = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    try:
        return seconds_until(f"http://127.0.0.1:{port}/index.html", "Lumar", 60, started)
    finally:
        server.terminate()
        server.wait(10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a town of 60 customers")
    customers = 60 if parser.parse_args().quick else 400
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        alive, full = ours(Path(one), customers)
        floor = peer(Path(other))
    table = Table(title=f"From start to page, a town of {customers} customers")
    table.add_column("what")
    table.add_column("seconds", justify="right")
    table.add_row("first page answers", f"{alive:.1f}")
    table.add_row("first experience in the queue", f"{full:.1f}")
    table.add_row("peer: static page, http.server", f"{floor:.1f}")
    Console().print(table)
    said = {
        "name": "run_first_page",
        "value": round(full, 1),
        "unit": "s",
        "target": TARGET,
        "peer": round(floor, 2),
        "ratio": round(full / floor, 1),
        "pass": full <= TARGET,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
