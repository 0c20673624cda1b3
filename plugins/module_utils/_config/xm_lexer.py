# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of a guest file of xend's xm, which is Python 2, with limits that keep Python's own parser out of trouble.

Python's parser and its trees recurse; how deep a text can drive them is known from its words, before it is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, ConfigError, Finding, shown

LARGEST = 128 * 1024
DEEPEST_BRACKETS = 20
DEEPEST_BLOCKS = 20
LONGEST_CHAIN = 100
MOST_ELIFS = 100
MOST_LAMBDAS = 10
LONGEST_NUMBER = 40

TOKEN = re.compile(
    r"(?P<blank>[ \t\f]+|\\\n)"
    r"|(?P<newline>\n)"
    r"|(?P<comment>\#[^\n]*)"
    r"|(?P<text>[uUbBrRfFtT]{0,2}(?:'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\""
    r"|'(?!'')(?:[^'\\\n]|\\.)*'|\"(?!\"\")(?:[^\"\\\n]|\\.)*\"))"
    r"|(?P<number>(?:0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[lLjJ]?)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<mark><>|\*\*=?|//=?|>>=?|<<=?|[<>=!]=|[-+*/%&|^]=|[-+*/%&|^~<>()\[\]{},:.;=`@])"
    r"|(?P<error>.)",
    re.DOTALL,
)

FORMATTED = re.compile(r"[a-zA-Z]?[fFtT][a-zA-Z]?['\"]")
OPENING = {"(": ")", "[": "]", "{": "}"}
CHAINING = frozenset(("+", "-", "*", "/", "%", "**", "//", "<<", ">>", "&", "|", "^", "~", "."))
CHAINING_WORDS = frozenset(("not", "lambda", "if", "else", "and", "or", "await", "yield"))


@dataclass
class Token:
    """One word. ``depth`` counts the brackets around it, ``starts`` says that a statement begins with it."""

    kind: str
    text: str
    line: int
    column: int
    depth: int = 0
    starts: bool = False


def fault(message: str, remedy: str, line: int | None, column: int | None, filename: str) -> ConfigError:
    return ConfigError([Finding(ERROR, message, remedy=remedy, line=line, column=column, filename=filename)])


def read_tokens(text: str, filename: str) -> list[Token]:
    """All words of a file, or a ConfigError at the first place that is no Python 2, or too much of it."""
    if len(text) > LARGEST:
        raise fault(f"the file has more than {LARGEST} characters", "it is no guest of xm", None, None, filename)
    tokens = []
    brackets: list[Token] = []
    starts = True
    for token in _words(text):
        if token.kind == "error":
            raise _no_word(token, filename)
        if token.kind == "text" and FORMATTED.match(token.text):
            raise fault("Python 2 has no such text", "remove the letter before it", *_at(token), filename)
        if token.text in (")", "]", "}"):
            _close(brackets, token, filename)
        token.depth = len(brackets)
        token.starts = starts and token.kind not in ("blank", "comment", "newline")
        if token.text in OPENING:
            brackets.append(token)
        if len(brackets) > DEEPEST_BRACKETS:
            raise fault(f"brackets are nested more than {DEEPEST_BRACKETS} deep", "write fewer", *_at(token), filename)
        if token.kind not in ("blank", "comment"):
            starts = not brackets and (token.kind == "newline" or token.text in (";", ":"))
        tokens.append(token)
    if brackets:
        raise fault(f"the bracket {brackets[-1].text} is not closed", "close it", *_at(brackets[-1]), filename)
    _check_depth(tokens, filename)
    return tokens


def _words(text: str) -> Iterator[Token]:
    line, start = 1, 0
    for match in TOKEN.finditer(text):
        found = match.group()
        yield Token(match.lastgroup or "", found, line, match.start() - start + 1)
        if "\n" in found:
            line, start = line + found.count("\n"), match.start() + found.rindex("\n") + 1


def _at(token: Token) -> tuple[int, int]:
    return token.line, token.column


def _no_word(token: Token, filename: str) -> ConfigError:
    if token.text in "'\"":
        return fault("a text has no closing quote", "close it", *_at(token), filename)
    remedy = "remove it" if token.text.isascii() else "outside of texts and comments Python 2 knows ASCII alone"
    return fault(f"{shown(token.text)} has no place in a guest file of xm", remedy, *_at(token), filename)


def _close(brackets: list[Token], token: Token, filename: str) -> None:
    if not brackets or OPENING[brackets.pop().text] != token.text:
        raise fault(f"the bracket {token.text} closes nothing", "remove it", *_at(token), filename)


def _check_depth(tokens: list[Token], filename: str) -> None:
    """How deep a tree can become: brackets in chains of operators, blocks in blocks, one elif after the other."""
    chains = [0] * (DEEPEST_BRACKETS + 2)
    indents = [0]
    counts = {"elif": 0, "lambda": 0}
    for index, token in enumerate(tokens):
        if token.starts:
            chains[0] = 0
            _indent(indents, token, tokens[index - 1] if index else None)
        if token.text in (",", ";", "="):
            chains[token.depth] = 0
        elif token.text in OPENING:
            chains[token.depth] += 1
            chains[token.depth + 1] = 0
        elif token.text in CHAINING or (token.kind == "word" and token.text in CHAINING_WORDS):
            chains[token.depth] += 1
        if token.kind == "word" and token.text in counts:
            counts[token.text] += 1
        if token.kind == "number" and len(token.text) > LONGEST_NUMBER:
            raise fault(f"a number has more than {LONGEST_NUMBER} digits", "shorten it", *_at(token), filename)
        if (
            sum(chains[: token.depth + 1]) > LONGEST_CHAIN
            or len(indents) > DEEPEST_BLOCKS
            or counts["elif"] > MOST_ELIFS
            or counts["lambda"] > MOST_LAMBDAS
        ):
            raise fault("the expression or block is nested too deep", "write it in parts", *_at(token), filename)


def _indent(indents: list[int], token: Token, before: Token | None) -> None:
    if before is not None and before.kind == "newline":
        before = None
    if before is None or (before.kind == "blank" and before.column == 1):
        width = token.column - 1
        while indents[-1] > width:
            indents.pop()
        if width > indents[-1]:
            indents.append(width)
