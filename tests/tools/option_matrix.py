#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the tables of docs/options.md: every option of a guest with its releases, its impact, and how it is verified.

PYTHONPATH=.collections python3 tests/tools/option_matrix.py
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import ENGINE_OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._plan.live import ROWS as LIVE_ROWS
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import EVERY_TYPE, LIVE, NEXT_BOOT, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, Release
from ansible_collections.xlops.xen.tests.fuzz.coverage import points
from ansible_collections.xlops.xen.tests.options.cases import UNTRIED
from ansible_collections.xlops.xen.tests.options.record import made_points, records

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/options.md"
# What the scenarios declare, but for what is to be refused.
PLAYS = [path for path in sorted((ROOT / "molecule").rglob("*.yml")) if not path.stem.startswith("refusal")]

# The releases whose own xl has printed every key for the differential fuzzer, and the one that the simulated xl of the
# contract tests is. What they did not touch is left out by coverage.points().
FUZZED = (Release(4, 17), Release(4, 20))
SIMULATED = Release(4, 17)

BEGIN, END = "<!-- tables: written by tests/tools/option_matrix.py -->\n", "<!-- end of tables -->\n"


def main() -> None:
    PAGE.write_text(renewed(PAGE.read_text()))


def renewed(page: str) -> str:
    """The page with the tables as they are now."""
    return re.sub(f"(?<={re.escape(BEGIN)}).*(?={re.escape(END)})", lambda _match: tables(), page, flags=re.DOTALL)


def tables() -> str:
    seen = {*_on_hosts(), *made_points()}
    printed = set().union(*(points(release) for release in FUZZED))
    simulated = points(SIMULATED)
    lines = ["| option | guests | Xen | changed in a running guest | verified |", "|---|---|---|---|---|"]
    for option in OPTIONS.values():
        marks = _marks(option, seen, printed, simulated)
        lines.append(f"| `{option.key}` | {_guests(option)} | {_releases(option)} | {_impact(option)} | {marks} |")
    lines += ["", "## Sub-keys of devices", "", "| option | sub-key | Xen | verified |", "|---|---|---|---|"]
    for option in OPTIONS.values():
        for row in option.fields:
            point = f"{option.key}.{row.key}"
            marks = [name for name, where in (("host", seen), ("xl", printed)) if point in where]
            lines.append(f"| `{option.key}` | `{row.key}` | {_releases(row)} | {', '.join(marks) or 'sources'} |")
    lines += ["", "## What the emulated hosts did not make", "", "| option | guests | Xen | why |", "|---|---|---|---|"]
    lines += _refused(seen)
    lines += [f"| `{key}` | | | not tried: {why} |" for key, why in UNTRIED.items()]
    return "\n" + "\n".join(lines) + "\n\n"


def _refused(seen: set[str]) -> Iterator[str]:
    for record in records():
        for point, why in record["refused"].items():
            key, _blank, kind = point.partition(" ")
            if point not in seen:
                yield f"| `{key}` | {kind.strip('()')} | {record['xen']} | {_in_a_cell(why)} |"


def _in_a_cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _marks(option: Option, seen: set[str], printed: set[str], simulated: set[str]) -> str:
    where = {"host": seen, "xl": printed, "simulated": simulated}
    guests = {
        mark: [guest for guest in option.guests if f"{option.key} ({guest})" in there] for mark, there in where.items()
    }
    words = [_mark(mark, there, option.guests) for mark, there in guests.items() if there]
    return ", ".join(words) or "sources"


def _mark(mark: str, there: list[str], of: Iterable[str]) -> str:
    return mark if set(there) == set(of) else f"{mark} ({', '.join(there)})"


def _guests(option: Option) -> str:
    return "all" if set(option.guests) == set(EVERY_TYPE) else ", ".join(option.guests)


def _releases(option: Option) -> str:
    if option.last is not None:
        return f"{option.first} to {option.last}"
    return "all" if option.first == OLDEST else f"{option.first} on"


def _impact(option: Option) -> str:
    if option.impact == LIVE and option.key in LIVE_ROWS:
        return f"**live**, up to `{option.limit}`" if option.limit else "**live**"
    return {LIVE: "next boot", NEXT_BOOT: "next boot", "restart": "when it is made again"}.get(
        option.impact, "made anew"
    )


def _on_hosts() -> Iterator[str]:
    """What guests of the scenarios have, as points of the fuzzer's coverage."""
    for path in PLAYS:
        document = yaml.safe_load(path.read_text())
        defaults = document.get("xen_guests_defaults", {}) if isinstance(document, Mapping) else {}
        for declaration in _declarations(document):
            guest = {**defaults, **declaration}
            kind = guest.get("type", "pv")
            yield from (f"{key} ({kind})" for key in guest if key in OPTIONS)
            for key in guest:
                for device in guest[key] if isinstance(guest[key], list) else []:
                    yield from (f"{key}.{word}" for word in device if isinstance(device, Mapping))


def _declarations(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping of which all keys are options of a guest."""
    if isinstance(node, Mapping):
        if node and all(key in OPTIONS or key in ENGINE_OPTIONS for key in node):
            yield node
            return
        node = list(node.values())
    for inner in node if isinstance(node, list) else ():
        yield from _declarations(inner)


if __name__ == "__main__":
    main()
