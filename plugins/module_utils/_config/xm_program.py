# SPDX-License-Identifier: GPL-3.0-or-later
"""What a guest file of xend's xm sets, found out without running it.

Statements that can be followed are followed; where a condition cannot be known, both ways are. Of everything else the
names it may set are unknown from there on, and a remark says where.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_expressions import Binding, Calculator, either
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_python import Program, parse_python
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_values import (
    LIST,
    TUPLE,
    Opaque,
    Result,
    Unknown,
    Value,
    listing,
    value_of,
)

# What xm itself imports for every file, and modules without which a file sets the same.
HARMLESS_MODULES = frozenset(("os", "os.path", "sys", "string", "re", "socket", "time", "platform", "xen.util.ip"))
GIVEN = ("os", "sys", "xm_vars", "xm_file", "xm_help")


@dataclass(frozen=True)
class Remark:
    """A statement whose effect is not known: its place, its text, and why that matters."""

    line: int
    column: int
    source: str
    reason: str


@dataclass(frozen=True)
class Settings:
    """What holds when the file has been read to its end. ``read`` are the names that are the file's own."""

    names: dict[str, Binding]
    remarks: list[Remark]
    read: frozenset[str]


def read_program(text: str, filename: str = "", variables: Mapping[str, Any] | None = None) -> Settings:
    """What a file sets. ``variables`` are those that xm would get on its command line."""
    return _Follower(parse_python(text, filename), variables or {}, filename).follow()


class _Follower:
    def __init__(self, program: Program, variables: Mapping[str, Any], filename: str) -> None:
        self.given = {name: Binding(value_of(value, (1, 1)), 1, 1) for name, value in variables.items()}
        self.program = program
        self.calculator = Calculator(program, self.given, filename)
        self.modules = set(GIVEN)
        self.remarks: list[Remark] = []

    def follow(self) -> Settings:
        self.block(self.program.body)
        tree = ast.Module(self.program.body, [])
        kept = {name: binding for name, binding in self.calculator.names.items() if binding is not self.given.get(name)}
        return Settings(kept, self.remarks, frozenset(_used_in(tree)))

    def block(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self.calculator.spend(1)
            STATEMENTS.get(type(statement), _Follower.opaque)(self, statement)

    def remark(self, node: ast.AST, reason: str) -> None:
        remark = Remark(*self.program.position(node), self.program.source(node), reason)
        if remark not in self.remarks:
            self.remarks.append(remark)

    def bind(self, name: str, value: Result, node: ast.AST, source: str = "") -> None:
        self.calculator.names[name] = Binding(value, *self.program.position(node), source)

    def assign(self, node: ast.Assign) -> None:
        value = self.calculator.evaluate(node.value)
        for target in node.targets:
            self.assign_to(target, value, node)

    def assign_to(self, target: ast.expr, value: Result, node: ast.stmt) -> None:
        if isinstance(target, ast.Name):
            self.bind(target.id, value, target, self.program.source(getattr(node, "value", node)))
        elif isinstance(target, (ast.Tuple, ast.List)):
            items = value.data if isinstance(value, Value) and value.kind in (LIST, TUPLE) else ()
            if len(items) != len(target.elts):
                items = [Unknown("it is part of what cannot be taken apart", *self.program.position(node))] * len(
                    target.elts
                )
            for part, item in zip(target.elts, items):
                self.assign_to(part, item, node)
        else:
            self.forget(_root(target), node)

    def add_to(self, node: ast.AugAssign) -> None:
        """``x += y``; a list is extended in place, under every name that it has."""
        if not isinstance(node.target, ast.Name):
            self.forget(_root(node.target), node)
            return
        name, place = node.target.id, self.program.position(node)
        before = self.calculator.evaluate(ast.copy_location(ast.Name(name, ast.Load()), node.target))
        addition = self.calculator.evaluate(node.value)
        try:
            if isinstance(addition, Value) and addition.kind == TUPLE and _is_list(before):
                addition = Value(LIST, addition.data, *place, addition.size, addition.depth)
            after = self.calculator.combined(node.op, before, addition, place)
        except Opaque as why:
            after = Unknown(str(why), *place)
        self.calculator.spend(after.size)
        if _is_list(before):
            self.replace_everywhere(before, after)
        self.bind(name, after, node, self.program.source(node.value))

    def replace_everywhere(self, before: Result, after: Result) -> None:
        """A list that has changed has changed under all of its names, and in all lists that hold it."""
        for name, binding in self.calculator.names.items():
            self.calculator.spend(binding.value.size)
            if _holds(binding.value, before):
                self.calculator.names[name] = replace(binding, value=_replaced(binding.value, before, after))

    def expression(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return
        if not isinstance(node.value, ast.Call):
            self.remark(node, "it is no assignment; what it does is not known")
            return
        function = node.value.func
        root = _root(function)
        if root == "xm_vars":
            return
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            binding = self.calculator.names.get(root)
            if binding is not None and self.grows(root, function.attr, node.value):
                return
        self.forget(root if root in self.calculator.names else "", node)
        self.remark(node, CALLS.get(root, "the file calls a function; what that does is not known"))

    def grows(self, name: str, method: str, call: ast.Call) -> bool:
        """``disk.append(x)`` and ``disk.extend([x])``"""
        before = self.calculator.names[name].value
        if method not in ("append", "extend") or not isinstance(before, Value) or before.kind != LIST:
            return False
        if len(call.args) != 1 or call.keywords:
            return False
        addition, place = self.calculator.evaluate(call.args[0]), self.program.position(call)
        if method == "append":
            items: tuple[Result, ...] = (addition,)
        elif isinstance(addition, Value) and addition.kind in (LIST, TUPLE):
            items = addition.data
        else:
            return False
        try:
            after: Result = listing((*before.data, *items), LIST, place)
        except Opaque as why:
            after = Unknown(str(why), *place)
        self.calculator.spend(after.size)
        self.replace_everywhere(before, after)
        return True

    def condition(self, node: ast.If) -> None:
        truth = self.calculator.truth(self.calculator.evaluate(node.test))
        if truth is not None:
            self.block(node.body if truth else node.orelse)
            return
        before = dict(self.calculator.names)
        self.block(node.body)
        first, self.calculator.names = self.calculator.names, before.copy()
        self.block(node.orelse)
        self.calculator.names = self.merged(first, self.calculator.names, node)

    def merged(self, first: dict[str, Binding], second: dict[str, Binding], node: ast.If) -> dict[str, Binding]:
        """What is set after one of two blocks, nobody knows which."""
        reason, place = self.calculator.depends(node.test), self.program.position(node)
        self.calculator.spend(len(first) + len(second))
        names = {}
        for name in {**first, **second}:
            one, other = first.get(name), second.get(name)
            present = one or second[name]
            if one is None or other is None:
                value: Result = Unknown(f"whether it is set: {reason}", *place)
            else:
                value = either(one.value, other.value, reason, place)
            names[name] = present if one is other else replace(present, value=value)
        return names

    def imports(self, node: ast.Import) -> None:
        for alias in node.names:
            name = (alias.asname or alias.name).split(".")[0]
            self.modules.add(name)
            if name in self.calculator.names:
                self.unknown([name], node)
            if alias.name not in HARMLESS_MODULES:
                self.remark(node, f"the module {alias.name} is not read; what the file takes from it is not known")

    def imports_from(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name != "*":
                self.unknown([alias.asname or alias.name], node)
        if node.module not in HARMLESS_MODULES:
            self.remark(node, f"the module {node.module} is not read; what the file takes from it is not known")

    def defines(self, node: ast.FunctionDef | ast.ClassDef) -> None:
        self.unknown([node.name], node)

    def deletes(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.calculator.names.pop(target.id, None)
            else:
                self.forget(_root(target), node)

    def passes(self, node: ast.stmt) -> None:
        """Sets nothing."""

    def opaque(self, node: ast.stmt) -> None:
        """A loop, a try, and the like: what it sets is unknown from here on."""
        self.unknown(sorted({name for name in _set_in(node) if name}), node)
        self.remark(node, "it is code that only running it could follow")

    def unknown(self, names: Iterable[str], node: ast.AST) -> None:
        place = self.program.position(node)
        for name in names:
            reason = f"{shown(self.program.source(node))} sets it, known only when xm runs it"
            self.bind(name, Unknown(reason, *place), node)

    def forget(self, name: str, node: ast.AST) -> None:
        """A value that has been changed in a way that is not followed."""
        if name and name not in self.modules:
            self.unknown([name], node)


CALLS: Mapping[str, str] = {
    "execfile": "it reads another file; put the text of that file in its place",
    "exec": "it runs a text as code, which may set any option: check all of them",
}


def _is_list(value: Result) -> bool:
    return isinstance(value, Value) and value.kind == LIST


def _holds(value: Result, part: Result) -> bool:
    if value is part:
        return True
    items = value.data if isinstance(value, Value) and value.kind in (LIST, TUPLE) else ()
    return any(_holds(item, part) for item in items)


def _replaced(value: Result, before: Result, after: Result) -> Result:
    if value is before:
        return after
    if not isinstance(value, Value) or value.kind not in (LIST, TUPLE):
        return value
    items = [_replaced(item, before, after) for item in value.data]
    try:
        return listing(items, value.kind, (value.line, value.column))
    except Opaque as why:
        return Unknown(str(why), value.line, value.column)


def _root(node: ast.AST) -> str:
    """``a`` of ``a.b[0].c(...)``"""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call, ast.Starred)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _used_in(tree: ast.AST) -> Iterator[str]:
    """Names that a file reads, and those of modules, functions and classes: none of them is a misspelt option."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]


def _set_in(statement: ast.stmt) -> Iterator[str]:
    """Names that a statement may set, or whose values it may change."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            yield node.id
        elif isinstance(node, (ast.Attribute, ast.Subscript)):
            if isinstance(node.ctx, ast.Store) or isinstance(node, ast.Attribute):
                yield _root(node)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]


STATEMENTS: Mapping[type, Callable[[_Follower, Any], None]] = {
    ast.Assign: _Follower.assign,
    ast.AugAssign: _Follower.add_to,
    ast.Expr: _Follower.expression,
    ast.If: _Follower.condition,
    ast.Import: _Follower.imports,
    ast.ImportFrom: _Follower.imports_from,
    ast.FunctionDef: _Follower.defines,
    ast.ClassDef: _Follower.defines,
    ast.Delete: _Follower.deletes,
    ast.Pass: _Follower.passes,
    ast.Global: _Follower.passes,
}
