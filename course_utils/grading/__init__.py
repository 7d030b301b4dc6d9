"""Grading of submitted notebooks, in which no answer rests on the word of the submission.

The trusted process holds references, points and hidden inputs. The student's code runs in a
separate, sandboxed process that gets inputs and returns values; whether they are right is decided
outside. ``python -m course_utils.grading --help`` lists the commands.
"""
