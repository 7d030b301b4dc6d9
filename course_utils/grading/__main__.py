"""The command line: ``python -m course_utils.grading --help``."""

import argparse
import sys
from collections.abc import Sequence

from course_utils.grading.publish import add_build_parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m course_utils.grading")
    commands = parser.add_subparsers(required=True, metavar="command")
    add_build_parser(commands)
    chosen = parser.parse_args(arguments)
    status: int = chosen.run(chosen)
    return status


if __name__ == "__main__":
    sys.exit(main())
