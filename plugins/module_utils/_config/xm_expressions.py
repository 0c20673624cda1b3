# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions of a guest file that can be computed without running anything: each form with its rule.

Texts, numbers, lists, names set before, concatenation, arithmetic, ``%`` and ``format``, comparisons, and a few
functions that look at nothing but their arguments. Everything else is unknown, and says why.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_lexer import fault
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_python import Program
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_values import (
    BOOL,
    LIST,
    LONG,
    MAPPING,
    NUMBER,
    TEXT,
    TUPLE,
    UNICODE,
    Opaque,
    Result,
    Unknown,
    Value,
    add,
    arithmetic,
    computed,
    divide,
    filled,
    listing,
    mapping,
    multiply,
    number_from,
    one_of,
    plain,
    power,
    remainder,
    shift,
    text_from,
    value_of,
)

MOST_WORK = 2_000_000
NOT_SET = (
    "{name} is not set in the file; xm took it from its command line ({name}=VALUE): "
    "give it in variables, which is xm_to_xl_variables of the playbook"
)


@dataclass(frozen=True)
class Binding:
    """What a name stands for, the place that says so, and what it says there."""

    value: Result
    line: int
    column: int
    source: str = ""


class Calculator:
    """Computes the expressions of one file. ``names`` is what has been set so far."""

    def __init__(self, program: Program, names: Mapping[str, Binding], filename: str) -> None:
        self.program = program
        self.names = dict(names)
        self.filename = filename
        self.work = 0

    def spend(self, amount: int) -> None:
        self.work += amount
        if self.work > MOST_WORK:
            raise fault(
                "it takes too much to compute what the file says", "write it without code", None, None, self.filename
            )

    def evaluate(self, node: ast.expr) -> Result:
        """The value of an expression, or why it has none before xm runs it."""
        self.spend(1)
        place = self.program.position(node)
        rule = RULES.get(type(node))
        try:
            result = rule(self, node, place) if rule is not None else self.not_computed(node, place)
        except Opaque as why:
            result = Unknown(str(why), *place)
        self.spend(result.size)
        return result

    def not_computed(self, node: ast.AST, place: tuple[int, int]) -> Unknown:
        return Unknown(f"{shown(self.program.source(node))} is known only when xm runs it", *place)

    def constant(self, node: ast.Constant, place: tuple[int, int]) -> Result:
        if node.kind == "u" and isinstance(node.value, str):
            return Value(UNICODE, node.value, *place, size=len(node.value) + 1)
        return value_of(node.value, place)

    def name(self, node: ast.Name, place: tuple[int, int]) -> Result:
        binding = self.names.get(node.id)
        if binding is None:
            return Unknown(NOT_SET.format(name=node.id), *place)
        return binding.value

    def sequence(self, node: ast.List | ast.Tuple, place: tuple[int, int]) -> Result:
        items = [self.evaluate(item) for item in node.elts]
        return listing(items, LIST if isinstance(node, ast.List) else TUPLE, place)

    def dictionary(self, node: ast.Dict, place: tuple[int, int]) -> Result:
        items: dict[Any, Result] = {}
        for key, item in zip(node.keys, node.values):
            found = self.evaluate(key) if key is not None else self.not_computed(node, place)
            if not isinstance(found, Value) or found.kind not in (TEXT, NUMBER):
                return self.not_computed(node, place)
            items[found.data] = self.evaluate(item)
        return mapping(items, place)

    def binary(self, node: ast.BinOp, place: tuple[int, int]) -> Result:
        return self.combined(node.op, self.evaluate(node.left), self.evaluate(node.right), place)

    def combined(self, mark: ast.operator, left: Result, right: Result, place: tuple[int, int]) -> Result:
        rule = BINARY.get(type(mark))
        if rule is None:
            raise Opaque("the operator is of no simple kind")
        return computed(rule, [left, right], place)

    def unary(self, node: ast.UnaryOp, place: tuple[int, int]) -> Result:
        return computed(lambda value: UNARY[type(node.op)](plain(value)), [self.evaluate(node.operand)], place)

    def logical(self, node: ast.BoolOp, place: tuple[int, int]) -> Result:
        """The first operand that decides, as Python has it."""
        deciding = isinstance(node.op, ast.Or)
        result: Result = Value(BOOL, not deciding, *place)
        for operand in node.values:
            result = self.evaluate(operand)
            truth = self.truth(result)
            if truth is None:
                return Unknown(self.why(result), *place)
            if truth is deciding:
                break
        return result

    def comparison(self, node: ast.Compare, place: tuple[int, int]) -> Result:
        operands = [self.evaluate(operand) for operand in (node.left, *node.comparators)]
        for mark, left, right in zip(node.ops, operands, operands[1:]):
            result = computed(COMPARING[type(mark)], [left, right], place)
            truth = self.truth(result)
            if truth is None or not truth:
                return result
        return Value(BOOL, True, *place)

    def conditional(self, node: ast.IfExp, place: tuple[int, int]) -> Result:
        condition = self.evaluate(node.test)
        truth = self.truth(condition)
        if truth is not None:
            return self.evaluate(node.body if truth else node.orelse)
        return either(self.evaluate(node.body), self.evaluate(node.orelse), self.depends(node.test), place)

    def subscript(self, node: ast.Subscript, place: tuple[int, int]) -> Result:
        whole = self.evaluate(node.value)
        if isinstance(whole, Unknown):
            return self.not_computed(node, place) if not whole.candidates else Unknown(whole.reason, *place)
        if isinstance(node.slice, ast.Slice):
            bounds = [None if bound is None else plain(self.evaluate(bound)) for bound in _bounds(node.slice)]
            if whole.kind in (LIST, TUPLE):
                return listing(whole.data[slice(*bounds)], whole.kind, place)
            return computed(lambda text: text.data[slice(*bounds)], [whole], place)
        index = plain(self.evaluate(node.slice))
        if whole.kind in (LIST, TUPLE, MAPPING):
            return _item(whole, index)
        return computed(lambda text: text.data[index], [whole], place)

    def call(self, node: ast.Call, place: tuple[int, int]) -> Result:
        function = node.func
        if any(isinstance(argument, ast.Starred) for argument in node.args) or any(
            not one.arg for one in node.keywords
        ):
            return self.not_computed(node, place)
        if isinstance(function, ast.Name) and function.id not in self.names:
            return self.built_in(function.id, node, place)
        if isinstance(function, ast.Attribute) and not isinstance(function.value, ast.Attribute):
            return self.method(function, node, place)
        return self.not_computed(node, place)

    def built_in(self, name: str, node: ast.Call, place: tuple[int, int]) -> Result:
        if name in ("locals", "vars") and not node.args:
            return mapping({key: binding.value for key, binding in self.names.items()}, place)
        if name not in BUILT_IN or len(node.args) != 1 or node.keywords:
            return self.not_computed(node, place)
        result = computed(lambda value: BUILT_IN[name](plain(value)), [self.evaluate(node.args[0])], place)
        if name == "long" and isinstance(result, Value):
            return Value(LONG, result.data, *place)
        return result

    def method(self, function: ast.Attribute, node: ast.Call, place: tuple[int, int]) -> Result:
        """A method of a text that looks at nothing but its arguments."""
        owner = self.evaluate(function.value)
        if isinstance(owner, Unknown) and not owner.candidates:
            return self.not_computed(node, place)
        arguments = [self.evaluate(argument) for argument in node.args]
        named = {one.arg or "": self.evaluate(one.value) for one in node.keywords}

        def act(text: Value, *values: Value) -> Any:
            positional, keywords = values[: len(arguments)], dict(zip(named, values[len(arguments) :]))
            if text.kind not in (TEXT, UNICODE):
                raise Opaque(f"{shown(self.program.source(node))} is known only when xm runs it")
            return _text_method(
                text.data,
                function.attr,
                [plain(value) for value in positional],
                {key: plain(value) for key, value in keywords.items()},
            )

        return computed(act, [owner, *arguments, *named.values()], place)

    def truth(self, result: Result) -> bool | None:
        """Whether a condition holds, None where that cannot be known."""
        values = (result,) if isinstance(result, Value) else result.candidates
        try:
            truths = {bool(plain(value)) for value in values}
        except Opaque:
            return None
        return truths.pop() if len(truths) == 1 else None

    def why(self, result: Result) -> str:
        return result.reason if isinstance(result, Unknown) else "part of it is unknown"

    def depends(self, condition: ast.expr) -> str:
        return f"it depends on {shown(self.program.source(condition))}, known only when xm runs it"


def either(first: Result, second: Result, reason: str, place: tuple[int, int]) -> Result:
    """One of two results, nobody knows which."""
    if first is second:
        return first
    values = [value for one in (first, second) for value in ((one,) if isinstance(one, Value) else one.candidates)]
    opaque = any(isinstance(one, Unknown) and not one.candidates for one in (first, second))
    return Unknown(reason, *place) if opaque else one_of(values, place, reason)


def _bounds(node: ast.Slice) -> tuple[ast.expr | None, ast.expr | None, ast.expr | None]:
    return node.lower, node.upper, node.step


def _item(whole: Value, index: Any) -> Result:
    try:
        found: Result = whole.data[index]
    except (LookupError, TypeError) as wrong:
        raise Opaque(f"Python cannot compute it: {type(wrong).__name__}") from None
    return found


def _text_method(text: str, name: str, arguments: list[Any], named: dict[str, Any]) -> Any:
    if name == "format":
        return filled(text, arguments, named)
    if named or name not in TEXT_METHODS:
        raise Opaque(f"{name}() is known only when xm runs it")
    if name == "replace" and len(text) * max(len(str(argument)) for argument in arguments or [""]) > 1 << 20:
        raise Opaque("it is too long")
    if name == "join" and len(text) * len(arguments[0] if arguments else "") > 1 << 20:
        raise Opaque("it is too long")
    return getattr(text, name)(*arguments)


def _contains(left: Value, right: Value) -> bool:
    return bool(plain(left) in plain(right))


def _compared(function: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    """Order exists between numbers and between texts; what Python 2 makes of others is not worth knowing."""

    def compare(left: Value, right: Value) -> bool:
        ordered = {left.kind, right.kind} <= {NUMBER, LONG, BOOL} or {left.kind, right.kind} <= {TEXT, UNICODE}
        if not ordered and function not in (operator.eq, operator.ne, operator.is_, operator.is_not):
            raise TypeError
        return bool(function(plain(left), plain(right)))

    return compare


BINARY: Mapping[type, Callable[[Value, Value], Any]] = {
    ast.Add: add,
    ast.Sub: arithmetic(operator.sub),
    ast.Mult: multiply,
    ast.Div: arithmetic(divide),
    ast.FloorDiv: arithmetic(operator.floordiv),
    ast.Mod: remainder,
    ast.Pow: arithmetic(power),
    ast.LShift: arithmetic(shift),
    ast.RShift: arithmetic(operator.rshift),
    ast.BitOr: arithmetic(operator.or_),
    ast.BitAnd: arithmetic(operator.and_),
    ast.BitXor: arithmetic(operator.xor),
}
UNARY: Mapping[type, Callable[[Any], Any]] = {
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}
COMPARING: Mapping[type, Callable[[Value, Value], bool]] = {
    ast.Eq: _compared(operator.eq),
    ast.NotEq: _compared(operator.ne),
    ast.Lt: _compared(operator.lt),
    ast.LtE: _compared(operator.le),
    ast.Gt: _compared(operator.gt),
    ast.GtE: _compared(operator.ge),
    ast.Is: _compared(operator.eq),
    ast.IsNot: _compared(operator.ne),
    ast.In: _contains,
    ast.NotIn: lambda left, right: not _contains(left, right),
}
BUILT_IN: Mapping[str, Callable[[Any], Any]] = {
    "str": text_from,
    "repr": lambda value: repr(value) if isinstance(value, (str, int)) else text_from(value),
    "int": number_from,
    "long": number_from,
    "len": len,
}
TEXT_METHODS = frozenset(
    ("join", "strip", "lstrip", "rstrip", "lower", "upper", "replace", "split", "startswith", "endswith")
)
RULES: Mapping[type, Callable[[Calculator, Any, tuple[int, int]], Result]] = {
    ast.Constant: Calculator.constant,
    ast.Name: Calculator.name,
    ast.List: Calculator.sequence,
    ast.Tuple: Calculator.sequence,
    ast.Dict: Calculator.dictionary,
    ast.BinOp: Calculator.binary,
    ast.UnaryOp: Calculator.unary,
    ast.BoolOp: Calculator.logical,
    ast.Compare: Calculator.comparison,
    ast.IfExp: Calculator.conditional,
    ast.Subscript: Calculator.subscript,
    ast.Call: Calculator.call,
}
