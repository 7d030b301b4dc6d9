"""Values survive the wire exactly; what is no value, or hostile, is refused and nothing else."""

import contextlib
import decimal
import enum
import fractions
import json
import math
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils.grading import wire
from course_utils.grading.wire import Unreadable


def sent(value):
    """Return what arrives of a value, through bytes."""
    return wire.decode(wire.unpack(wire.pack({"value": wire.encode(value)}))["value"])


def same(a, b):
    """Compare type, dtype and every bit that counts; nan equals nan."""
    if isinstance(a, np.generic) and isinstance(b, np.generic):  # longlong may be another int64
        return same(np.asarray(a), np.asarray(b))
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and np.array_equal(a, b, equal_nan=True)
    if isinstance(a, float):
        return a.hex() == b.hex()
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return a == b


DTYPES = st.sampled_from("?bhilqBHILQefdg").map(np.dtype)
ARRAYS = DTYPES.flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, min_side=0)))
LEAVES = (
    st.none() | st.booleans() | st.floats() | st.text() | st.integers(-(2**1000), 2**1000) | ARRAYS
)
VALUES = st.recursive(
    LEAVES | DTYPES.flatmap(lambda dtype: hnp.from_dtype(dtype)),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text(), inner)
    ),
    max_leaves=8,
)  # fmt: skip


@given(VALUES)
def test_a_value_arrives_as_it_was(value):
    assert same(sent(value), value)


@pytest.mark.parametrize("value", [-0.0, math.nan, math.inf, -math.inf, 5e-324, 0.1 + 0.2])
def test_no_bit_of_a_float_is_lost(value):
    assert sent(value).hex() == value.hex()


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_order_of_bytes_and_the_layout_do_not_matter(order):
    array = np.arange(24, dtype=f"{order}f4").reshape(2, 3, 4)
    for view in (array, array.T, array[:, ::-2], np.asfortranarray(array)):
        np.testing.assert_array_equal(sent(view), view)
        assert sent(view).dtype == np.float32


def test_arrays_arrive_writable_and_alone():
    array = sent(np.zeros(3))
    array[0] = 1
    assert array.base is None


class Level(enum.IntEnum):
    HIGH = 3


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        (fractions.Fraction(1, 4), 0.25),
        (decimal.Decimal("0.25"), 0.25),
        (Level.HIGH, 3),
        (np.str_("cat"), "cat"),
        (np.ma.array([1.0, 2.0]), np.array([1.0, 2.0])),
        (np.zeros(2).view(np.recarray), np.zeros(2)),
    ],
    ids=repr,
)
def test_other_kinds_of_numbers_and_arrays_become_plain_ones(value, arrives):
    assert same(sent(value), arrives)


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def loop():
    value = []
    value.append(value)
    return value


def doubled():
    """Return a list of 2**30 items that takes next to no memory."""
    value = [0]
    for _ in range(30):
        value = [value, value]
    return value


class NoNumber(float):
    def __float__(self):
        raise ValueError("a message that must not be sent")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (1j, "complex number"),
        (np.complex64(1), "complex number"),
        (np.timedelta64(1, "s"), "object"),
        (b"", "bytes"),
        ({1}, "set"),
        (range(3), "range"),
        (iter([]), "iterator"),
        ((x for x in "ab"), "iterator"),
        (zip(), "iterator"),
        (int, "type"),
        (math, "module"),
        (len, "function"),
        (object(), "object"),
        (..., "object"),
        ({1: 2}, "dict"),
        (type("List", (list,), {})(), "object"),
        (type("Text", (str,), {})(), "object"),
        (np.ma.array([1.0, 2.0], mask=[True, False]), "array with masked entries"),
        (np.ma.masked, "array with masked entries"),
        (np.array([None]), "array of objects"),
        (np.array(["a"]), "array of text"),
        (np.array([1j]), "array of complex numbers"),
        (np.array(["2020"], "M8[Y]"), "array of dates"),
        (np.zeros(1, "i4,f4"), "array of records"),
        ("\ud800", "string"),
        (fractions.Fraction(10) ** 400, "number"),
        (NoNumber(), "number"),
        (1 << wire.MAX_BITS, "too large"),
        ("a" * wire.MAX_BYTES, "too large"),
        (np.zeros(wire.MAX_BYTES), "too large"),
        ([0.0] * wire.MAX_ITEMS, "too large"),
        (doubled()[:1] * 2, "too large"),
        ("," * (wire.MAX_ITEMS + 1), "too large"),
        (nested(wire.MAX_DEPTH), "too deep"),
        (loop(), "too deep"),
    ],
    ids=lambda value: value if type(value) is str and len(value) < 30 else "",
)
def test_what_cannot_be_sent_is_refused_by_a_known_word(value, kind):
    with pytest.raises(Unreadable) as caught:
        sent(value)
    assert caught.value.kind == kind
    assert kind in wire.KINDS


def test_what_just_fits_is_sent():
    assert same(sent(-(1 << (wire.MAX_BITS - 1))), -(1 << (wire.MAX_BITS - 1)))
    assert len(str((1 << wire.MAX_BITS) - 1)) < 4300  # what str and repr write by default
    array = np.random.default_rng(0).random(390_000)
    assert same(sent(array), array)
    assert same(sent(array[:100_000].tolist()), array[:100_000].tolist())
    assert same(sent(nested(wire.MAX_DEPTH - 2)), nested(wire.MAX_DEPTH - 2))


def test_no_word_of_a_submission_becomes_a_kind():
    assert Unreadable("hidden input 0.3").kind == "object"


HOSTILE = [
    None, 3, "none", [], {}, ["none", 1], [["none"]], ["None"], ["bool", 1], ["bool", "true"],
    ["int", 3], ["int", ""], ["int", "0x"], ["int", "3g"], ["int", "f" * 4000],
    ["float", 1], ["float", "x"], ["float", "0x1p99999"], ["str", 1], ["str", "\ud800"],
    ["list"], ["list", 3], ["list", "ab"], ["list", [3]], ["tuple", {}],
    ["dict", {"a": ["none"]}], ["dict", [["a"]]], ["dict", [[1, ["none"]]]],
    ["dict", [["a", ["none"]], ["a", ["none"]]]], ["dict", [["\udfff", ["none"]]]],
    ["scalar", "<f8", ""], ["scalar", "<f8", "AAAA"], ["scalar", "O", "AAAAAAAAAAA="],
    ["array", "<f8", [1], ""], ["array", "<f8", [-1], ""], ["array", "<f8", [True], ""],
    ["array", "<f8", [1.0], ""], ["array", "<f8", 1, ""], ["array", "<f8", [10**9, 10**9], ""],
    ["array", "<f8", [0, 10**9], ""], ["array", "<f8", [0] + [10**6] * 9, ""],
    ["array", "<f8", [1] * 33, "AAAAAAAAAAA="], ["array", ">f8", [0], ""],
    ["array", "<U1", [0], ""], ["array", "O", [0], ""], ["array", "<f8", [1], "AAAAAAAAAA!="],
    ["array", "<f8", [1], "ÄAAAAAAAAAA="], ["array", "|b1", [1], "Ag=="],
    ["array", "f8,(9999,9999)f8", [0], ""], ["pickle", "gASVAA=="],
]  # fmt: skip


@pytest.mark.parametrize("tagged", HOSTILE, ids=lambda tagged: json.dumps(tagged)[:40])
def test_a_form_that_nobody_encoded_is_refused(tagged):
    with pytest.raises(Unreadable):
        wire.decode(tagged)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text()
    | st.sampled_from(["none", "list", "tuple", "dict", "array", "scalar", "<f8", "AAAAAAAAAAA="]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(JSON)
def test_any_json_decodes_or_is_unreadable(tagged):
    try:
        value = wire.decode(tagged)
    except Unreadable:
        return
    assert same(sent(value), value)


@given(st.binary())
def test_any_bytes_are_a_message_or_unreadable(line):
    with contextlib.suppress(Unreadable):
        assert isinstance(wire.unpack(line), dict)


@pytest.mark.parametrize(
    "line",
    [
        b"", b"\n", b"[]", b"3", b'"a"', b"null", b"{}{}", b'{"a":', b"\xff\xfe", b'{"a":"\xc3"}',
        b'{"a":1,"a":1}', b'{"a":NaN}', b'{"a":-Infinity}', b'{"a":1.5}', b'{"a":1e999}',
        b'{"a":' + b"9" * 5000 + b"}", b"[" * 100_000, b'{"a":' * 100_000,
        b"9" * wire.MAX_BYTES, b"," * wire.MAX_BYTES, b" " * (wire.MAX_BYTES + 1),
        b'{"a":[' + b"[]," * wire.MAX_ITEMS + b"[]]}", b'{"a":"' + b"\\" * 10**6,
    ],
    ids=lambda line: str(line[:20]),
)  # fmt: skip
def test_a_broken_or_hostile_line_is_unreadable(line):
    with pytest.raises(Unreadable):
        wire.unpack(line)


def test_a_line_takes_no_more_memory_and_time_than_its_length_warrants():
    """The worst that passes: as many empty lists as a line may hold, padded to its length."""
    line = b'{"a":[' + b",".join([b"[]"] * (wire.MAX_ITEMS // 2 - 2)) + b"]}"
    line += b" " * (wire.MAX_BYTES - len(line))
    tracemalloc.start()
    start = time.process_time()
    message = wire.unpack(line)
    spent = time.process_time() - start
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(message["a"]) == wire.MAX_ITEMS // 2 - 2
    assert peak < 64 << 20
    assert spent < 5
    with pytest.raises(Unreadable):
        wire.decode(["list", message["a"]])
