# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of several hypervisors GRUB boots, by default and a single time. What their command lines say is not our
business here, but for what a machine needs to come back by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ansible_collections.xlops.xen.plugins.module_utils._config.grub_menu import Entry, Menu, base
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot_grub import SAVED, Plan, Seen

# Read by grub-mkconfig after what others declare: neither title nor position of the default entry counts any more, so
# that installing a hypervisor changes nothing.
SETTINGS = f"""# Managed by xlops.xen
# Module xen_switch. The default entry is the one that is noted, whatever is installed.
GRUB_DEFAULT={SAVED}
"""
OFF = ("0", "no", "off", "false", "disable")


def entry_of(menu: Menu, file: str) -> Entry | None:
    """The entry that loads a hypervisor, by its file; no rescue system, and as near to the top as can be."""
    loading = [entry for entry in menu.entries if entry.of_xen and base(entry.hypervisor) == file]
    return min(loading, key=lambda one: ("recovery" in one.ids[-1], len(one.path), one.positions), default=None)


def plan(default: str, once: str, seen: Seen) -> Plan:
    """What has to be done so that one hypervisor is the default and another, if any, is booted a single time.

    What GRUB calls their entries may change with the menu; then the plan is made once more.
    """
    unknown = [file for file in (default, once) if file and entry_of(seen.menu, file) is None]
    return Plan(
        SETTINGS,
        write=seen.drop_in != SETTINGS,
        regenerate=bool(unknown) or seen.menu.default != SAVED,
        default=_note(seen, default, "saved_entry"),
        once=_note(seen, once, "next_entry"),
    )


def _note(seen: Seen, file: str, name: str) -> str:
    """The entry to be noted; empty where it is, or is not known yet."""
    entry = entry_of(seen.menu, file) if file else None
    return "" if entry is None or seen.environment.get(name) == entry.name else entry.name


def faults(menu: Menu, files: Sequence[str], missing: Callable[[Entry], list[str]]) -> Iterator[str]:
    """Why a menu cannot be used to boot these hypervisors. ``missing`` names an entry's files that are not there."""
    if not menu.one_shot:
        yield "it does not look for the entry of a single boot"
    if menu.default != SAVED:
        yield f"its default entry is {menu.default or 'none'}, and not the one that is noted"
    for file in files:
        entry = entry_of(menu, file)
        if entry is None:
            yield (
                f"it has no entry that loads {file}; GRUB's script makes one for kernels whose config in /boot has "
                "CONFIG_XEN_DOM0=y"
            )
            continue
        if not entry.kernel:
            yield f"its entry {entry.name} loads no kernel"
        yield from (f"{path}, which its entry {entry.name} loads, is not there" for path in missing(entry))


def stays_away(xen_words: Sequence[str], linux_words: Sequence[str]) -> Iterator[str]:
    """Why a machine whose boot goes wrong would not boot again by itself, with the remedy."""
    said = [word.partition("=") for word in xen_words]
    last = [value for name, _sign, value in said if name == "noreboot"][-1:]
    if last and last[0] not in OFF:
        yield "the hypervisor has the word noreboot, so that it would stand still after a panic: remove it"
    panic = [word.partition("=")[2] for word in linux_words if word.startswith("panic=")][-1:]
    if panic in ([], ["0"], [""]):
        yield (
            "the control domain's kernel has no word such as panic=30, so that it would wait for somebody where it "
            "does not find its root file system: add it, as with linux: [panic=30] of xen_boot"
        )
