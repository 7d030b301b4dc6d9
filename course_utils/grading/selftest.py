"""Shows on this machine that the grader holds, and that others would not.

* The sandbox starts, and the solution of every exercise gets full marks in it.
* Three stubs that solve nothing fool a grader that runs its tests inside the student's
  interpreter, as many do; here they get nothing. They stand for what goes wrong in this way, and
  not for all attacks: the tests of the course try more than sixty.
"""

import subprocess
import sys
from collections.abc import Callable, Mapping

from course_utils.grading.answers import NotGraded
from course_utils.grading.batch import Refused, check_canaries
from course_utils.grading.grader import GRADED, Material, as_notebook, grade_notebook
from course_utils.grading.sandbox import Isolation, probe, unprotected

SPECIFICATION = """
import numpy as np
from course_utils.grading.spec import Cases, Choice, Exercise, Function, Mistake

def drawn(rng):
    return [(rng.uniform(1, 2, size=5),) for _ in range(3)]

exercise = Exercise(
    slug="control", title="Control", minutes=1,
    questions=(
        Function(
            name="mean_square", title="The mean of the squares",
            reference=lambda x: np.mean(x**2), cases=(Cases("random numbers", 8, drawn),),
            mistakes=tuple(Mistake(str(n), lambda x: None, "") for n in range(4)),
        ),
        Choice(name="first", title="One", points=1, correct="a", hints={"b": ""}),
        Choice(name="second", title="Two", points=1, correct="a", hints={"b": ""}),
    ),
)
"""

NAIVE_TEST = """
rng = np.random.default_rng()
for _ in range(3):
    x = rng.uniform(1, 2, size=5)
    expected = np.mean(x**2)
    assert np.allclose(mean_square(x), expected)
print("passed")
"""
"""What stands at the end of a notebook under a grader that tests in the same process."""

ATTACKS = {
    "np.allclose is replaced by a function that agrees with everything": """
import numpy as np
np.allclose = lambda *arguments, **options: True
def mean_square(x):
    return None
""",
    "the answer is an object that makes NumPy's comparison say yes": """
import numpy as np
class Yes:
    def __array_function__(self, function, types, arguments, options):
        return True
def mean_square(x):
    return Yes()
""",
    "the function looks up the expected value in the frame of the test": """
import sys
import numpy as np
def mean_square(x):
    class Late:
        def __array__(self, dtype=None, copy=None):
            frame = sys._getframe()
            while frame is not None and "expected" not in frame.f_globals:
                frame = frame.f_back
            return np.asarray(frame.f_globals["expected"] if frame else 0.0)
    return Late()
""",
}
CONTROL = Material("control", "control", SPECIFICATION)
SOLUTION = "import numpy as np\ndef mean_square(x):\n    return np.mean(np.square(x))\n"


def fools_a_naive_grader(attack: str) -> bool:
    """Return whether an attack passes a test that runs in its own interpreter."""
    source = f"{attack}\nimport numpy as np\n{NAIVE_TEST}"
    command = [sys.executable, "-c", source]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.strip() == "passed"


def points_here(source: str, isolation: Isolation) -> float:
    """Return the points of one function for the control question, out of eight.

    Raises
    ------
    NotGraded
        If it cannot be graded.
    """
    result = grade_notebook(as_notebook([source]), CONTROL, 1, isolation=isolation)
    if result["status"] != GRADED:
        raise NotGraded(result["reason"])
    earned: float = result["questions"][0]["earned"]
    return earned


def self_test(
    materials: Mapping[str, Material], isolation: Isolation, say: Callable[[str], None]
) -> bool:
    """Run everything, say what was found, and return whether the grader can be trusted here."""
    try:
        probe(isolation)
    except NotGraded as error:
        say(f"FAILED  isolation: {error}")
        return False
    say(f"ok      isolation in force: {isolation}")
    if isolation == "bubblewrap":
        say(
            "        it keeps from submissions: the network, all files but the system's programs "
            "and NumPy, other processes, and more than a little memory, time and disk"
        )
    else:
        say(f"        it does NOT protect against this: {unprotected()}")
    holds = True
    for material in materials.values():
        try:
            check_canaries(
                [material],
                lambda m: grade_notebook(m.solved, m, 1, isolation=isolation),
            )
            say(f"ok      the solution of {material.key} gets full marks")
        except Refused as error:
            holds = False
            say(f"FAILED  {error}")
    points = points_here(SOLUTION, isolation)
    if points != CONTROL.exercise.questions[0].points:
        holds = False
        say(f"FAILED  a right answer to the control question gets {points:g} points")
    for what, attack in ATTACKS.items():
        fooled, points = fools_a_naive_grader(attack), points_here(attack, isolation)
        holds = holds and fooled and points == 0
        say(
            f"{'ok    ' if fooled and points == 0 else 'FAILED'}  {what}: a test in the same "
            f"process {'is fooled' if fooled else 'is not fooled'}, here it gets {points:g} of 8"
        )
    return holds
