# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of the schema configurations touch: keys by the type of the guest, sub-keys, forms and words of values.

A point is a text: ``disk (hvm)``, ``disk.format``, ``disk.format=qcow2``, ``usb: no``, ``cpus: list``. A key counts
only for a guest on which it has an effect.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import guest_type
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import CURRENT, EVERY_TYPE, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.unit.dry_runs import Case

# The forms that values of a kind have; of the kinds that are not here all values look alike.
FORMS: Mapping[str, tuple[str, ...]] = {
    "flag": ("yes", "no"),
    "bit": ("yes", "no"),
    "flag_or_texts": ("yes", "no", "list"),
    "flag_or_choice": ("yes", "no"),
    "text_or_texts": ("text", "list"),
    "cpus": ("text", "list"),
}

# What no configuration can have that xl takes in a dry run on a host of the lab, with the reason.
CMDLINE = "the model says it with cmdline"
OUT_OF_REACH: Mapping[str, str] = {
    **{f"{key} ({guest})": CMDLINE for key in ("root", "extra") for guest in EVERY_TYPE},
    "tsc_mode=native_paravirt": "the model refuses it from Xen 4.12 on, for no guest is created with it",
}


def points(release: Release) -> set[str]:
    """Everything that configurations for a release can touch."""
    guests = OPTIONS["type"].words(release)
    known = list(_known(OPTIONS.values(), release))
    of_keys = {f"{option.key} ({guest})" for option in known for guest in option.guests if guest in guests}
    return of_keys.union(*(_points(option, option.key, release) for option in known)) - set(OUT_OF_REACH)


def touched(model: Mapping[str, Any]) -> set[str]:
    """What a model touches."""
    guest = guest_type(model)
    meant = {key: value for key, value in model.items() if guest in OPTIONS[key].guests}
    of_keys = {f"{key} ({guest})" for key in meant}
    return of_keys.union(*(_touched(OPTIONS[key], key, value, guest) for key, value in meant.items()))


def _points(option: Option, path: str, release: Release) -> Iterator[str]:
    for form in FORMS.get(option.kind, ()):
        if form != "no" or len(option.flags) != 1:  # of one word alone, its absence is the no
            yield f"{path}: {form}"
    yield from (f"{path}={word}" for word in option.words(release))
    for row in _known(option.fields, release):
        yield f"{path}.{row.key}"
        yield from _points(row, f"{path}.{row.key}", release)


def _touched(option: Option, path: str, value: Any, guest: str) -> Iterator[str]:
    if option.kind in FORMS:
        yield f"{path}: {_form(value)}"
    for one in value if isinstance(value, list) else [value]:
        if option.choices and isinstance(one, str):
            yield f"{path}={one.lstrip('!')}"
        for row in option.fields:
            if row.key in one and guest in row.guests:
                yield f"{path}.{row.key}"
                yield from _touched(row, f"{path}.{row.key}", one[row.key], guest)


def _form(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "list" if isinstance(value, list) else "text"


def _known(rows: Iterable[Option], release: Release) -> Iterator[Option]:
    return (row for row in rows if row.status == CURRENT and row.known_to(release))


def report(models: Sequence[Mapping[str, Any]], release: Release) -> list[str]:
    """What the models touch of what a release has, and what not."""
    known, found = points(release), set[str]().union(*map(touched, models))
    kinds = {"keys by type of guest": r"\w+ \(", "sub-keys": r"[^ =:]+$", "forms": r"[^=]+: ", "words": r"[^ ]+="}
    lines = []
    for kind, pattern in kinds.items():
        these = {point for point in known if re.match(pattern, point)}
        lines.append(f"covered {kind}: {len(these & found)} of {len(these)}")
    return [*lines, f"not covered: {', '.join(sorted(known - found)) or 'nothing'}"]


def most_diverse(cases: Sequence[Case], count: int, known: Iterable[Case] = ()) -> list[Case]:
    """Cases of which each adds most to what those before it touch, the known ones first; of equals the shortest."""
    chosen: list[Case] = []
    found = set[str]().union(*(touched(case.model) for case in known))
    left = [(touched(case.model), case) for case in cases]
    while left and len(chosen) < count:
        points_of_it, best = max(left, key=lambda one: (len(one[0] - found), -len(one[0])))
        if points_of_it <= found:
            break
        found |= points_of_it
        chosen.append(best)
        left = [one for one in left if one[1] is not best]
    return chosen
