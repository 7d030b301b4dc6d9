"""A session returns what a submission computes, and survives whatever it does instead."""

import concurrent.futures
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from course_utils.grading import sandbox
from course_utils.grading.answers import Answer, Call, NotGraded, Outcome, Variable
from course_utils.grading.sandbox import Limits
from course_utils.grading.session import CellReport, Ending, Session

VALUE, RAISED, TIMEOUT = Outcome.VALUE, Outcome.RAISED, Outcome.TIMEOUT
DIED, MEMORY, SKIPPED = Outcome.DIED, Outcome.MEMORY, Outcome.SKIPPED
OK = CellReport(Ending.OK)
# Long enough for a call on a busy machine, short enough to wait for one that stalls. The memory
# suffices for NumPy and is soon used up.
BRIEF = Limits(cell=1.5, call=1.0, memory=256 << 20)
PATIENT = replace(BRIEF, cell=10.0, call=10.0)
"""For what ends by itself, however busy this machine is."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
limited = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory")

STALL = "while True: pass"
EXIT = "import os; os._exit(0)"
EXHAUST = "hoard = []\nwhile True: hoard.append(bytearray(1 << 20))"
NOW = "now = lambda: 1"


def ask(cells, requests, isolation, limits=None, hidden=()):
    """Return the reports on the cells and the answers to the requests."""
    cells = [textwrap.dedent(cell) for cell in cells]
    with Session(cells, isolation=isolation, limits=limits, hidden=hidden) as session:
        return session.run_cells(), session.evaluate(requests)


def seconds_of(action):
    begin = time.monotonic()
    action()
    return time.monotonic() - begin


def a_second_and_starts(isolation, number):
    """Return a second, and the time that this machine takes now to start so many workers."""
    return 1.0 + number * seconds_of(lambda: ask(["x = 1"], [], isolation))


def outcomes(answers):
    return [answer.outcome for answer in answers]


# What a submission computes.


def test_cells_share_a_namespace_and_calls_get_their_arguments(isolation):
    cells = [
        "import numpy as np\nscale = 3",
        "def times(x):\n    return scale * np.asarray(x)",
        "answer = times([1, 2])",
    ]
    requests = [
        ("1", Call("times", (np.array([0.5, np.nan]),))),
        ("1", Call("times", ([1, 2],))),
        ("2", Variable("answer")),
        ("2", Variable("scale")),
    ]
    reports, answers = ask(cells, requests, isolation)
    assert reports == [OK] * 3
    assert outcomes(answers) == [VALUE] * 4
    np.testing.assert_array_equal(answers[0].value, [1.5, np.nan])
    np.testing.assert_array_equal(answers[1].value, [3, 6])
    np.testing.assert_array_equal(answers[2].value, [3, 6])
    assert answers[3] == Answer(VALUE, 3)


def test_a_cell_that_raises_is_reported_and_the_next_runs(isolation):
    cells = [
        "x = 1\n\ny = 1 / 0\nz = 2",
        "def f():\n    raise KeyError('k')\n\nf()",
        "x = x +",
        "class Mine(Exception):\n    pass\nraise Mine('a\\nb\\x1b[31m\\u202e' + 'c' * 400)",
        "import sys; sys.exit('enough')",
        "exit()",
        "class Odd(Exception):\n    def __str__(self): raise ValueError\nraise Odd",
        "after = x",
    ]
    reports, answers = ask(cells, [("1", Variable("after")), ("1", Variable("z"))], isolation)
    division, key, syntax, mine, left, left_again, odd, after = reports
    assert division == CellReport(Ending.RAISED, "ZeroDivisionError", "division by zero", 3)
    assert (key.error, key.message, key.line) == ("KeyError", "'k'", 2)
    assert (syntax.error, syntax.line) == ("SyntaxError", 1)
    assert mine.error == "Mine"
    assert mine.message == "a b [31m " + "c" * (300 - 9)
    assert (left.error, left.message) == ("SystemExit", "enough")
    assert left_again.error == "SystemExit"
    assert (odd.error, odd.message) == ("Odd", "")
    assert after == OK
    assert answers == [Answer(VALUE, 1), Answer(Outcome.MISSING)]


def test_an_answer_says_what_became_of_the_request(isolation):
    cells = [
        """
        class Leak(ZeroDivisionError):
            pass
        def raises(x): raise Leak(f"the hidden input is {x}")
        def leaves(): raise SystemExit("hidden")
        def bare():
            class Own(BaseException): pass
            raise Own
        def deep(): return deep()
        def function(): return lambda: 1
        three = 3
        """
    ]
    requests = [
        Call("raises", (0.3,)), Call("leaves", ()), Call("bare", ()), Call("deep", ()),
        Call("function", ()), Call("nothing", ()), Variable("nothing"), Call("three", ()),
        Call("raises", (1, 2)), Variable("raises"),
    ]  # fmt: skip
    _, answers = ask(cells, [("1", request) for request in requests], isolation)
    assert answers == [
        Answer(RAISED, error="ZeroDivisionError"),
        Answer(RAISED, error="SystemExit"),
        Answer(RAISED, error="BaseException"),
        Answer(RAISED, error="RecursionError"),
        Answer(Outcome.UNREADABLE, error="function"),
        Answer(Outcome.MISSING),
        Answer(Outcome.MISSING),
        Answer(Outcome.MISSING),
        Answer(RAISED, error="TypeError"),
        Answer(Outcome.UNREADABLE, error="function"),
    ]


def test_each_call_has_arguments_of_its_own(isolation):
    cells = ["def grab(x):\n    x[0] += 1\n    return x"]
    argument = np.zeros(2)
    _, answers = ask(cells, [("1", Call("grab", (argument,)))] * 2, isolation)
    assert [answer.value[0] for answer in answers] == [1, 1]
    assert argument[0] == 0


def test_sets_of_strings_have_the_same_order_in_every_run(isolation):
    cells = ["order = list(set('the quick brown fox jumps over a lazy dog'.split()))"]
    runs = [ask(cells, [("1", Variable("order"))], isolation)[1][0].value for _ in range(3)]
    assert runs[0] == runs[1] == runs[2]


def test_an_argument_that_cannot_be_sent_is_an_error_of_the_caller(isolation):
    with (
        Session([NOW], isolation=isolation) as session,
        pytest.raises(ValueError, match="an argument of now cannot be sent: function"),
    ):
        session.evaluate([("1", Call("now", (len,)))])


def test_what_a_notebook_relies_on_is_there(isolation):
    cells = [
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show(); display(plt.gcf())",
        "print('é' * 10**5); import sys; sys.stderr.write('x'); sys.stdout.flush()",
        "get_ipython().run_line_magic('matplotlib', 'inline')\nget_ipython().system('ls')",
        "get_ipython().run_line_magic('time', 'timed = 3')",
        "import dataclasses\n@dataclasses.dataclass\nclass P:\n    x: int = 0\nname = __name__",
        "def asks(): return input()",
        "import threading\nt = threading.Thread(target=lambda: globals().update(thread=1))\n"
        "t.start(); t.join()",
        "import concurrent.futures as c\n"
        "with c.ThreadPoolExecutor(4) as p: pool = list(p.map(abs, range(-3, 3)))",
    ]
    requests = [Variable("timed"), Variable("name"), Call("asks", ()), Variable("thread")]
    reports, answers = ask(cells, [("1", request) for request in requests], isolation)
    assert reports == [OK] * len(cells)
    assert [answer.value for answer in answers] == [3, "__main__", None, 1]
    assert answers[2].error == "EOFError"


# Stalls, deaths, memory.


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("cell", "ending"),
    [
        (STALL, Ending.STALLED),
        ("10 ** 10 ** 8 % 7", Ending.STALLED),  # deaf to signals while it computes
        ("import time\nwhile True:\n    try: time.sleep(9)\n    except: pass", Ending.STALLED),
        (EXIT, Ending.DIED),
        ("import ctypes; ctypes.string_at(0)", Ending.DIED),
        ("import os; os.abort()", Ending.DIED),
        pytest.param(EXHAUST, Ending.MEMORY, marks=limited),
        pytest.param(
            f"def hog():\n    {EXHAUST.replace(chr(10), chr(10) + '    ')}\nhog()",
            Ending.MEMORY,
            marks=limited,
        ),
    ],
    ids=lambda value: str(value).split(chr(10))[0],
)
def test_a_cell_that_stalls_or_dies_costs_itself_alone(isolation, cell, ending):
    cells = ["before = 1", cell, "after = before + 1", "def f(x): return after * x"]
    limits = BRIEF if ending is Ending.STALLED else PATIENT
    reports, answers = ask(cells, [("1", Call("f", (5,)))], isolation, limits)
    assert [report.ending for report in reports] == [Ending.OK, ending, Ending.OK, Ending.OK]
    assert answers == [Answer(VALUE, 10)]


def test_a_cell_that_asks_for_too_much_at_once_keeps_what_it_has_defined(isolation):
    cells = ["import numpy as np\ndef f(): return 1\nbig = np.ones(1 << 40)"]
    reports, answers = ask(cells, [("1", Call("f", ()))], isolation)
    assert (reports[0].ending, reports[0].line) == (Ending.MEMORY, 3)
    assert answers == [Answer(VALUE, 1)]


TROUBLE = f"""
import os
def f(x):
    if x == "stall":
        while True: pass
    if x == "die": os._exit(0)
    if x == "hoard":
        globals()["hoard"] = hoard = []
        while True: hoard.append(bytearray(1 << 20))
    if x == "much": return bytearray(1 << 60)
    if x == "recurse":
        import sys; sys.setrecursionlimit(10**9)
        return f(x)
    return x
{NOW}
"""


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [("stall", TIMEOUT), ("die", DIED), pytest.param("hoard", MEMORY, marks=limited)],
)
def test_after_the_second_trouble_the_rest_of_a_question_is_skipped(isolation, trouble, outcome):
    calls = [Call("f", (x,)) for x in ("a", trouble, "b", trouble, "c", trouble)]
    requests = [("1", call) for call in calls] + [("2", Call("now", ()))]
    limits = BRIEF if trouble == "stall" else PATIENT
    _, answers = ask([TROUBLE], requests, isolation, limits)
    expected = [VALUE, outcome, VALUE, outcome, SKIPPED, SKIPPED, VALUE]
    assert outcomes(answers) == expected


def test_a_call_that_asks_for_too_much_at_once_is_no_death(isolation):
    _, answers = ask([TROUBLE], [("1", Call("f", ("much",)))] * 3, isolation)
    assert outcomes(answers) == [MEMORY] * 3


@limited
def test_recursion_without_end_dies_or_raises_and_harms_nothing(isolation):
    requests = [("1", Call("f", ("recurse",))), ("1", Call("now", ()))]
    _, answers = ask([TROUBLE], requests, isolation, BRIEF)
    assert answers[0].outcome in (DIED, MEMORY, RAISED, TIMEOUT)
    assert answers[1].outcome == VALUE


def test_after_a_restart_cells_that_failed_before_are_left_out(isolation, monkeypatch):
    run = []
    exchange = sandbox.Worker.exchange

    def record(worker, message, seconds):
        run.append(message.get("cell"))
        return exchange(worker, message, seconds)

    monkeypatch.setattr(sandbox.Worker, "exchange", record)
    cells = [NOW, STALL, EXIT, TROUBLE]
    requests = [("1", Call("f", ("die",))), ("2", Call("now", ()))]
    reports, answers = ask(cells, requests, isolation, BRIEF)
    assert [report.ending for report in reports] == ["ok", "stalled", "died", "ok"]
    assert outcomes(answers) == [DIED, VALUE]
    assert [run.count(cell) for cell in cells] == [4, 1, 1, 2]


def test_reports_are_of_the_time_before_any_input_was_sent(isolation):
    cells = [
        "import os, time",
        "raise ValueError(time.monotonic_ns())",
        "def die(x): os._exit(0)",
        NOW,
    ]
    with Session(cells, isolation=isolation) as session:
        reports = session.run_cells()
        answers = session.evaluate([("1", Call("die", (0.3,))), ("1", Call("now", ()))])
        assert outcomes(answers) == [DIED, VALUE]
        assert session.run_cells() == reports


def test_a_submission_ends_in_its_time(isolation):
    limits = Limits(cell=1.0, call=1.0, submission=3.5)
    cells = [NOW, *[STALL] * 6, "late = 1"]
    start = time.monotonic()
    reports, answers = ask(cells, [("1", Call("now", ()))], isolation, limits)
    assert time.monotonic() - start < 3.5 + a_second_and_starts(isolation, 2)
    endings = [report.ending for report in reports]
    assert endings[0] == Ending.OK
    assert endings[1] == Ending.STALLED
    assert set(endings[2:]) <= {Ending.STALLED, Ending.SKIPPED}
    assert endings[-1] == Ending.SKIPPED
    assert outcomes(answers) == [SKIPPED]


def test_calls_end_in_the_time_of_the_submission(isolation):
    limits = Limits(call=60.0, submission=2.0)
    start = time.monotonic()
    requests = [("1", Call("f", ("stall",))), ("2", Call("now", ()))]
    _, answers = ask([TROUBLE], requests, isolation, limits)
    assert outcomes(answers) == [TIMEOUT, SKIPPED]
    assert time.monotonic() - start < 2 + a_second_and_starts(isolation, 2)


@pytest.mark.parametrize("starts", [True, False])
def test_nobody_waits_for_the_removal_of_many_files(starts, monkeypatch):
    removed, removing = [], threading.Event()
    monkeypatch.setattr(sandbox, "END", 0.2)

    def remove_slowly(folder):
        removing.wait(10 if starts else 0)
        shutil.rmtree(folder)
        removed.append(folder)

    def too_many_threads(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(sandbox, "_remove_all", remove_slowly)
    if not starts:
        monkeypatch.setattr(threading.Thread, "start", too_many_threads)
    begin = time.monotonic()
    ask(["x = 1"], [], "limits")
    assert time.monotonic() - begin < 8
    assert bool(removed) is not starts
    removing.set()
    while not removed and time.monotonic() - begin < 20:
        time.sleep(0.01)
    assert removed


# The channel.

CHANNEL = """
import gc, json, os, socket, sys, time
def channel():
    return next(o for o in gc.get_objects() if type(o) is socket.socket)
def pending():
    frame = sys._getframe()
    while "request" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["request"]
def send(what):
    channel().sendall(what)
def forge(reply):
    send(json.dumps({"nonce": pending()["nonce"], **reply}).encode() + b"\\n")
    time.sleep(60)
"""
HOSTILE = {
    "wrong nonce": r"""send(b'{"nonce":"00","value":["int","0x1"]}\n')""",
    "no nonce": r"""send(b'{"value":["int","0x1"]}\n')""",
    "no object": r"send(b'3\n')",
    "empty line": r"send(b'\n')",
    "no JSON": r"send(b'value\n')",
    "invalid UTF-8": r"send(b'{\"nonce\":\"\xff\"}\n')",
    "NaN": r"""send(b'{"nonce":NaN}\n')""",
    "huge integer": r"""send(b'{"nonce":' + b'9' * 10**6 + b'}\n')""",
    "deep": r"""send(b'{"nonce":' + b'[' * 10**6 + b'\n')""",
    "deep and closed": r"""send(b'{"nonce":' + b'[' * 10**5 + b']' * 10**5 + b'}\n')""",
    "many items": r"""send(b'{"nonce":[' + b'[],' * 10**6 + b'[]]}\n')""",
    "duplicate key": r"""send(('{"nonce":"x","nonce":"%s"}\n' % pending()["nonce"]).encode())""",
    "flood of lines": r"""
    while True: send(b'{}\n')""",
    "flood without newline": r"""
    while True: send(b'a' * 65536)""",
    "too long a line": r"send(b'a' * (5 << 20) + b'\n')",
    "two lines": r"""send(b'{}\n{}\n{}\n')""",
    "closed for writing": "channel().shutdown(socket.SHUT_WR); time.sleep(60)",
    "no outcome": "forge({})",
    "unknown outcome": "forge({'outcome': 'value', 'points': 10})",
    "wrong type": "forge({'raised': 3})",
    "null": "forge({'missing': None})",
}
STALLING = {
    "half a line": r"""send(b'{"nonce":'); time.sleep(60)""",
    "drop by drop": r"""
    while True:
        send(b' '); time.sleep(0.01)""",
    "silence": "channel().detach(); time.sleep(60)",
}


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("attack", "outcome"),
    [(attack, DIED) for attack in HOSTILE] + [(attack, TIMEOUT) for attack in STALLING],
)
def test_a_breach_of_the_protocol_ends_the_worker_and_nothing_else(isolation, attack, outcome):
    code = f"{CHANNEL}\ndef attack(x):\n    {(HOSTILE | STALLING)[attack]}\n{NOW}"
    requests = [("1", Call("attack", (0.3,))), ("1", Call("now", ()))]
    start = time.monotonic()
    limits = BRIEF if outcome is TIMEOUT else PATIENT
    _, answers = ask([code], requests, isolation, limits)
    assert outcomes(answers) == [outcome, VALUE]
    assert time.monotonic() - start < 1 + a_second_and_starts(isolation, 4)


def test_a_worker_that_closes_its_channel_is_ended(isolation):
    """In bubblewrap the channel has other holders, so that it counts as silence there."""
    code = f"{CHANNEL}\ndef attack(): os.closerange(3, 100); time.sleep(60)\n{NOW}"
    requests = [("1", Call("attack", ())), ("1", Call("now", ()))]
    _, answers = ask([code], requests, isolation, BRIEF)
    assert outcomes(answers) == [DIED if isolation == "limits" else TIMEOUT, VALUE]


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("{'value': ['int', '0x7']}", Answer(VALUE, 7)),
        ("{'value': ['int', 7]}", Answer(Outcome.UNREADABLE, error="object")),
        ("{'value': ['array', '<f8', [10**9], '']}", Answer(Outcome.UNREADABLE, error="object")),
        ("{'unreadable': f'{x}'}", Answer(Outcome.UNREADABLE, error="object")),
        ("{'raised': f'{x}'}", Answer(RAISED, error="Exception")),
        ("{'raised': 'ValueError', 'text': f'{x}'}", Answer(RAISED, error="ValueError")),
    ],
)
def test_a_forged_reply_says_no_more_than_a_value_or_a_known_word(isolation, reply, answer):
    """Also the control of the tests above: the attacks do reach the channel."""
    code = f"{CHANNEL}\ndef attack(x):\n    forge({reply})\n{NOW}"
    _, answers = ask([code], [("1", Call("attack", (0.3,)))], isolation, BRIEF)
    assert answers == [answer]


def test_a_reply_made_beforehand_is_a_breach(isolation):
    early = (
        CHANNEL
        + r"""
def early(x):
    send(json.dumps({"nonce": pending()["nonce"], "value": ["int", "0x7"]}).encode() + b"\n")
    send(b'{"nonce":"' + pending()["nonce"].encode() + b'","value":["int","0x7"]}\n')
    return 8
def victim(): return 1
"""
    )
    requests = [("1", Call("early", (0.3,))), ("2", Call("victim", ())), ("2", Call("victim", ()))]
    _, answers = ask([early], requests, isolation)
    assert answers[0] == Answer(VALUE, 7)
    assert outcomes(answers[1:]) == [DIED, VALUE]


def test_cells_can_forge_no_report_with_marks_in_it(isolation):
    cells = [
        f"{CHANNEL}\nforge({{'raised': 'E' * 900, 'message': '\\x00' * 900, 'line': -5}})",
    ]
    reports, _ = ask(cells, [], isolation, BRIEF)
    assert reports[0] == CellReport(Ending.RAISED, "E" * 300, " " * 300, 0)


# What is left behind.


def descriptors():
    return sorted(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else []


def children():
    """Return the processes below this one."""
    listing = subprocess.run(["ps", "-Ao", "pid=,ppid=,args="], capture_output=True, text=True)
    rows = [line.split(None, 2) for line in listing.stdout.splitlines()]
    return [row for row in rows if row[1] == str(os.getpid()) and "ps -Ao" not in row[2]]


@pytest.mark.thorough
@pytest.mark.parametrize(
    "cell", [NOW, STALL, EXIT, pytest.param(EXHAUST, marks=limited), "raise ValueError"]
)
def test_nothing_is_left_behind(isolation, cell, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    tmp_path.chmod(0o755)
    ask([NOW], [], isolation)  # what is made once for all sessions
    before = descriptors(), children()
    ask([cell, NOW], [("1", Call("now", ()))], isolation, BRIEF)
    assert (descriptors(), children()) == before
    assert list(tmp_path.iterdir()) == []


def test_an_error_between_leaves_nothing_behind(isolation):
    ask([NOW], [], isolation)
    before = descriptors(), children()
    with contextlib.suppress(KeyError), Session([NOW], isolation=isolation) as session:
        session.run_cells()
        raise KeyError
    assert (descriptors(), children()) == before


def test_the_folder_of_a_worker_goes_whatever_is_in_it(tmp_path, monkeypatch):
    precious = tmp_path / "precious"
    precious.write_text("kept")
    precious.chmod(0o640)
    scratch = tmp_path / "scratch"
    scratch.mkdir(mode=0o777)
    scratch.chmod(0o777)
    if os.geteuid() == 0:  # whose worker is another user
        for folder in (tmp_path, *tmp_path.parents[:2]):
            folder.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setattr(sandbox, "END", 60.0)  # the removal is to be waited for
    cells = [
        f"import os\nos.symlink({str(precious)!r}, 'link')\nos.symlink('/', 'root')",
        "os.mkdir('closed'); open('closed/file', 'w').close()\n"
        "os.symlink('/', 'closed/root'); os.chmod('closed', 0)",
        "for _ in range(1200):\n    os.mkdir('d'); os.chdir('d')",
        "deep = 1",
    ]
    reports, _ = ask(cells, [], "limits")
    assert reports == [OK] * 4
    patience = time.monotonic() + 60  # on a busy machine the removal goes on after the session
    while list(scratch.iterdir()) and time.monotonic() < patience:
        time.sleep(0.05)
    assert list(scratch.iterdir()) == []
    assert precious.read_text() == "kept"
    assert precious.stat().st_mode & 0o777 == 0o640


def test_sessions_run_in_threads_at_once(isolation):
    def run(number):
        cells = [f"def f(x): return x + {number}", STALL if number % 4 == 0 else NOW]
        requests = [("1", Call("f", (np.arange(1000.0),)))]
        return ask(cells, requests, isolation, Limits(cell=3.0, call=10.0))[1][0].value[-1]

    before = descriptors()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, range(12))) == [999.0 + number for number in range(12)]
    assert descriptors() == before
    assert threading.active_count() == 1


def test_a_session_needs_few_descriptors_and_none_leaks_into_another(isolation):
    """Two sandboxes at once: neither may hold the other's channel."""
    listing = """
    import os
    def open_files():
        return [f for f in map(str, range(64)) if os.path.exists("/proc/self/fd/" + f)]
    """
    cells = [textwrap.dedent(listing)]
    with Session(cells, isolation=isolation) as one, Session(cells, isolation=isolation) as two:
        one.run_cells()
        two.run_cells()
        for session in (one, two):
            [answer] = session.evaluate([("1", Call("open_files", ()))])
            assert len(answer.value) == 4  # three of nothing, and the channel


def test_a_fault_of_the_machine_is_no_mark(isolation, monkeypatch):
    def fail(*_, **__):
        raise BlockingIOError(11, os.strerror(11))

    monkeypatch.setattr(sandbox.subprocess, "Popen", fail)
    before = descriptors()
    with (
        Session([NOW], isolation=isolation) as session,
        pytest.raises(NotGraded, match="too many processes"),
    ):
        session.run_cells()
    assert descriptors() == before
