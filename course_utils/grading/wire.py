"""Values as tagged JSON: what may pass between the sandbox and the trusted process.

Both sides use this module; in the sandbox it stands alone, so it imports NumPy and the standard
library only. A value becomes a list of a tag and its content:

=================================  ============================================================
None, True, 3, 0.5, "a"            ["none"], ["bool", true], ["int", "0x3"],
                                   ["float", "0x1.0000000000000p-1"], ["str", "a"]
[...], (...), {"a": ...}           ["list", [...]], ["tuple", [...]], ["dict", [["a", ...], ...]]
np.float64(0.5), np.zeros((2, 3))  ["scalar", "<f8", base64], ["array", "<f8", [2, 3], base64]
=================================  ============================================================

Numbers are exact: floats in hexadecimal, arrays as their bytes in little-endian order. No pickle:
to decode a text runs no code of its author's. A text that nobody encoded, however hostile, either
decodes to a value of these forms or raises `Unreadable`.
"""

import base64
import decimal
import json
import math
import numbers
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

MAX_BYTES = 4 << 20
"""Length of a line at most: arrays of some 390 000 float64 or lists of 120 000 floats."""
MAX_ITEMS = 500_000
"""Commas and brackets of a line at most: the memory of a parsed text grows with their number."""
MAX_DEPTH = 32
"""Depth of nesting at most; NumPy 1.26 has arrays of 32 axes at most."""
MAX_BITS = 14_000
"""Bits of an integer at most: 4215 digits, which `str` still writes."""

DTYPES = {
    np.dtype(kind).newbyteorder("<").str: np.dtype(kind).newbyteorder("<")
    for kind in "?bhiqlBHIQLefgd"
}

LIMITS = ("too large", "too deep")
FORMS: dict[str, tuple[type, ...]] = {
    "complex number": (complex, np.complexfloating),
    "bytes": (bytes, bytearray, memoryview),
    "set": (set, frozenset),
    "range": (range,),
    "iterator": (Iterator,),
    "type": (type,),
    "module": (types.ModuleType,),
    "function": (Callable,),  # type: ignore[dict-item]
}
KINDS = frozenset(
    {*LIMITS, *FORMS, "object", "string", "number", "array of objects", "array of text"}
    | {"array of complex numbers", "array of dates", "array of records", "dict"}
    | {"array with masked entries"}
)
"""The words that say what could not be sent or read."""


class Unreadable(Exception):
    """A value of a form that cannot be sent, or a text that holds no value.

    `kind` is one of `KINDS`, and never text of the value's own.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind if kind in KINDS else "object"


def encode(value: object) -> list[object]:
    """Return the tagged form of a value, which JSON can hold.

    Lists, tuples, strings and dictionaries with string keys must be of exactly these types, and so
    must their items. Subclasses of arrays become plain arrays, unless entries are masked, and real
    numbers of other kinds become int, if they are integers, or float: `Fraction`, `Decimal`,
    members of `IntEnum`.

    Raises
    ------
    Unreadable
        For every other value and for what is too large or too deep, such as a list within itself.

    Examples
    --------
    >>> encode((1, 0.5))
    ['tuple', [['int', '0x1'], ['float', '0x1.0000000000000p-1']]]
    >>> decode(encode((1, 0.5)))
    (1, 0.5)
    """
    return _Encoder().encode(value, MAX_DEPTH)


class _Encoder:
    """Encode one value, counting what its text will hold."""

    def __init__(self) -> None:
        self.bytes = MAX_BYTES
        self.items = MAX_ITEMS

    def spend(self, size: int) -> None:
        """Count an item of this size, and refuse it if the line would be too long."""
        self.bytes -= size + 16
        self.items -= 3
        if self.bytes < 0 or self.items < 0:
            raise Unreadable("too large")

    def encode(self, value: object, depth: int) -> list[object]:
        if depth == 0:
            raise Unreadable("too deep")
        kind = type(value)
        if value is None:
            self.spend(0)
            return ["none"]
        if kind is bool:
            self.spend(0)
            return ["bool", value]
        if kind is str or kind is np.str_:
            return ["str", self.text(str(value))]
        if kind is list or kind is tuple:
            self.spend(0)
            return [kind.__name__, [self.encode(item, depth - 1) for item in value]]  # type: ignore[attr-defined]
        if kind is dict:
            return ["dict", self.pairs(value, depth)]  # type: ignore[arg-type]
        if isinstance(value, np.ndarray):
            # Only then: the first use of np.ma imports it.
            subclass = kind is not np.ndarray
            if subclass and isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
                raise Unreadable("array with masked entries")
            dtype, content = self.array(np.asarray(value))
            return ["array", dtype, list(value.shape), content]
        if isinstance(value, np.generic):
            if value.dtype.kind not in "biuf":
                raise Unreadable(_form(value))
            return ["scalar", *self.array(np.asarray(value))]
        if isinstance(value, numbers.Real | decimal.Decimal):
            return self.number(value)
        raise Unreadable(_form(value))

    def text(self, value: str) -> str:
        try:
            size = len(value.encode())
        except UnicodeEncodeError as error:  # half of a surrogate pair is no text
            raise Unreadable("string") from error
        self.spend(6 * size)  # JSON may write a character in six
        self.items -= value.count(",") + value.count("[") + value.count("{")
        return value

    def pairs(self, value: dict[object, object], depth: int) -> list[object]:
        self.spend(0)
        if any(type(key) is not str for key in value):
            raise Unreadable("dict")
        items: dict[str, object] = value  # type: ignore[assignment]
        return [[self.text(key), self.encode(item, depth - 1)] for key, item in items.items()]

    def array(self, value: np.ndarray[Any, Any]) -> tuple[str, str]:
        dtype = value.dtype.newbyteorder("<")
        if dtype.str not in DTYPES:
            raise Unreadable(_ARRAYS.get(dtype.kind, "object"))
        self.spend(value.nbytes * 4 // 3 + 16 * value.ndim)
        return dtype.str, base64.b64encode(value.astype(dtype, copy=False).tobytes()).decode()

    def number(self, value: Any) -> list[object]:
        self.spend(24)
        try:
            if not isinstance(value, numbers.Integral):
                return ["float", float(value).hex()]
            whole = int(value)
        except (ValueError, TypeError, ArithmeticError) as error:  # an int or Fraction like 10**400
            raise Unreadable("number") from error
        if whole.bit_length() > MAX_BITS:
            raise Unreadable("too large")
        self.spend(whole.bit_length() // 4)
        return ["int", hex(whole)]


_ARRAYS = {
    "O": "array of objects",
    "U": "array of text",
    "S": "array of text",
    "c": "array of complex numbers",
    "M": "array of dates",
    "m": "array of dates",
    "V": "array of records",
}


def _form(value: object) -> str:
    """Return the word for a value that cannot be sent."""
    return next((word for word, kinds in FORMS.items() if isinstance(value, kinds)), "object")


def decode(tagged: object) -> object:
    """Return the value of a tagged form; nothing else than `Unreadable` is raised.

    Every array is new and writable. An array whose text promises more than it holds is refused
    before memory is taken, and so is one with an axis longer than `MAX_BYTES`, which an array
    without elements could have for nothing.
    """
    return _decode(tagged, MAX_DEPTH)


def _decode(tagged: object, depth: int) -> object:
    if depth == 0:
        raise Unreadable("too deep")
    match tagged:
        case ["none"]:
            return None
        case ["bool", bool(value)]:
            return value
        case ["str", str(text)]:
            return _text(text)
        case ["int", str(text)]:
            return _int(text)
        case ["float", str(text)]:
            return _float(text)
        case ["list", [*items]]:
            return [_decode(item, depth - 1) for item in items]
        case ["tuple", [*items]]:
            return tuple(_decode(item, depth - 1) for item in items)
        case ["dict", [*items]]:
            return _dict(items, depth)
        case ["scalar", str(dtype), str(content)]:
            return _array(dtype, [], content)[()]
        case ["array", str(dtype), [*shape], str(content)]:
            return _array(dtype, shape, content)
    raise Unreadable("object")


def _text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Unreadable("string") from error
    return text


def _int(text: str) -> int:
    if len(text) > MAX_BITS // 4 + 4:
        raise Unreadable("too large")
    try:
        value = int(text, 16)
    except ValueError as error:
        raise Unreadable("number") from error
    if value.bit_length() > MAX_BITS:
        raise Unreadable("too large")
    return value


def _float(text: str) -> float:
    try:
        return float.fromhex(text)
    except (ValueError, OverflowError) as error:
        raise Unreadable("number") from error


def _dict(items: list[object], depth: int) -> dict[str, object]:
    value: dict[str, object] = {}
    for item in items:
        match item:
            case [str(key), tagged] if key not in value:
                value[_text(key)] = _decode(tagged, depth - 1)
            case _:
                raise Unreadable("dict")
    return value


def _array(name: str, shape: list[object], content: str) -> np.ndarray[Any, Any]:
    if name not in DTYPES or len(shape) > MAX_DEPTH:
        raise Unreadable("object")
    lengths = [n for n in shape if type(n) is int and 0 <= n <= MAX_BYTES]
    if len(lengths) < len(shape):
        raise Unreadable("object")
    try:
        data = base64.b64decode(content, validate=True)
    except ValueError as error:
        raise Unreadable("object") from error
    dtype = DTYPES[name]
    if len(data) != dtype.itemsize * math.prod(lengths):
        raise Unreadable("object")
    if dtype.kind == "b" and data.translate(None, b"\0\1"):  # a truth value that is neither
        raise Unreadable("object")
    try:
        array = np.frombuffer(data, dtype).reshape(lengths)
    except ValueError as error:  # no elements, but axes beyond what NumPy can count
        raise Unreadable("object") from error
    return array.astype(dtype.newbyteorder("="))


def pack(message: dict[str, object]) -> bytes:
    """Return a message as one line of ASCII, or raise `Unreadable` if it is too long."""
    line = json.dumps(message, separators=(",", ":"), allow_nan=False).encode() + b"\n"
    _measure(line)
    return line


def unpack(line: bytes) -> dict[str, Any]:
    """Return the message of a line; nothing else than `Unreadable` is raised.

    Refused are lines that are too long, not UTF-8 or not a JSON object, keys that occur twice,
    nan and infinities as JavaScript writes them, and decimal fractions, which no message holds.
    """
    _measure(line)
    try:
        message = json.loads(
            line.decode(),
            object_pairs_hook=_unique,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except RecursionError as error:
        raise Unreadable("too deep") from error
    except ValueError as error:  # no JSON, no UTF-8, or an integer of too many digits
        raise Unreadable("object") from error
    if not isinstance(message, dict):
        raise Unreadable("object")
    return message


def _measure(line: bytes) -> None:
    if len(line) > MAX_BYTES or line.count(b",") + line.count(b"[") + line.count(b"{") > MAX_ITEMS:
        raise Unreadable("too large")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    message = dict(pairs)
    if len(message) < len(pairs):
        raise Unreadable("object")
    return message


def _refuse(text: str) -> object:
    raise Unreadable("number")
