# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar that xl.cfg and xl.conf share, as xl's own lexer and parser have it, with positions.

A file is a sequence of ``key = value`` statements, ended by a newline or a semicolon. A value is a number, a quoted
text, or a list of values in brackets. Nothing else exists: no expressions, no variables, no negative numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Union

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import (
    ConfigError,
    Finding,
    errors_in,
    shown,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import finding
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

DEEPEST = 50
READS_ADDITIONS = Release(4, 13)

TOKEN = re.compile(
    r"(?P<blank>[ \t]+)"
    r"|(?P<newline>\n|\#[^\n]*\n)"
    r"|(?P<key>[a-z][._0-9a-z]*)"
    r"|(?P<number>[0-9][0-9a-fx]*)"
    r"""|(?P<text>'(?:[^'\\\n]|\\[^\n])*'|"(?:[^"\\\n]|\\[^\n])*")"""
    r"|(?P<mark>\+=|[,\[\]=;])"
    r"|(?P<error>.[^ \t\n]*)",
    re.DOTALL,
)
ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", "'": "'", '"': '"'}
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
DECIMAL = re.compile(r"[ \t\v\f\r]*[+-]?[0-9]+")
BYTE_ORDER_MARK = "\ufeff"
CONVERT = "xlops.xen.xm_to_xl converts files of xend"
STATEMENTS_OF_PYTHON = ("def", "for", "from", "if", "import", "print")
# By how it begins: what it is like, a remedy.
STRANGE = {
    "True|False": ("Python", "write 1 for yes, 0 for no"),
    r"[+*/%():{}\\]|\.[a-z]": ("Python", CONVERT),
    "[\u2018-\u201f`\u00b4]": ("a text in quotes of another kind", "write \" or '"),
}
# No statement with such a word is shown.
LOOKS_SECRET = "pas"


@dataclass(frozen=True)
class Scalar:
    """A number or a text: to xl both are texts. Lines and columns count from 1."""

    text: str
    line: int
    column: int


@dataclass(frozen=True)
class Listing:
    """A list in brackets; its items may be lists themselves (from Xen 4.6 on)."""

    items: tuple[Value, ...]
    line: int
    column: int


Value = Union[Scalar, Listing]


@dataclass(frozen=True)
class Setting:
    """One statement. ``adds`` marks ``+=`` (from Xen 4.13 on), by which the value continues the one before."""

    key: str
    value: Value
    line: int
    column: int
    adds: bool = False


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    line: int
    column: int


class _SyntaxFault(Exception):
    def __init__(self, message: str, remedy: str, token: _Token) -> None:
        super().__init__(message)
        self.message, self.remedy, self.token = message, remedy, token


def parse_settings(text: str, filename: str = "") -> list[Setting]:
    """The statements of a file in their order, or a ConfigError with every place at which xl would refuse it."""
    settings, findings = read_settings(text, filename)
    faults = errors_in(findings)
    if faults:
        raise ConfigError(faults)
    return settings


def read_settings(text: str, filename: str = "") -> tuple[list[Setting], list[Finding]]:
    """The statements that can be read, and what is wrong with the others; after a fault the next line is read."""
    reader = _Reader(text, filename)
    return list(reader.settings()), reader.findings


def effective(settings: list[Setting]) -> dict[str, Setting]:
    """What holds for each key: the last statement, continued by those that add to it."""
    chains: dict[str, list[Setting]] = {}
    for setting in settings:
        before = chains.pop(setting.key, [])
        chain = before if setting.adds else []
        chain.append(setting)
        chains[setting.key] = chain
    return {key: _joined(chain) for key, chain in chains.items()}


def _joined(chain: list[Setting]) -> Setting:
    """One statement for several, which the reader has found to be all texts or all lists."""
    last = chain[-1]
    if len(chain) == 1:
        return last
    if isinstance(last.value, Scalar):
        text = "".join(one.value.text for one in chain if isinstance(one.value, Scalar))
        return replace(last, value=replace(last.value, text=text))
    items = tuple(item for one in chain if isinstance(one.value, Listing) for item in one.value.items)
    return replace(last, value=replace(last.value, items=items))


class _Reader:
    def __init__(self, text: str, filename: str) -> None:
        self.filename = filename
        self.findings: list[Finding] = []
        if text.startswith(BYTE_ORDER_MARK):  # as editors of Windows write
            message = "the file begins with a byte order mark, and xl refuses it"
            self.report("syntax", message, "save it as UTF-8 without one", _Token("error", "", 1, 1))
            text = text[1:]
        self.lines = text.split("\n")
        self.tokens = self.with_unix_ends([token for token in _tokens(text) if token.kind != "blank"], text)
        self.position = 0

    def with_unix_ends(self, tokens: list[_Token], text: str) -> list[_Token]:
        """Said once for all lines, and then read as they are meant, for what else may be wrong with them."""
        returns = [token for token in tokens if token.kind == "error" and token.text == "\r"]
        returns = [token for token in returns if self.lines[token.line - 1].endswith("\r")]
        if not returns:
            return tokens
        ends = f"and {len(returns) - 1} more end" if len(returns) > 1 else "ends"
        message = f"the line {ends} in a carriage return, as on Windows, and xl refuses the file"
        self.report("syntax", message, "convert it to Unix line ends, as dos2unix does", returns[0])
        return [token for token in _tokens(text.replace("\r\n", "\n")) if token.kind != "blank"]

    def settings(self) -> Iterator[Setting]:
        kinds: dict[str, type] = {}
        hidden = False  # until something can be read again: what is left of a statement may be its secret
        while self.peek().kind != "end":
            begun = self.peek()
            try:
                if self.take_if("newline", ";") is not None:
                    continue
                setting = self.assignment()
                if setting.adds and kinds.get(setting.key, type(setting.value)) is not type(setting.value):
                    token = _Token("key", setting.key, setting.line, setting.column)
                    raise _SyntaxFault(
                        f"{setting.key} += joins a list and a text", "write the same kind of value as before", token
                    )
                kinds[setting.key] = type(setting.value)
                yield setting
                hidden = False
            except _SyntaxFault as fault:
                hidden = hidden or self.looks_secret(begun.line, fault.token.line)
                message = "xl cannot read this line" if hidden else fault.message
                self.report("syntax", message, fault.remedy, fault.token)
                self.skip_line()

    def assignment(self) -> Setting:
        key = self.expect("the name of a key", "write key = value", "key")
        remedy = CONVERT if key.text in STATEMENTS_OF_PYTHON else "write key = value"
        mark = self.expect(f"= after {key.text}", remedy, "=", "+=")
        value = self.value(0)
        if self.peek().kind not in ("newline", ";", "end"):
            raise self.fault("the end of the statement", "put a newline or a semicolon before it")
        return Setting(key.text, value, key.line, key.column, mark.kind == "+=")

    def value(self, depth: int) -> Value:
        token = self.expect("a value", "write a number, a text in quotes, or a list in brackets", "number", "text", "[")
        if token.kind == "number":
            return Scalar(token.text, token.line, token.column)
        if token.kind == "text":
            return Scalar(self.unquoted(token), token.line, token.column)
        if depth >= DEEPEST:
            raise _SyntaxFault(f"lists are nested more than {DEEPEST} deep", "write fewer brackets", token)
        return Listing(tuple(self.items(depth + 1)), token.line, token.column)

    def items(self, depth: int) -> Iterator[Value]:
        self.skip_newlines()
        while self.take_if("]") is None:
            yield self.value(depth)
            self.skip_newlines()
            if self.peek().kind != "]":
                self.expect(", or ]", "separate the items by commas and close the list with ]", ",")
                self.skip_newlines()

    def unquoted(self, token: _Token) -> str:
        """The text without its quotes and escapes, as xl undoes them."""
        inner = token.text[1:-1]
        if "\0" in inner:
            raise _SyntaxFault("a text contains a NUL character", "remove it", token)
        if "\\" not in inner:
            return inner
        parts, position = [], 0
        while position < len(inner):
            match = ESCAPE.search(inner, position)
            if match is None:
                parts.append(inner[position:])
                break
            parts.append(inner[position : match.start()])
            position = match.end()
            letter = match.group(1)
            if letter in ESCAPES:
                parts.append(ESCAPES[letter])
            else:
                position += self.number_escape(letter, inner[position : position + 3], token)
        return "".join(parts)

    def number_escape(self, letter: str, following: str, token: _Token) -> int:
        """xl means to read octal numbers, reads decimal ones of two digits or more, and forgets them."""
        digits = DECIMAL.match(following)
        if letter not in "01234567" or digits is None or digits.end() < 2:
            raise _SyntaxFault(f"xl does not know the escape \\{letter}", "write the character itself", token)
        self.report(
            "dropped-escape", f"xl drops the escape \\{letter}{digits.group()}", "write the character itself", token
        )
        return digits.end()

    def peek(self) -> _Token:
        return self.tokens[self.position]

    def take(self) -> _Token:
        token = self.tokens[self.position]
        if token.kind != "end":
            self.position += 1
        return token

    def take_if(self, *kinds: str) -> _Token | None:
        return self.take() if self.peek().kind in kinds else None

    def expect(self, what: str, remedy: str, *kinds: str) -> _Token:
        if self.peek().kind not in kinds:
            raise self.fault(what, remedy)
        return self.take()

    def skip_newlines(self) -> None:
        while self.take_if("newline") is not None:
            pass

    def looks_secret(self, first: int, last: int) -> bool:
        return any(LOOKS_SECRET in line.lower() for line in self.lines[first - 1 : last])

    def skip_line(self) -> None:
        while self.take().kind not in ("newline", "end"):
            pass

    def fault(self, expected: str, remedy: str) -> _SyntaxFault:
        token = self.peek()
        if token.kind != "error":
            there = {"newline": "the end of the line", "end": "the end of the file"}.get(token.kind, shown(token.text))
            return _SyntaxFault(f"{there} stands where {expected} should be", remedy, token)
        first = token.text[0]
        if first in "'\"":
            return _SyntaxFault(
                f"the text {shown(token.text)} has no closing quote", "close it on the same line", token
            )
        if first == "#":
            return _SyntaxFault("the last line is a comment without a newline", "end the file with a newline", token)
        if first == "\r":
            return _SyntaxFault("a carriage return is within the line", "use Unix line ends", token)
        looks = next((said for begins, said in STRANGE.items() if re.match(begins, token.text)), None)
        hint, remedy = looks or ("", "quote texts, negative numbers too; keys are lower case")
        like = f"; it looks like {hint}, of which xl reads none" if hint else ""
        return _SyntaxFault(f"xl does not know what {shown(token.text)} is{like}", remedy, token)

    def report(self, rule: str, message: str, remedy: str, token: _Token) -> None:
        place = {"line": token.line, "column": token.column, "filename": self.filename}
        self.findings.append(finding(rule, message, remedy=remedy, **place))


def _tokens(text: str) -> Iterator[_Token]:
    line, line_start = 1, 0
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or ""
        found = match.group()
        yield _Token(found if kind == "mark" else kind, found, line, match.start() - line_start + 1)
        if kind == "newline":
            line, line_start = line + 1, match.end()
    yield _Token("end", "", line, len(text) - line_start + 1)
