"""The command line: ``python -m course_utils.grading``."""

import argparse
import io
import sys
from pathlib import Path

from course_utils.grading import report
from course_utils.grading.answers import NotGraded
from course_utils.grading.batch import Options, Refused, run
from course_utils.grading.grader import load_materials
from course_utils.grading.masters import ExerciseError
from course_utils.grading.publish import EXERCISES, add_build_parser, read_assignment
from course_utils.grading.results import CannotWrite
from course_utils.grading.sandbox import unprotected
from course_utils.grading.selftest import self_test
from course_utils.grading.tables import NOT_GRADED

SOME_NOT_GRADED, REFUSED, CANNOT_WRITE, INTERRUPTED = 1, 3, 4, 130

STATUS = """exit status:
  0  everything is graded
  1  something is not graded; it is named, and no score is recorded for it
  2  the command line is wrong
  3  refused: there is no sandbox, or the solutions do not get full marks in it; nothing is recorded
  4  the results cannot be written; run the same command again to go on
130  interrupted; run the same command again to go on
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="python -m course_utils.grading",
        description="Grade notebooks in a sandbox that no answer leaves unchecked.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, purpose: str, epilog: str = "") -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=purpose[0].lower() + purpose[1:].rstrip("."),
            description=purpose,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    add_build_parser(commands)
    grade = command("grade", "Grade a folder of submitted notebooks.", STATUS)
    grade.add_argument(
        "submissions",
        type=Path,
        metavar="SUBMISSIONS_DIR",
        help="notebooks, flat or one folder for each student, as Canvas and Moodle export them",
    )
    grade.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where the results go"
    )
    grade.add_argument(
        "--exercise",
        metavar="SLUG",
        help="the exercise of all submissions (default: each notebook tells)",
    )
    grade.add_argument(
        "--jobs", type=positive, default=0, metavar="N", help="how many at a time (default: cores)"
    )
    grade.add_argument(
        "--seed",
        type=natural,
        metavar="S",
        help="the seed of the hidden inputs (default: that stored in DIR, at first a random one)",
    )
    grade.add_argument(
        "--executor",
        choices=("threads", "dask"),
        default="threads",
        help="grade in threads of this process, or on a Dask cluster",
    )
    grade.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="the Dask scheduler (default: a cluster on this machine, of so many workers as jobs)",
    )
    grade.add_argument(
        "--retry-quarantined",
        action="store_true",
        help="grade once more what the grader died at",
    )
    grade.add_argument(
        "--assignment",
        type=Path,
        metavar="CSV",
        help="the assignment.csv that `build --private` wrote: grade nobody by the variant of "
        "another student",
    )
    test = command(
        "self-test",
        "Say which isolation is in force on this machine, and show that it holds.",
        "exit status: 0 if everything holds, 3 if not",
    )
    for each in (grade, test):
        each.add_argument(
            "--isolation",
            choices=("bubblewrap", "limits"),
            default="bubblewrap",
            help="bubblewrap (Linux): no network, no files, no other process; limits: files can be "
            "read and written, so for notebooks that you trust not to look around",
        )
        each.add_argument(
            "--private",
            type=Path,
            metavar="DIR",
            help="exercises that are not public, instead of those of the course",
        )
    for each in (grade, test):
        each.add_argument(
            "--exercises",
            type=Path,
            default=EXERCISES,
            metavar="DIR",
            help=f"the exercises of the course (default: {EXERCISES})",
        )
    summary = command("report", "Make the page on the whole class from graded results.")
    summary.add_argument("results", type=Path, metavar="DIR", help="the --out of `grade`")
    return top


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is below 1")
    return number


def natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is below 0")
    return number


def say(line: str) -> None:
    print(line, flush=True)


def grade(arguments: argparse.Namespace) -> int:
    exercises = arguments.private or arguments.exercises
    if arguments.isolation == "limits":
        say(f"Isolation by limits alone does NOT protect against this: {unprotected()}.")
    rows = run(
        Options(
            submissions=arguments.submissions,
            out=arguments.out,
            materials=load_materials(exercises, arguments.exercise),
            hidden=(exercises,),
            assignment=read_assignment(arguments.assignment) if arguments.assignment else {},
            exercise=arguments.exercise,
            seed=arguments.seed,
            jobs=arguments.jobs,
            isolation=arguments.isolation,
            executor=arguments.executor,
            scheduler=arguments.scheduler,
            retry_quarantined=arguments.retry_quarantined,
        ),
        say,
    )
    return SOME_NOT_GRADED if any(row.status == NOT_GRADED for row in rows) else 0


def main(words: list[str] | None = None) -> int:
    """Run the command line, and return its exit status."""
    arguments = parser().parse_args(words)
    try:
        if arguments.command == "grade":
            return grade(arguments)
        if arguments.command == "build":
            status: int = arguments.run(arguments)
            return status
        if arguments.command == "report":
            say(f"Report: {report.write_report(arguments.results)}")
            return 0
        materials = load_materials(arguments.private or arguments.exercises)
        return 0 if self_test(materials, arguments.isolation, say) else REFUSED
    except CannotWrite as error:
        print(
            f"The results cannot be written: {error}\n"
            "What is there is whole. Make room, or mend the permissions, and run the same command "
            "again: it goes on where it stopped.",
            file=sys.stderr,
        )
        return CANNOT_WRITE
    except KeyboardInterrupt:
        print("Interrupted. The same command goes on where it stopped.", file=sys.stderr)
        return INTERRUPTED
    except ExerciseError as error:
        print(
            f"Refused, and nothing is recorded: {error}\n"
            "--exercises DIR or --private DIR says where the exercises are.",
            file=sys.stderr,
        )
        return REFUSED
    except (NotGraded, Refused, report.NoResults) as error:
        print(f"Refused, and nothing is recorded: {error}", file=sys.stderr)
        return REFUSED


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Names of students need more than some terminals have.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main())
