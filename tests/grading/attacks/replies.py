"""Attacks on the conversation: forged, early, late, endless and monstrous replies."""

from __future__ import annotations

from attacks.submission import CLAIM, IMPORT, LETTER, SOLUTION, STUBS, SURPRISE, Attack

WRITE = """
import os, stat
def pipes():
    for fd in range(256):
        try:
            mode = os.fstat(fd).st_mode
        except OSError:
            continue
        if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            yield fd
def shout(data):
    for fd in pipes():
        try:
            os.set_blocking(fd, False)
            os.write(fd, data)
        except OSError:
            pass
"""


def forged(name: str, code: str, score: float = 0.0) -> Attack:
    """Return wrong answers with replies that claim to be right ones."""
    return Attack(name, (*STUBS, WRITE, code), score)


def returned(name: str, code: str, score: float = 7.0) -> Attack:
    """Return a submission whose ``double`` returns something monstrous; the rest is right."""
    return Attack(name, (IMPORT, code, SURPRISE, LETTER, CLAIM), score)


ATTACKS = [
    forged("a forged score", r"""shout(b'{"score": 10}\n' * 3)"""),
    forged("a forged list of results", r"""shout(b'{"outcome": "value", "correct": true}\n')"""),
    forged("a frame without an end", r"""shout(b'{' * 60000)"""),
    forged("frames that are no JSON", r"""shout(b'\xff\xfe\x00\n' * 100)"""),
    forged("deep nesting in a frame", r"""shout(b'[' * 30000 + b'\n')"""),
    forged("a number of many digits", r"""shout(b'9' * 60000 + b'\n')"""),
    forged(
        "replies before the request",
        r"""
        import threading, time
        def early():
            while True:
                shout(b'{"nonce": "0", "outcome": "value", "value": {"float": "0x1p0"}}\n')
                time.sleep(0.001)
        threading.Thread(target=early, daemon=True).start()
        """,
    ),
    forged(
        "the same reply again and again",
        r"""
        import sys
        for frame in list(sys._current_frames().values()):
            while frame:
                for value in list(frame.f_locals.values()):
                    if hasattr(value, "write") and hasattr(value, "flush"):
                        try:
                            value.write(b'{}\n' * 10)
                            value.flush()
                        except Exception:
                            pass
                frame = frame.f_back
        """,
    ),
    Attack(
        "all descriptors closed",
        (*SOLUTION, "import os\nos.closerange(0, 256)"),
        10.0,
    ),
    returned("a result of a hundred million numbers", "def double(x):\n    return np.zeros(10**8)"),
    returned("a result as long as a book", "def double(x):\n    return 'x' * 10**8"),
    returned(
        "a result nested a hundred thousand deep",
        "def double(x):\n    r = x\n    for _ in range(10**5):\n        r = [r]\n    return r",
    ),
    returned(
        "a list that holds itself", "def double(x):\n    r = []\n    r.append(r)\n    return r"
    ),
    returned(
        "a dictionary that holds itself", "def double(x):\n    r = {}\n    r['r'] = r\n    return r"
    ),
    returned("a whole number of a million digits", "def double(x):\n    return 1 << 3_000_000"),
    returned("nothing", "def double(x):\n    pass"),
    returned("an array of objects", "def double(x):\n    return np.array([object()] * 3)"),
    returned("a structured array", "def double(x):\n    return np.zeros(3, dtype=[('a', float)])"),
    returned(
        "strange strides",
        "def double(x):\n    return np.lib.stride_tricks.as_strided(x, (10**9,), (0,))",
    ),
    returned("complex numbers", "def double(x):\n    return 2 * x + 0j"),
    returned("half precision", "def double(x):\n    return (2 * x).astype(np.float16)"),
    returned("not a number", "def double(x):\n    return x * np.nan"),
    returned("ragged lists", "def double(x):\n    return [list(x), 1.0]"),
    returned(
        "a long text beside many short ones",
        "def double(x):\n    return ['x' * 50_000] + ['y'] * 20_000",
    ),
    returned(
        "a long text deep among numbers",
        "def double(x):\n    return [[['x' * 50_000] + [1.0] * 20_000]]",
    ),
    returned("four million rows of nothing", "def double(x):\n    return np.empty((4 << 20, 0))"),
    returned(
        "numbers that no float64 can hold",
        "def double(x):\n    return x * np.longdouble('1e4000')",
    ),
    returned("differences that overflow", "def double(x):\n    return np.full(len(x), -1.7e308)"),
    returned("whole numbers beyond 64 bits", "def double(x):\n    return [2**70] * len(x)"),
    returned("truth values", "def double(x):\n    return [True] * len(x)"),
    returned("a column", "def double(x):\n    return 2 * x[:, None]"),
    returned("one number for all", "def double(x):\n    return 2 * x[:1]"),
    returned("no numbers at all", "def double(x):\n    return x[:0]"),
    returned("texts of the right numbers", "def double(x):\n    return [str(2 * v) for v in x]"),
    returned("a lazy sequence", "def double(x):\n    return map(lambda v: 2 * v, x)"),
    returned("a memory view", "def double(x):\n    return memoryview(2 * x)"),
    returned("a masked array", "def double(x):\n    return np.ma.array(2 * x, mask=True)"),
    returned("a type", "double = float"),
    returned(
        "an instance that can be called",
        "class D:\n    def __call__(self, x):\n        return 2 * x\ndouble = D()",
        10.0,
    ),
    returned("a built-in of NumPy", "double = lambda x: np.multiply(2, x)", 10.0),
    Attack(
        "a name that is looked up by a trap",
        (
            *STUBS,
            """
            class Trap(dict):
                def __missing__(self, key):
                    return 10
            globals().update(Trap())
            """,
        ),
        0.0,
    ),
]
