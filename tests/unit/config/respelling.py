# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that mean what a model means and were not written by the collection: what people write, and xl reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.checks_text import READS_ROOT_ALONE
from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import GENERIC, reads_type
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model
from ansible_collections.xlops.xen.plugins.module_utils._config.syntax import READS_ADDITIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, PV, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.unit.config.respelled_devices import (
    any_of,
    capitals,
    number,
    respelled_device,
)
from ansible_collections.xlops.xen.tests.unit.config.strategies import models
from hypothesis import strategies as st

ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\v": "\\v", "\f": "\\f", "\b": "\\b", "\a": "\\a"}
# What an earlier statement said of a key, which a later one forgets.
FORGOTTEN = ('"x"', "7", '[ "x", "y" ]', "[ ]")
ENDS = ("\n", ";", " ;\n", "\t# said = [ 'so' ; \"\n", "\n\n", '\n# [ "\n')
# To xl a text all the same, but one whose parts the parser takes for numbers.
ADDED = ("text", "name", "texts", "devices", "struct")


@st.composite
def respelled(
    draw: st.DrawFn, release: Release | None = None, least: int = 0, most: int = 8, about: tuple[str, str] | None = None
) -> tuple[Release, Model, str]:
    """A release, a model, and a text for that release which says the same as the model."""
    chosen, model = draw(models(release, least, most, about))
    spelled = [statement for key in model for statement in _statements(draw, key, model[key], chosen)]
    groups: dict[str, list[str]] = {}
    for key, statement in spelled:
        groups.setdefault(key, []).append(statement)
    text = ""
    for key in draw(st.permutations(list(groups))):
        for statement in groups[key]:
            text += any_of(draw, "", "", " ", "\t") + statement + any_of(draw, "\n", "\n", *ENDS)
    return chosen, model, text + "\n"


def _statements(draw: st.DrawFn, key: str, value: Any, release: Release) -> Iterator[tuple[str, str]]:
    """The key or another that says the same, each with its statements in their order."""
    if key == "cmdline":
        for name, text in _command_line(draw, value, release):
            yield from _of_key(draw, OPTIONS["cmdline"], name, text, release)
    elif key == "type":
        words = [("type", value)] if reads_type(release) else []
        words += [("builder", HVM if value == HVM else GENERIC)] if value in (HVM, PV) or not words else []
        name, word = any_of(draw, *words)
        yield name, f"{name} = {_text(draw, word)}"
    elif key == "vga" and value in ("stdvga", "cirrus") and any_of(draw, False, True):
        yield "stdvga", f"stdvga = {_scalar(draw, value == 'stdvga', OPTIONS['vga'], release)}"
    else:
        yield from _of_key(draw, OPTIONS[key], key, value, release)


def _command_line(draw: st.DrawFn, text: str, release: Release) -> list[tuple[str, str]]:
    """``root`` and ``extra``, which xl joins, or one of them."""
    ways = [[("cmdline", text)], [("extra", text)]]
    if text.startswith("root="):
        root, blank, extra = text.removeprefix("root=").partition(" ")
        if blank:
            ways.append([("root", root), ("extra", extra)])
        if release >= READS_ROOT_ALONE:
            ways.append([("root", text.removeprefix("root="))])
    return any_of(draw, *ways)  # type: ignore[no-any-return]


def _of_key(draw: st.DrawFn, option: Option, name: str, value: Any, release: Release) -> Iterator[tuple[str, str]]:
    equals = any_of(draw, " = ", "=", "\t=\t")
    if any_of(draw, False, False, False, True):
        yield name, f"{name}{equals}{any_of(draw, *FORGOTTEN)}"
    adds = release >= READS_ADDITIONS and option.kind in ADDED and isinstance(value, (str, list)) and len(value) > 1
    if adds and any_of(draw, False, True):
        cut = draw(st.integers(1, len(value) - 1))
        yield name, f"{name}{equals}{_rendered(draw, value[:cut], option, release)}"
        yield name, f"{name} += {_rendered(draw, value[cut:], option, release)}"
    else:
        yield name, f"{name}{equals}{_rendered(draw, value, option, release)}"


def _rendered(draw: st.DrawFn, value: Any, option: Option, release: Release) -> str:
    if option.kind == "devices":
        return _listed(draw, [respelled_device(draw, device, option, release) for device in value])
    if option.kind == "struct":
        return _text(draw, str(respelled_device(draw, value, option, release)))
    if isinstance(value, list):
        return _listed(draw, value)
    return _scalar(draw, value, option, release)


def _scalar(draw: st.DrawFn, value: Any, option: Option, release: Release) -> str:
    if isinstance(value, int):
        spelled = number(draw, int(value))
        return any_of(draw, *([spelled] if value >= 0 else []), _text(draw, any_of(draw, spelled, f" {spelled}")))
    if option.numbered and any_of(draw, False, True):
        return number(draw, option.words().index(value))
    return _text(draw, capitals(draw, value, option, release) if option.kind == "choice" else value)


def _listed(draw: st.DrawFn, items: list[Any]) -> str:
    gap = any_of(draw, " ", "", "\n", "\t# ]\n  ")
    rendered = [_listed(draw, item) if isinstance(item, list) else _item(draw, item) for item in items]
    end = any_of(draw, "", ",") if rendered else ""
    return f"[{gap}" + f",{gap}".join(rendered) + f"{end}{gap}]"


def _item(draw: st.DrawFn, value: Any) -> str:
    return str(value) if isinstance(value, int) and any_of(draw, False, True) else _text(draw, str(value))


def _text(draw: st.DrawFn, text: str) -> str:
    """In either kind of quotes; the other kind may be escaped or not, and so may what is no printable character."""
    quote, escapes_all = any_of(draw, '"', "'"), any_of(draw, False, True)
    escaped = {**(ESCAPES if escapes_all else {"\n": "\\n"}), "\\": "\\\\", quote: f"\\{quote}"}
    if escapes_all:
        escaped.update({other: f"\\{other}" for other in "'\""})
    return quote + "".join(escaped.get(one, one) for one in text) + quote
