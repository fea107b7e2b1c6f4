"""Commands that write a model into a folder that the user names."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from domain.errors import ModelError


def into_a_folder(command: str, about: str | None, write: Callable[[Path], None]) -> None:
    """Read the folder from the command line and write into it; what fails is told in a line."""
    parser = argparse.ArgumentParser(
        prog=command,
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="where to write")
    try:
        write(parser.parse_args().folder)
    except ModelError as error:
        parser.exit(1, f"{error}\n")
    except OSError as error:
        parser.exit(1, f"the folder cannot be written ({error}) → name another\n")
