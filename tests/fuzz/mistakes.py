# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files with one mistake each: those of the unit tests, and every kind of mistake at every key and sub-key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._config.device_writer import parameter
from ansible_collections.xlops.xen.plugins.module_utils._config.model import examine
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import DISK, HVM, NESTED, VSND, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import KEYS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.unit.lint.seeded import EXPECTED, MISTAKES
from ansible_collections.xlops.xen.tests.unit.lint.test_rules import DECLARED
from ansible_collections.xlops.xen.tests.unit.lint.test_rules_of_files import TEXTS

# A text that is no number and no word, numbers beyond every range, nothing, lists of these where one value stands.
BEYOND = "99999999999"
VALUES = ('"x!"', BEYOND, '"-7"', '""', '[ "x!" ]', "[ ]", "2")
WORDS = ("x!", BEYOND, "-7", "", "2")
# To 99999999999 xl of every release counts up in steps of one, bit by bit: a dry run that takes hours.
FEWER = {"vcpus": "99999"}
# What xl makes of these depends on the host, of which the lint knows nothing: a sub-key, a word, and why.
OF_THE_HOST = {("pnode", "2"): "refused by hosts with less than three NUMA nodes, taken by others"}
# Without it xl does not look at the others.
BESIDE = {key: {"vcpus": "2"} for key in ("cpus", "cpus_soft")}
EXAMPLES = {"text": "x", "uuid": "35a58c67-ca6c-48c3-8e67-cbe2027d5846", "texts": "0:1x1"}


def trials(release: Release) -> Iterator[str]:
    """The texts; there may be some twice."""
    for path in sorted(MISTAKES.glob("*/*.cfg")):
        yield from _one_by_one(path)
    for known_since, _rule, text in TEXTS:
        if Release.parse(known_since) <= release:
            yield f'name = "a"\n{text}\n'
    for known_since, _rule, declared in DECLARED:
        if Release.parse(known_since) <= release:
            yield to_xl_cfg(examine(declared, release)[0], release)
    for option in KEYS.values():
        yield from (_guest(option, value) for value in _wrong_values(option, release))


def _one_by_one(path: Path) -> Iterator[str]:
    """The file with each of its mistakes alone."""
    lines = path.read_text().splitlines()
    marked = [number for number, line in enumerate(lines) if EXPECTED.search(line)]
    for mistake in marked:
        yield "".join(f"{line}\n" for number, line in enumerate(lines) if number == mistake or number not in marked)


def _guest(option: Option, value: str) -> str:
    kind = HVM if HVM in option.guests else option.guests[0]
    given = {"name": '"a"', "type": f'"{kind}"', **BESIDE.get(option.key, {})}
    given.update({} if kind == HVM else {"kernel": '"/k"'})
    given[option.key] = value
    return "".join(f"{key} = {text}\n" for key, text in given.items())


def _wrong_values(option: Option, release: Release) -> Iterator[str]:
    yield from (FEWER.get(option.key, value) if value == BEYOND else value for value in VALUES)
    for specification in _wrong_devices(option, release):
        yield f"[ {specification} ]"


def _wrong_devices(option: Option, release: Release) -> Iterator[str]:
    """The texts of a device that is complete but for one wrong piece."""
    if option.kind != "devices" or not option.known_to(release):
        return
    yield from (_device(option, piece, release) for piece in ("nosuch=1", "nosuch", "=", ""))
    for row in option.fields:
        if row.kind != "devices":
            words = [word for word in WORDS if (row.key, word) not in OF_THE_HOST]
            yield from (_device(option, f"{row.word}={word}", release) for word in words)


def _device(option: Option, piece: str, release: Release) -> str:
    needed = [row for row in option.fields if row.required and not piece.startswith(f"{row.word}=")]
    pieces = [parameter(_example(row, release), row, option) for row in needed] + [piece]
    if option.key == "pci" and not piece.startswith("bdf"):
        pieces.insert(0, "03:00.0")
    if option.key == "usbdev" and not piece.startswith("type"):
        pieces.insert(0, "type=hostdev")
    if option.grammar == DISK and not piece.startswith("target"):
        pieces = [*pieces, "target=/d"]
    if option.grammar == NESTED:
        return "[ " + ", ".join(f'"{one}"' for one in pieces) + " ]"
    if option.grammar == VSND:
        return f'[ "card, {piece}" ], [ "card", "pcm, {piece}" ], [ "card", "pcm", "stream, {piece}" ]'
    return '"' + ",".join(pieces) + '"'


def _example(row: Option, release: Release) -> str:
    if row.kind == "choice":
        return row.words(release)[0]
    return row.example or EXAMPLES.get(row.kind) or str(row.minimum or 0)
