# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing among hypervisors by their files."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.grub_menu import Entry, Menu
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot import Booting
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot_choice import (
    SETTINGS,
    entry_of,
    faults,
    plan,
    stays_away,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.boot_grub import Seen, Settings

OLD, NEW = "xen-4.17-amd64.gz", "xen-4.20.0.gz"


def entry(name: str, hypervisor: str = "", position: int = 0) -> Entry:
    path = tuple(name.split(">"))
    loads = f"/boot/{hypervisor}" if hypervisor else ""
    return Entry(path, path, path, (position,), hypervisor=loads, kernel="/boot/vmlinuz")


MENU = Menu(
    (
        entry("plain"),
        entry("new", NEW, 1),
        entry("more>new-recovery", NEW, 2),
        entry("more>old-recovery", OLD, 3),
        entry("more>old", OLD, 4),
        entry("more>older-kernel>old", OLD, 5),
    ),
    default="saved",
    one_shot=True,
)


def seen(menu: Menu = MENU, drop_in: str | None = SETTINGS, **environment: str) -> Seen:
    return Seen(drop_in, menu, environment, Settings(), Settings(), "", Booting(True))


def test_an_entry_is_found_by_the_file_of_its_hypervisor() -> None:
    found = [entry_of(MENU, file) for file in (OLD, NEW, "xen-4.2.gz", "xen-4.20.0")]
    assert [one.name if one else None for one in found] == ["more>old", "new", None, None]


def test_both_are_noted_where_they_are_not() -> None:
    planned = plan(OLD, NEW, seen())
    assert (planned.write, planned.regenerate, planned.default, planned.once) == (False, False, "more>old", "new")
    noted = plan(OLD, NEW, seen(saved_entry="more>old", next_entry="new"))
    assert not noted.changes
    assert not plan(OLD, "", seen(saved_entry="more>old")).changes


@pytest.mark.parametrize(
    "menu",
    [replace(MENU, default="0"), replace(MENU, entries=MENU.entries[:1]), replace(MENU, entries=MENU.entries[3:])],
)
def test_a_menu_without_them_or_with_a_default_of_its_own_is_made_anew(menu: Menu) -> None:
    assert plan(OLD, NEW, seen(menu)).regenerate
    assert plan(OLD, NEW, seen(menu, drop_in=None)).write


def test_what_is_wrong_with_a_menu_is_said() -> None:
    assert list(faults(MENU, [OLD, NEW], lambda _one: [])) == []
    broken = Menu((replace(entry("new", NEW), kernel=""),), default="Debian")
    found = list(faults(broken, [OLD, NEW], lambda _one: ["/boot/initrd"]))
    assert [text.split(";")[0] for text in found] == [
        "it does not look for the entry of a single boot",
        "its default entry is Debian, and not the one that is noted",
        f"it has no entry that loads {OLD}",
        "its entry new loads no kernel",
        "/boot/initrd, which its entry new loads, is not there",
    ]


@pytest.mark.parametrize(
    ("xen", "linux", "count"),
    [
        ("", "panic=30", 0),
        ("noreboot=off watchdog", "panic=-1", 0),
        ("noreboot noreboot=no", "panic=0 panic=5", 0),
        ("noreboot", "panic=30", 1),
        ("noreboot=1", "quiet", 2),
        ("", "panic=5 panic=0", 1),
        ("", "panic=", 1),
    ],
)
def test_words_that_keep_a_machine_from_coming_back_are_told(xen: str, linux: str, count: int) -> None:
    assert len(list(stays_away(xen.split(), linux.split()))) == count
