# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Declared values, and the tables that they are held against."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.settings_file import PLAIN
from ansible_collections.xlops.xen.plugins.module_utils._config.toolstack_settings import (
    numbers_of_xl_conf,
    settled,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import RELEASES, Release
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_settings import (
    CHOICE,
    FLAG,
    INTEGER,
    SETTINGS,
    Setting,
    settings_of,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_units import ORIGINS, UNITS

NEW = Release(4, 22)
ROWS = [row for rows in SETTINGS.values() for row in rows]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.key}-{row.first}")
def test_a_rows_default_is_a_value_of_it(row: Setting) -> None:
    release = row.last or NEW
    found = settled(row.file, {row.key: row.default or None}, release, row.origins[0])
    assert found == {row.key: row.default or None}
    assert set(row.units) <= set(UNITS)
    assert (row.kind == CHOICE) == bool(row.choices)
    re.compile(row.pattern)
    assert PLAIN.fullmatch(row.default)


@pytest.mark.parametrize("release", RELEASES, ids=str)
@pytest.mark.parametrize("origin", ORIGINS)
def test_no_release_has_two_rows_for_one_key(release: Release, origin: str) -> None:
    for file, rows in SETTINGS.items():
        keys = [row.key for row in rows if row.known_to(release) and origin in row.origins]
        assert sorted(keys) == sorted(settings_of(file, release, origin))


@pytest.mark.parametrize(
    ("file", "key", "value", "written"),
    [
        ("xl_conf", "autoballoon", True, "on"),
        ("xl_conf", "autoballoon", "auto", "auto"),
        ("xl_conf", "claim_mode", "off", "0"),
        ("xl_conf", "max_grant_frames", "0x40", "64"),
        ("xl_conf", "bootloader_restrict", True, "1"),
        ("xencommons", "XENSTORED_TRACE", True, "yes"),
        ("xencommons", "XENSTORED_TRACE", False, ""),
        ("xencommons", "XENSTORED_ARGS", "", ""),
        ("xencommons", "XENSTORE_MAX_DOMAIN_SIZE", "8:1/100", "8:1/100"),
        ("xencommons", "XENWATCHDOGD_ARGS", "60 20", "60 20"),
        ("xendomains", "XENDOMAINS_AUTO_ONLY", False, "false"),
        ("xendomains", "XENDOMAINS_USLEEP", 5, "5"),
        ("xendomains", "XENDOMAINS_SYSRQ", "s e i u o", "s e i u o"),
        ("xendomains", "XENDOMAINS_SAVE", None, None),
    ],
)
def test_values_are_written_as_their_readers_want_them(file: str, key: str, value: Any, written: str | None) -> None:
    assert settled(file, {key: value}, NEW, "upstream") == {key: written}


@pytest.mark.parametrize("row", [row for row in ROWS if row.kind in (FLAG, INTEGER, CHOICE)], ids=lambda row: row.key)
@pytest.mark.parametrize("value", ["nonsense", -1, {}, [], "1\n2"])
def test_nonsense_is_refused(row: Setting, value: Any) -> None:
    with pytest.raises(ConfigError, match=re.escape(row.key)):
        settled(row.file, {row.key: value}, row.last or NEW, row.origins[0])


def test_every_fault_is_told_with_its_release() -> None:
    with pytest.raises(ConfigError) as refused:
        settled(
            "xl_conf", {"claim_mode": "maybe", "vm.cpumask": "0", "x": 1, "lockfile": "\x07"}, Release(4, 5), "debian"
        )
    assert len(refused.value.findings) == 4
    assert str(refused.value).count("(Xen 4.5)") == 4


@pytest.mark.parametrize(
    ("file", "declared", "release", "origin", "said"),
    [
        ("xl_conf", {"autobaloon": "off"}, NEW, "none", "did you mean autoballoon?"),
        ("xl_conf", {"zzz": 1}, NEW, "none", "known are autoballoon, "),
        ("xl_conf", {"domid_policy": "xen"}, Release(4, 13), "none", "it comes with Xen 4.14"),
        ("xl_conf", {"lockfile": ""}, NEW, "none", "is no absolute path"),
        ("xl_conf", {"vif.default.bridge": ""}, NEW, "none", "it is empty; leave the default with null"),
        ("xl_conf", {"vif.default.bridge": True}, NEW, "none", "is a boolean, not a text; quote it"),
        ("xl_conf", {"vif.default.bridge": "a\x07"}, NEW, "none", "has a control character"),
        ("xl_conf", {"vifscript": "a", "vif.default.script": "b"}, NEW, "none", "says the same, and wins"),
        ("xl_conf", {"blkdev_start": "xvd1"}, NEW, "none", "is not of the form that it takes"),
        ("xencommons", {"XENSTORED_ROOTDIR": "/x"}, NEW, "upstream", "it is read up to Xen 4.7 alone"),
        ("xencommons", {"XENSTORED_ROOTDIR": "/x"}, Release(4, 8), "sysv", "it is read up to Xen 4.7 alone"),
        ("xencommons", {"XENSTORED_ROOTDIR": "/x"}, Release(4, 5), "sysv", "upstream's start scripts do not read it"),
        ("xencommons", {"XENSTORED_DIR": "/x"}, NEW, "debian", "it is read up to Xen 4.16 alone"),
        ("xencommons", {"XENSTORED_TRACE": True}, Release(4, 5), "upstream", "upstream's units do not read it"),
        ("xencommons", {"XENCONSOLED_TRACE": "all"}, NEW, "debian", "Debian's start scripts do not read it"),
        ("xencommons", {"XENSTORED_ARGS": "`id`"}, NEW, "sysv", "which shell and systemd read differently"),
        ("xencommons", {"XENWATCHDOGD_ARGS": "soon"}, NEW, "none", "(seconds after which the host is rebooted"),
    ],
)
def test_a_fault_is_told_with_what_to_do(
    file: str, declared: dict[str, Any], release: Release, origin: str, said: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        settled(file, declared, release, origin)
    assert said in str(refused.value)
    assert f"{file}." in str(refused.value)


def test_the_units_of_old_releases_give_xenstored_its_directory() -> None:
    for minor in (5, 7):
        values = settled("xencommons", {"XENSTORED_ROOTDIR": "/x"}, Release(4, minor), "upstream")
        assert values == {"XENSTORED_ROOTDIR": "/x"}


def test_xl_asks_for_some_keys_as_numbers() -> None:
    assert numbers_of_xl_conf(Release(4, 5)) == {"run_hotplug_scripts", "claim_mode"}
    assert "bootloader_restrict" in numbers_of_xl_conf(NEW)
