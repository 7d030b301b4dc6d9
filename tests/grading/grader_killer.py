"""The command line of the grader, except that some notebooks kill it.

A cell with ``# kill the grader`` stands for whatever brings down the process outside the sandbox,
which a hole in the sandbox or a bug might do. What follows names what dies: ``alone``, the process
that a suspect has for itself, or ``all``, its parent as well.
"""

import os
import signal
import sys

from course_utils.grading import __main__, batch

safe = batch.grade_notebook


def grade_notebook(notebook, *arguments, **options):
    if b"# kill the grader" in notebook:
        step = options["step"]
        if step is not None:
            step("cell 1")
            if b"# kill the grader: all" in notebook:
                os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
    return safe(notebook, *arguments, **options)


# A process of its own imports this module, too, and so gets the same.
batch.grade_notebook = grade_notebook

if __name__ == "__main__":
    sys.exit(__main__.main())
