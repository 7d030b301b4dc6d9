"""Companion package of the course on probabilistic classification.

Import from the modules, for example ``from course_utils.softmax import softmax``: the package
itself re-exports nothing, since ``softmax`` and ``sigmoid`` are both a module and a function.
"""

__version__ = "0.1.0"
