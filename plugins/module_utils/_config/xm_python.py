# SPDX-License-Identifier: GPL-3.0-or-later
"""From the text of a guest file of xend's xm to Python's syntax tree. The text is Python 2, and is never run.

What only Python 2 can read is rewritten word by word to what Python 3 reads as the same: ``0777``, ``5L``, ``<>``,
backticks, ``print`` and ``exec`` statements, ``raise E, text``, ``except E, e``, tabs among blanks. Lines stay lines,
and for columns the tree's positions are led back to those of the file.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_lexer import Token, fault, read_tokens

OCTAL = re.compile(r"0[0-7]+")
TEXT = re.compile(r"([a-zA-Z]*)(.*)", re.DOTALL)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Program:
    """The tree of a file, and what leads from a node back to its place and its text."""

    body: list[ast.stmt]
    lines: list[str]
    rewritten: list[str]
    anchors: dict[int, list[tuple[int, int]]] = field(repr=False)

    def position(self, node: ast.AST) -> tuple[int, int]:
        """Line and column of a node in the file, from 1."""
        line: int = getattr(node, "lineno", 1)
        return line, self._column(line, getattr(node, "col_offset", 0)) + 1

    def source(self, node: ast.AST) -> str:
        """The first line of what a node was read from."""
        line: int = getattr(node, "lineno", 1)
        start = self._column(line, getattr(node, "col_offset", 0))
        text = self.lines[line - 1]
        if getattr(node, "end_lineno", None) == line:
            text = text[: self._column(line, getattr(node, "end_col_offset", 0) or 0)]
        text = text[start:].strip()
        return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."

    def _column(self, line: int, offset: int) -> int:
        """The tree counts bytes of the rewritten line."""
        anchors = self.anchors.get(line, [])
        index = bisect_right(anchors, (offset, sys.maxsize))
        new, old = anchors[index - 1] if index else (0, 0)
        return old + offset - new


def parse_python(text: str, filename: str = "") -> Program:
    """The tree of a file, or a ConfigError with the place where it is no Python."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise fault("the text is not valid Unicode", "write it as UTF-8", None, None, filename) from None
    pieces = list(_modern(read_tokens(text, filename)))
    rewritten = "".join(piece for _token, piece in pieces)
    lines = text.split("\n")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes that mean themselves
            body = ast.parse(rewritten).body
    except SyntaxError as wrong:
        raise _no_python(wrong, Program([], lines, rewritten.split("\n"), _anchors(pieces)), filename) from None
    except (ValueError, OverflowError, RecursionError, MemoryError):
        raise fault("Python cannot read the file", "write it in a simpler way", None, None, filename) from None
    return Program(body, lines, rewritten.split("\n"), _anchors(pieces))


def _no_python(wrong: SyntaxError, program: Program, filename: str) -> ConfigError:
    line = min(max(wrong.lineno or 1, 1), len(program.lines))
    offset = len(program.rewritten[line - 1][: max((wrong.offset or 1) - 1, 0)].encode())
    message = (wrong.msg or "").split("(")[0].strip() or "invalid syntax"
    return fault(
        f"it is no Python: {message}",
        "xm refuses such a file too; mend the line, or remove the file if it is no guest",
        line,
        program._column(line, offset) + 1,
        filename,
    )


def _anchors(pieces: list[tuple[Token, str]]) -> dict[int, list[tuple[int, int]]]:
    """For each line, where its words stand in the rewritten text, in bytes, and in the file, in characters."""
    anchors: dict[int, list[tuple[int, int]]] = {}
    column = 0
    for token, piece in pieces:
        anchors.setdefault(token.line, []).append((column, token.column - 1))
        column = len(piece[piece.rindex("\n") + 1 :].encode()) if "\n" in piece else column + len(piece.encode())
    return anchors


def _modern(tokens: list[Token]) -> Iterator[tuple[Token, str]]:
    """Each word with what takes its place."""
    dropped = ""  # the statement whose rest is left out
    ticks = 0
    for index, token in enumerate(tokens):
        ends = token.depth == 0 and (token.kind == "newline" or token.text == ";")
        if dropped and not ends:
            yield token, "\n" * token.text.count("\n")
            continue
        dropped = "" if ends else dropped
        if token.starts and token.text in ("print", "exec") and _next_word(tokens, index) != "=":
            if token.text == "print" or _next_word(tokens, index) != "(":
                dropped = token.text
            yield token, "pass" if token.text == "print" else "exec()" if dropped else "exec"
        elif token.text == "`":
            ticks += 1
            yield token, "repr(" if ticks % 2 else ")"
        elif token.text == "," and token.depth == 0 and _statement_word(tokens, index) in ("raise", "except"):
            statement = _statement_word(tokens, index)
            dropped = "raise" if statement == "raise" else ""
            yield token, " as " if statement == "except" else ""
        else:
            yield token, _word(token, tokens[index - 1] if index else None)


def _next_word(tokens: list[Token], index: int) -> str:
    return next((token.text for token in tokens[index + 1 : index + 20] if token.kind != "blank"), "")


def _statement_word(tokens: list[Token], index: int) -> str:
    """The word with which the statement of a token begins."""
    return next((token.text for token in reversed(tokens[max(0, index - 50) : index]) if token.starts), "")


def _word(token: Token, before: Token | None) -> str:
    if token.kind == "number":
        return _number(token.text)
    if token.kind == "text":
        return _text(token.text)
    if token.text == "<>":
        return "!="
    if token.kind == "blank" and "\n" not in token.text and (before is None or before.text.endswith("\n")):
        return token.text.replace("\f", "").expandtabs(8)
    return token.text


def _number(text: str) -> str:
    digits = text.rstrip("lL")
    modern = f"0o{digits[1:]}" if OCTAL.fullmatch(digits) else digits
    return f"long({modern})" if digits != text else modern


def _text(text: str) -> str:
    """Python 2 has bytes: ``b`` says nothing, and ``\\u`` is two characters."""
    match = TEXT.match(text)
    prefix, quoted = match.groups() if match else ("", text)
    prefix = prefix.lower().replace("b", "")
    if prefix in ("ur", "ru"):
        return f"u{ESCAPE.sub(_raw_escape, quoted)}"
    if "r" in prefix:
        return prefix + quoted
    if "u" not in prefix:
        quoted = ESCAPE.sub(lambda escape: f"\\\\{escape[1]}" if escape[1] in "uUN" else escape[0], quoted)
    return prefix + quoted


def _raw_escape(escape: re.Match[str]) -> str:
    """``ur`` is gone with Python 2: every backslash is itself there, but that of ``\\u``."""
    return escape[0] if escape[1] in "uU" else "\\\\" + (f"\\{escape[1]}" if escape[1] in "'\"\\" else escape[1])
