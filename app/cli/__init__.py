"""The command line. Errors of ours become one line and an exit code; others keep their traceback.

Exit codes: 0 done, 1 something failed, 2 wrong usage, 3 settings, 4 storage, 5 source, 6 model,
7 notifier, 8 already running, 130 interrupted.
"""

from __future__ import annotations

import sys

from typer import Abort, TyperException

from app.cli.root import cli
from domain.errors import BocaError


def main() -> None:
    """Run the command line and exit."""
    try:
        sys.exit(cli(standalone_mode=False) or 0)
    except BocaError as error:
        from app.cli.terminal import complain

        complain(error)
        sys.exit(error.exit_code)
    except TyperException as error:
        sys.stderr.write(f"boca: {error.format_message()} → see boca --help\n")
        sys.exit(error.exit_code)
    except (Abort, KeyboardInterrupt):
        sys.stderr.write("interrupted\n")
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output left; that is no error of ours
        sys.stderr.close()
        sys.exit(0)
