# SPDX-License-Identifier: GPL-3.0-or-later
"""What an expression of a guest file comes to: a value with its place, or something that only running it would tell.

All of it is bounded: the size of a value, the depth of a list, the work for one file.
"""

from __future__ import annotations

import itertools
import math
import operator
import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union

LARGEST_VALUE = 64 * 1024
LARGEST_NUMBER = 2**63
DEEPEST_LIST = 3
MOST_CANDIDATES = 8

TEXT, NUMBER, LIST = "text", "number", "list"
# What xm passes over without a word, when an option has such a value.
BOOL, NONE, TUPLE, LONG, UNICODE, MAPPING = "bool", "None", "tuple", "long", "unicode", "dict"


@dataclass(frozen=True, eq=False)
class Value:
    """A known value. The items of a list or dict are values themselves, some of which may be unknown."""

    kind: str
    data: Any
    line: int
    column: int
    size: int = 1
    depth: int = 0


@dataclass(frozen=True, eq=False)
class Unknown:
    """What cannot be known without running the file: why, and the values it may have, if these are known."""

    reason: str
    line: int
    column: int
    candidates: tuple[Value, ...] = ()
    size: int = 1
    depth: int = 0


Result = Union[Value, Unknown]
Place = tuple[int, int]


class Opaque(Exception):
    """An expression that is not computed; the message says why."""


def value_of(data: Any, place: Place) -> Value:
    """The value of a result of Python."""
    if isinstance(data, bool):
        return Value(BOOL, data, *place)
    if isinstance(data, str):
        if len(data) > LARGEST_VALUE:
            raise Opaque(f"it is longer than {LARGEST_VALUE} characters")
        return Value(TEXT, data, *place, size=len(data) + 1)
    if isinstance(data, (int, float)):
        if not abs(data) < LARGEST_NUMBER:  # nor is it a number at all, if it is NaN
            raise Opaque("the number is too large")
        return Value(NUMBER, data, *place)
    if isinstance(data, (list, tuple)):
        return listing([value_of(item, place) for item in data], LIST if isinstance(data, list) else TUPLE, place)
    if data is None:
        return Value(NONE, None, *place)
    raise Opaque("no option has such a value")


def listing(items: Sequence[Result], kind: str, place: Place) -> Value:
    return Value(kind, tuple(items), *place, *_extent(items))


def mapping(items: Mapping[Any, Result], place: Place) -> Value:
    return Value(MAPPING, dict(items), *place, *_extent(items.values()))


def _extent(items: Iterable[Result]) -> tuple[int, int]:
    size, depth = 1, 0
    for item in items:
        size, depth = size + item.size, max(depth, item.depth)
    if size > LARGEST_VALUE:
        raise Opaque(f"it has more than {LARGEST_VALUE} parts")
    if depth >= DEEPEST_LIST:
        raise Opaque(f"lists are nested more than {DEEPEST_LIST} deep")
    return size, depth + 1


def plain(value: Result) -> Any:
    """The value as Python has it, or Opaque if part of it is unknown."""
    if isinstance(value, Unknown):
        raise Opaque(value.reason)
    if value.kind == MAPPING:
        return {key: plain(item) for key, item in value.data.items()}
    if value.kind in (LIST, TUPLE):
        items = [plain(item) for item in value.data]
        return items if value.kind == LIST else tuple(items)
    return value.data


def computed(function: Callable[..., Any], operands: Sequence[Result], place: Place) -> Result:
    """What a function makes of its operands; of each combination, where an operand may be one of several."""
    choices = [_choices(operand) for operand in operands]
    if math.prod(len(choice) for choice in choices) > MOST_CANDIDATES:
        raise Opaque("it may be any of many values")
    values = [_once(function, combination, place) for combination in itertools.product(*choices)]
    reasons = [operand.reason for operand in operands if isinstance(operand, Unknown)]
    return one_of(values, place, reasons[0] if reasons else "")


def _choices(operand: Result) -> tuple[Value, ...]:
    if isinstance(operand, Value):
        return (operand,)
    if not operand.candidates:
        raise Opaque(operand.reason)
    return operand.candidates


def _once(function: Callable[..., Any], operands: Sequence[Value], place: Place) -> Value:
    try:
        result = function(*operands)
    except (TypeError, ValueError, ArithmeticError, LookupError) as wrong:
        raise Opaque(f"Python cannot compute it: {type(wrong).__name__}") from None
    return result if isinstance(result, Value) else value_of(result, place)


def one_of(values: Sequence[Value], place: Place, reason: str) -> Result:
    """The one value that all agree on, or an unknown one that may be any of them."""
    different: list[Value] = []
    for value in values:
        if not any(same(value, other) for other in different):
            different.append(value)
    if len(different) == 1:
        return different[0]
    return Unknown(reason, *place, tuple(different) if len(different) <= MOST_CANDIDATES else ())


def same(first: Value, second: Value) -> bool:
    try:
        return first is second or (first.kind == second.kind and bool(plain(first) == plain(second)))
    except Opaque:
        return False


def arithmetic(function: Callable[[Any, Any], Any]) -> Callable[[Value, Value], Any]:
    def calculate(left: Value, right: Value) -> Any:
        if {left.kind, right.kind} <= {NUMBER, LONG, BOOL}:
            return function(left.data, right.data)
        raise TypeError

    return calculate


def add(left: Value, right: Value) -> Any:
    if left.kind == right.kind and left.kind in (LIST, TUPLE):
        return listing(left.data + right.data, left.kind, (left.line, left.column))
    if {left.kind, right.kind} <= {TEXT, UNICODE} or {left.kind, right.kind} <= {NUMBER, LONG, BOOL}:
        return left.data + right.data
    raise TypeError


def multiply(left: Value, right: Value) -> Any:
    if right.kind in (TEXT, UNICODE, LIST, TUPLE):
        left, right = right, left
    if left.kind in (TEXT, UNICODE, LIST, TUPLE):
        if right.kind != NUMBER or not isinstance(right.data, int):
            raise TypeError
        if left.size * max(right.data, 1) > LARGEST_VALUE:
            raise Opaque(f"it is longer than {LARGEST_VALUE} characters")
        if left.kind in (LIST, TUPLE):
            return listing(left.data * right.data, left.kind, (left.line, left.column))
        return left.data * right.data
    return arithmetic(operator.mul)(left, right)


def divide(left: Any, right: Any) -> Any:
    """Python 2 divides whole numbers without a rest."""
    return left // right if isinstance(left, int) and isinstance(right, int) else left / right


def power(left: Any, right: Any) -> Any:
    if abs(left) > 2**16 or not 0 <= right <= 64:
        raise Opaque("the number is too large")
    return left**right


def shift(left: Any, right: Any) -> Any:
    if abs(left) > 2**62 or not 0 <= right <= 64:
        raise Opaque("the number is too large")
    return left << right


def remainder(left: Value, right: Value) -> Any:
    return formatted(left, right) if left.kind in (TEXT, UNICODE) else arithmetic(operator.mod)(left, right)


SPECIFIER = re.compile(r"%(?:\(([A-Za-z_][A-Za-z0-9_]*)\))?[-#0 +]*[0-9]{0,2}(?:\.[0-9]{0,2})?[hlL]?[diouxXeEfFgGs%]")
FIELD = re.compile(r"[0-9]{0,2}|[A-Za-z_][A-Za-z0-9_]*")
FIELD_FORMAT = re.compile(r"(?:[<>=^]?[-+ ]?#?0?[0-9]{0,2},?(?:\.[0-9]{1,2})?[bdeEfFgGnosxX%]?)")


def formatted(template: Value, arguments: Value) -> str:
    """``template % arguments``, without widths that would fill the memory."""
    if SPECIFIER.sub("", template.data).find("%") >= 0:
        raise Opaque("its format is of no simple kind")
    if arguments.kind == MAPPING:
        names = {match[1] for match in SPECIFIER.finditer(template.data) if match[1]}
        found = {name: plain(arguments.data[name]) for name in names}
        return str(template.data % found)
    return str(template.data % plain(arguments))


def filled(template: str, positional: Sequence[Any], named: Mapping[str, Any]) -> str:
    """``template.format(...)`` with fields that are plain names or numbers: attributes lead out of the file."""
    for _literal, name, form, conversion in string.Formatter().parse(template):
        if name is not None and not (
            FIELD.fullmatch(name) and FIELD_FORMAT.fullmatch(form or "") and conversion in (None, "s")
        ):
            raise Opaque("its format is of no simple kind")
    return template.format(*positional, **named)


def number_from(value: Any) -> int:
    if isinstance(value, str) and len(value) > 40:
        raise ValueError
    return int(value)


def text_from(value: Any) -> str:
    if isinstance(value, (str, int)) or (isinstance(value, float) and len(repr(value)) <= 12):
        return str(value)
    raise TypeError
