# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a host's toolstack is whole and works, and if not, why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack_declared import drop_in_name
from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack_generated import remedies
from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack_seen import STORE, Seen
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_units import (
    DEBIAN,
    SIGNS,
    SYSV,
    UNITS,
    Unit,
    units_of,
)

# A condition of theirs says that there is nothing to do: it is mounted already, there is no device model.
MAY_BE_PASSED_OVER = ("proc-xen.mount", "xen-qemu-dom0-disk-backend.service")


@dataclass(frozen=True)
class Health:
    """``reasons`` are all that is wrong, in sentences; empty where the toolstack is healthy."""

    missing: tuple[str, ...]
    out_of_order: tuple[str, ...]
    reasons: tuple[str, ...]


def health(seen: Seen, said: Mapping[str, list[str]]) -> Health:
    """``said`` has the last lines of units that failed."""
    missing = tuple(name for name, row in units_of(seen.release).items() if _is_missing(row, seen))
    disorder = tuple(_disorder(seen))
    reasons = [
        *([] if seen.under_xen else ["the machine does not run under Xen"]),
        *(f"{name} is missing: {UNITS[name].purpose}" for name in missing),
        *disorder,
        *_troubles(seen, missing, said),
    ]
    if seen.under_xen and not seen.socket:
        reasons.append("xenstored has no socket, so nothing can be asked of it")
    return Health(missing, disorder, tuple(dict.fromkeys(reasons)))


def _is_missing(row: Unit, seen: Seen) -> bool:
    if not row.needed or (row.companion and not seen.has_upstreams_store) or seen.carrier(row.name) != row.name:
        return False
    # xenfs can be mounted by /etc/fstab or by others.
    return not seen.unit(row.name).there and not seen.script(row.name) and not seen.unit(row.name).active


def _troubles(seen: Seen, missing: tuple[str, ...], said: Mapping[str, list[str]]) -> Iterator[str]:
    """Of the units that are there: what keeps them from doing their work."""
    looked_at: set[str] = set()
    for row in units_of(seen.release).values():
        name = seen.carrier(row.name)
        state = seen.unit(name)
        if name in looked_at or row.name in missing or not (state.there or seen.script(name)):
            continue
        looked_at.add(name)
        needed = row.needed and not (row.companion and not seen.has_upstreams_store)
        if state.failed:
            last = f": {said[name][-1]}" if said.get(name) else ""
            yield f"{name} failed ({state['Result'] or 'no result'}){last}"
        elif state.masked and needed:
            yield f"{name} is masked"
        elif needed and not seen.enabled(name) and not (row.starts_itself and name == row.name):
            yield f"{name} is not started with the host"
        passed_over = state["ConditionResult"] == "no" and name in MAY_BE_PASSED_OVER
        if needed and seen.under_xen and not (state.active or state.failed or state.masked or passed_over):
            yield f"{name} does not run"


def _disorder(seen: Seen) -> Iterator[str]:
    present = units_of(seen.release)
    for name, row in UNITS.items():
        state = seen.unit(name)
        if name not in present and state.there and not state.masked and not seen.script(name):
            when = f"up to Xen {row.last}" if row.last and row.last < seen.release else f"from Xen {row.first} on"
            yield f"{name} is of another release: it is there {when}, and this is {seen.release}"
    store = seen.unit(STORE)
    for origin in (DEBIAN, SYSV):
        unit = f"{SIGNS[origin].rpartition('/')[2]}.service"
        started = SIGNS[origin] in seen.scripts and unit in seen.linked and not seen.unit(unit).masked
        if started and store.there and not store.masked and not store["SourcePath"]:
            yield f"{SIGNS[origin]} and {STORE} both start xenstored: mask {unit}, or remove the package of one"
    if (
        seen.helper
        and not seen.helper_is_right
        and seen.helper in "".join(text or "" for path, text in seen.files.items() if path.startswith(f"{STORE}.d/"))
    ):
        yield f"{seen.helper}, by which {STORE} is started, is missing or was changed"
    for name, row in present.items():
        state = seen.unit(name)
        if not state.there or state.masked or seen.carrier(name) != name:
            continue
        if state["NeedDaemonReload"] == "yes":
            yield f"systemd has not read the files of {name} since they were changed"
        for other in row.after:
            other_is_there = seen.unit(other).there and seen.carrier(other) == other
            if state.after and other_is_there and other not in state.after:
                yield f"{name} does not wait for {other}"
        for remedy, content in remedies(name, seen.texts.get(name, ""), seen).items():
            if seen.files.get(f"{name}.d/xlops-{remedy}.conf") is None:
                why = content.split("\n", 1)[0].lstrip("# ")
                yield f"{name} lacks what a current systemd needs of Xen {seen.release} ({remedy}): {why}"


def report(seen: Seen, said: Callable[[str], list[str]]) -> dict[str, dict[str, Any]]:
    """Each unit of the release, as the module's result has it."""
    return {name: _reported(name, row, seen, said) for name, row in units_of(seen.release).items()}


def _reported(name: str, row: Unit, seen: Seen, said: Callable[[str], list[str]]) -> dict[str, Any]:
    carrier = seen.carrier(name)
    state, script = seen.unit(carrier), seen.script(carrier)
    present = state.there or script is not None
    return {
        "purpose": row.purpose,
        "present": present,
        "needed": row.needed and not (row.companion and not seen.has_upstreams_store),
        "unit": carrier,
        "by": script.path if script else ("generated" if seen.ours(name) else "unit" if present else None),
        "path": state["FragmentPath"] or None,
        "drop_in": seen.files.get(drop_in_name(carrier)) is not None,
        "enabled": seen.enabled(carrier),
        "active": state["ActiveState"] or None,
        "sub": state["SubState"] or None,
        "failed": state.failed,
        "result": state["Result"] or None,
        "outdated": carrier in seen.outdated,
        "kept": (script.kept if script else row.kept) or None,
        "said": said(carrier) if state.failed else [],
    }
