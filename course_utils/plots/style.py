"""One look for all pictures of the book: sizes, colours, and output that never changes by itself.

The colours are those of Okabe and Ito (2008), told apart with every kind of colour vision. A colour
belongs to a thing, not to a chapter: what is true is always green, what a model says always blue.
"""

from __future__ import annotations

import matplotlib as mpl
from cycler import cycler

TRUTH = "#009e73"
MODEL = "#0072b2"
CROSS_ENTROPY = "#d55e00"
SQUARED_ERROR = "#cc79a7"
HIGHLIGHT = "#e69f00"
CONTRAST = "#56b4e9"
NEUTRAL = "#6b7280"

#: Colours of classes 0, 1, 2, … where classes are compared with each other.
CLASSES = (MODEL, CROSS_ENTROPY, TRUTH, HIGHLIGHT, SQUARED_ERROR, CONTRAST, NEUTRAL)

WIDTH = 6.8
HEIGHT = 3.6


def use_course_style() -> None:
    """Set matplotlib's defaults, and deterministic SVG where the figure is shown in a notebook.

    Called once at the top of a chapter. Outside a notebook only the defaults are set.

    Examples
    --------
    >>> import matplotlib
    >>> use_course_style()
    >>> matplotlib.rcParams["svg.hashsalt"]
    'course'
    """
    mpl.rcParams.update(
        {
            "figure.figsize": (WIDTH, HEIGHT),
            "figure.constrained_layout.use": True,
            "axes.prop_cycle": cycler(color=CLASSES),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "grid.color": "#d1d5db",
            "grid.linewidth": 0.6,
            "lines.linewidth": 2.0,
            "font.size": 11,
            "axes.titlesize": 12,
            "legend.frameon": False,
            "mathtext.fontset": "cm",
            # Identifiers in an SVG are random unless they are salted.
            "svg.hashsalt": "course",
        }
    )
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:
        return
    if get_ipython() is not None:
        # A date in the file would change every build.
        set_matplotlib_formats("svg", metadata={"Date": None})  # type: ignore[no-untyped-call]
