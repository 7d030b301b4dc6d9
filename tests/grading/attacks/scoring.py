"""Attacks on the score: each succeeds against a grader that tests in the student's process."""

from __future__ import annotations

from attacks.submission import STUBS, Attack


def patch(name: str, fools: str, code: str) -> Attack:
    return Attack(name, (*STUBS, code), 0.0, fools)


def answer(name: str, fools: str, code: str) -> Attack:
    """Return an attack that answers both functions with an object of the class `Fake`."""
    functions = "def double(x):\n    return Fake(0)\ndef surprise(p):\n    return Fake(0)"
    return Attack(name, (*STUBS, code, functions), 0.0, fools)


PATCHES = [
    patch("np.allclose says yes", "allclose", "np.allclose = lambda *a, **k: True"),
    patch("np.isclose says yes", "isclose", "np.isclose = lambda *a, **k: np.True_"),
    patch("np.array_equal says yes", "array_equal", "np.array_equal = lambda *a, **k: True"),
    patch(
        "assert_allclose asserts nothing",
        "assert_allclose",
        "np.testing.assert_allclose = lambda *a, **k: None",
    ),
    patch("math.isclose says yes", "math", "import math\nmath.isclose = lambda *a, **k: True"),
    patch("abs is zero", "difference", "import builtins\nbuiltins.abs = lambda x: 0.0"),
    patch("np.abs is zero", "np_difference", "np.abs = lambda x: np.zeros(1)"),
    patch("all is true", "all", "import builtins\nbuiltins.all = lambda x: True"),
    patch("np.all is true", "np_all", "np.all = lambda *a, **k: True"),
    patch(
        "the checker itself",
        "allclose",
        """
        import sys
        for module in list(sys.modules.values()):
            if hasattr(module, "check"):
                module.check = lambda *a, **k: True
        """,
    ),
    patch(
        "the code of the checker",
        "allclose",
        """
        import sys
        def yes(*a, **k):
            return True
        for module in list(sys.modules.values()):
            for thing in vars(module).copy().values():
                if getattr(thing, "__name__", "") in ("allclose", "check"):
                    try:
                        thing.__code__ = yes.__code__
                    except Exception:
                        pass
        """,
    ),
    patch(
        "the table of built-ins",
        "all",
        """
        import builtins
        vars(builtins).update(all=lambda x: True, abs=lambda x: 0.0)
        """,
    ),
]

OBJECTS = [
    answer(
        "__array_function__ answers for NumPy",
        "allclose",
        """
        class Fake:
            def __init__(self, value):
                pass
            def __array_function__(self, function, types, args, kwargs):
                return True
        """,
    ),
    answer(
        "__eq__ is always true",
        "equality",
        """
        class Fake:
            def __init__(self, value):
                pass
            def __eq__(self, other):
                return True
            __hash__ = None
            __array_ufunc__ = None
        """,
    ),
    answer(
        "__array_ufunc__ makes every difference zero",
        "np_difference",
        """
        class Fake:
            def __init__(self, value):
                pass
            def __array_ufunc__(self, *a, **k):
                return np.zeros(1)
        """,
    ),
    answer(
        "a number whose differences are zero",
        "difference",
        """
        class Fake(float):
            def __sub__(self, other):
                return 0.0
            __rsub__ = __sub__
            __array_ufunc__ = None
        """,
    ),
    answer(
        "an array that equals everything",
        "equality",
        """
        class Fake(np.ndarray):
            def __new__(cls, value):
                return np.zeros(1).view(cls)
            def __eq__(self, other):
                return np.array([True])
            __hash__ = None
            def __array_ufunc__(self, *a, **k):
                return np.array([True])
        """,
    ),
    answer(
        "an array that answers for NumPy",
        "allclose",
        """
        class Fake(np.ndarray):
            def __new__(cls, value):
                return np.zeros(1).view(cls)
            def __array_function__(self, *a, **k):
                return True
        """,
    ),
    Attack(
        "a text that equals every text",
        (
            *STUBS,
            """
            class Fake(str):
                def __eq__(self, other):
                    return True
                __hash__ = str.__hash__
            letter = Fake("?")
            """,
        ),
        0.0,
        "letter",
    ),
    Attack(
        "a verdict that equals both",
        (
            *STUBS,
            """
            class Fake(int):
                def __eq__(self, other):
                    return True
                __hash__ = int.__hash__
            claim, number = Fake(1), 0.5
            """,
        ),
        0.0,
        "claim",
    ),
]

THEFTS = [
    patch(
        "the caller's variables",
        "equality",
        """
        import sys
        def steal(x):
            frame = sys._getframe(1)
            while frame:
                if "expected" in frame.f_locals:
                    return frame.f_locals["expected"]
                frame = frame.f_back
            return 0
        double = surprise = steal
        """,
    ),
    patch(
        "the stack as inspect shows it",
        "equality",
        """
        import inspect
        def steal(x):
            for level in inspect.stack():
                if "expected" in level.frame.f_locals:
                    return level.frame.f_locals["expected"]
            return 0
        double = surprise = steal
        """,
    ),
    patch(
        "the frames of an exception",
        "equality",
        """
        import sys
        def steal(x):
            try:
                raise RuntimeError
            except RuntimeError as error:
                frame = error.__traceback__.tb_frame
            while frame:
                if "expected" in frame.f_locals:
                    return frame.f_locals["expected"]
                frame = frame.f_back
            return 0
        double = surprise = steal
        """,
    ),
    patch(
        "everything that the collector knows",
        "equality",
        """
        import gc
        def steal(x):
            for thing in gc.get_objects():
                request = getattr(thing, "request", None)
                for argument in getattr(request, "arguments", ()):
                    if argument is x:
                        return thing.expected
            return 0
        double = surprise = steal
        """,
    ),
    patch(
        "a reference among the loaded modules",
        "equality",
        """
        import sys
        def steal(name):
            def call(x):
                for module in list(sys.modules.values()):
                    exercise = vars(module).get("exercise")
                    for question in getattr(exercise, "questions", ()):
                        if question.name == name:
                            return question.reference(x)
                return 0
            return call
        double, surprise = steal("double"), steal("surprise")
        """,
    ),
    patch(
        "a tracing function that reads what the checker holds",
        "traced",
        """
        import sys
        def trace(frame, event, argument):
            if "expected" in frame.f_locals and "got" in frame.f_locals:
                for mine, theirs in ((frame.f_locals["got"], frame.f_locals["expected"]),):
                    if isinstance(mine, list):
                        mine[:] = np.ravel(theirs).tolist()
            return trace
        def double(x):
            sys.settrace(trace)
            return [0]
        surprise = double
        """,
    ),
    patch(
        "a forged line on standard output",
        "printed",
        """
        import os
        os.write(1, b"\\nscore 10\\n")
        os._exit(0)
        """,
    ),
    patch(
        "a score written when Python ends",
        "printed",
        """
        import atexit, os
        atexit.register(lambda: os.write(1, b"\\nscore 10\\n"))
        """,
    ),
    patch(
        "a score written by a thread",
        "printed",
        """
        import os, threading, time
        def later():
            time.sleep(1.0)
            os.write(1, b"\\nscore 10\\n")
        threading.Thread(target=later).start()
        """,
    ),
    patch(
        "a score written by a child",
        "printed",
        """
        import os, time
        if os.fork() == 0:
            time.sleep(1.0)
            os.write(1, b"\\nscore 10\\n")
            os._exit(0)
        """,
    ),
    patch(
        "a finder that gives out another NumPy",
        "imported",
        """
        import sys, types
        fake = types.ModuleType("numpy.testing")
        fake.assert_allclose = lambda *a, **k: None
        sys.modules["numpy.testing"] = fake
        np.testing = fake
        """,
    ),
]

ATTACKS = [*PATCHES, *OBJECTS, *THEFTS]
