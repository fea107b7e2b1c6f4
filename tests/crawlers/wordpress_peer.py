"""A real WordPress for tests: PHP, MariaDB and Debian's package, by the peers' recipe."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(os.environ.get("BOCA_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
RECIPE = SHARED / "peers" / "wordpress.sh"
NEEDED = ("php", "mariadbd", "mariadb-install-db", "curl", "setsid")


def missing() -> str:
    """Why there can be none here; empty where there can."""
    if not RECIPE.exists():
        return f"no recipe at {RECIPE}"
    absent = [name for name in NEEDED if shutil.which(name) is None]
    if absent or not Path("/usr/share/wordpress").exists():
        return f"not installed: {', '.join(absent) or 'wordpress'}; run wordpress.sh install"
    if os.geteuid() != 0:
        return "the recipe gives its database to the user mysql, which needs root"
    return ""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe_socket:
        return int(probe_socket.getsockname()[1])


class WordPress:
    """A running WordPress, written to over its REST interface."""

    def __init__(self, scratch: Path) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = os.environ | {"PEERS_RUN": str(scratch), "WP_PORT": str(self.port)}
        self.run("start")
        password = (scratch / "wordpress" / "app_password").read_text()
        self._login = base64.b64encode(f"admin:{password}".encode()).decode()

    def run(self, command: str, recipe: Path = RECIPE) -> None:
        subprocess.run(
            ["bash", str(recipe), command],
            env=self._environment,
            check=True,
            timeout=120,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        self.run("stop")
        self.run("stop", RECIPE.with_name("mariadb.sh"))

    def ask(self, method: str, path: str, **fields: Any) -> Any:
        request = urllib.request.Request(
            f"{self.url}/wp-json/wp/v2/{path}",
            json.dumps(fields).encode(),
            {"Authorization": f"Basic {self._login}", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def comment(self, post: int, name: str, content: str, parent: int = 0) -> int:
        mail = f"{name.lower()}@example.test"
        fields = {"post": post, "parent": parent, "author_name": name, "author_email": mail}
        return int(self.ask("POST", "comments", content=content, **fields)["id"])


@pytest.fixture(scope="module")
def wordpress() -> Iterator[WordPress]:
    """One for all tests of a file, which skip where there can be none."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    # In a short path of its own: a socket's path may have 107 bytes at most.
    with tempfile.TemporaryDirectory(prefix="wp-", ignore_cleanup_errors=True) as scratch:
        Path(scratch).chmod(0o711)
        one = WordPress(Path(scratch))
        try:
            yield one
        finally:
            one.stop()
