# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a file or a program says: what reads it has an answer, or the error that it is documented to raise, soon."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from ansible_collections.xlops.xen.plugins.module_utils import _config
from ansible_collections.xlops.xen.tests.unit.config.readers import READERS, Reader
from hypothesis import given
from hypothesis import strategies as st

CPU_SECONDS = 5

# What tells a function that reads: its name, or that it begins with a text, with bytes or with words.
READS = re.compile(r"(?:parse|read|from|import|lint)_")
TEXTS = ("str", "bytes", "Sequence[str]", "Iterable[str]")

# Functions that begin with a text and read none: what theirs is.
NO_READERS = {
    "a value to be written": {
        *("boot_words.to_grub", "boot_words.to_shell", "writer.quoted", "image_heads.seed_mark", "errors.printable"),
        *("xm_import.printable", "xm_report.escaped", "xm_rows.displayed"),
    },
    "a message, or the name of a rule": {"errors.unusable", "rules.finding", "xm_lexer.fault"},
    "a name that was examined": {
        *("grub_menu.base", "ifupdown_files.path", "networkd_files.path", "networkmanager_files.path"),
        *("networkmanager_files.profile_id", "migration_names.fault", "toolstack_settings.settled"),
    },
    "a word, compared with others and not taken apart": {
        *("errors.one_edit_apart", "firmware.bios_of", "guest_type.type_of_word"),
    },
    "what the pattern of its row has matched": {"vnuma.node_vcpus"},
    "what import_directory goes through itself": {"xm_directory.no_guest"},
    "what read_program has read": {"xm_values.filled"},
}

EVERY_READER = pytest.mark.parametrize("reader", READERS.values(), ids=[function.__name__ for function in READERS])

WORD = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|\w+|[^\w\s]")
WORDS = (
    *("", "0", "-1", "1.5", "1e999", "NaN", "4294967296", "9" * 25, "9" * 5000, "0x" + "f" * 5000, "\u00b2", "\u0663"),
    *("null", "true", "[]", "{}", '""', '{"a": []}', '"x"', "'", '"', "\\", "[" * 60, "{" * 60, "(" * 60, "- " * 60),
    *("\0", "\n", "\r", "\x85", "\u2028", "\ud800", "\x1b[2J", "\ufeff", "\xe9", "=", ",", ":", "+=", "^", "all", "*"),
    *("x" * 5000, " " * 5000, "," * 5000, "=" * 5000),
)


@st.composite
def mutated(draw: st.DrawFn, texts: Sequence[str]) -> str:
    """A text with pieces left out, doubled and put in, words replaced, lines swapped, or its end cut off."""
    text = draw(st.sampled_from(texts))
    for _change in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        until = draw(st.integers(at, min(len(text), at + 40)))
        change = draw(st.sampled_from(("remove", "double", "insert", "cut", "swap", "replace", "replace")))
        if change == "remove":
            text = text[:at] + text[until:]
        elif change == "double":
            text = text[:until] + text[at:]
        elif change == "insert":
            text = text[:at] + draw(st.one_of(st.sampled_from(WORDS), st.text(max_size=4))) + text[at:]
        elif change == "cut":
            text = text[:at]
        elif change == "swap":
            lines = text.split("\n")
            one, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
            lines[one], lines[other] = lines[other], lines[one]
            text = "\n".join(lines)
        elif word := WORD.search(text, at):
            text = text[: word.start()] + draw(st.sampled_from(WORDS)) + text[word.end() :]
    return text


@contextmanager
def soon() -> Iterator[None]:
    """Seconds of this process are counted, not those of a busy machine."""

    def stop(*_signal: object) -> None:
        raise AssertionError(f"it takes more than {CPU_SECONDS} seconds")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def answer_or_error(reader: Reader, text: str) -> None:
    with soon():
        try:
            reader.read(text)
        except reader.errors as error:
            assert str(error)


@EVERY_READER
def test_what_was_recorded_is_read(reader: Reader) -> None:
    for text in reader.texts:
        answer_or_error(reader, text)


@EVERY_READER
@given(st.data())
def test_a_mutated_text(reader: Reader, data: st.DataObject) -> None:
    answer_or_error(reader, data.draw(mutated(reader.texts)))


LARGE = 40_000


@pytest.mark.sweep
@EVERY_READER
@pytest.mark.parametrize(
    "piece",
    [
        *("a", " ", "9", "[", "(", ",", "=", '"', "\\", "\n", "a=1,", "x = 1\n", "Name x\n"),
        *('x += "a"\n', "type=virtio,", ",0-65535"),
    ],
)
def test_a_long_text(reader: Reader, piece: str) -> None:
    """By itself, and in the middle and at the end of a text of the expected form."""
    long, text = piece * (LARGE // len(piece)), reader.texts[0]
    middle = len(text) // 2
    for hostile in (long, text[:middle] + long + text[middle:], text + long):
        answer_or_error(reader, hostile)


def begins_with_a_text(function: Callable[..., object]) -> bool:
    first = next(iter(inspect.signature(function).parameters.values()), None)
    return first is not None and first.annotation in TEXTS


def test_every_function_that_reads_is_among_these() -> None:
    modules = [
        importlib.import_module(f"{_config.__name__}.{module.name}")
        for module in pkgutil.iter_modules(_config.__path__)
    ]
    reading = {
        f"{module.__name__.rpartition('.')[2]}.{name}": function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and (READS.match(name) or (not name.startswith("_") and begins_with_a_text(function)))
    }
    missing = {name for name, function in reading.items() if function not in READERS}
    assert missing == set().union(*NO_READERS.values())
