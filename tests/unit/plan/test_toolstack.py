# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of units, and the units that are made from it."""

from __future__ import annotations

import re

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack import plan
from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack_declared import (
    Wanted,
    drop_in_text,
    read_wanted,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack_generated import generated, remedies
from ansible_collections.xlops.xen.plugins.module_utils._plan.toolstack_seen import Seen, State
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import RELEASES, Release
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_unit_texts import NOTIFIES, SILENT, TEXTS
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_units import (
    ORIGINS,
    SCRIPTS,
    UNITS,
    units_of,
)

# tools/hotplug/Linux/systemd of upstream's tags: how many units each release has, and which came and went.
AT_TAGS = {(4, 5): 10, (4, 6): 10, (4, 7): 10, **{(4, minor): 9 for minor in range(8, 17)}}
PROGRAMS = {
    name: f"/usr/lib/xen/bin/{name}"
    for name in (
        "xenstored",
        "xenconsoled",
        "xenwatchdogd",
        "xendomains",
        "xen-init-dom0",
        "qemu-system-i386",
        "xl",
        "xenstore-read",
        "launch-xenstore",
    )
}


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_each_release_has_as_many_units_as_its_tag(release: Release) -> None:
    assert len(units_of(release)) == AT_TAGS.get(tuple(release), 8)


def test_rows_name_units_that_there_are() -> None:
    for row in UNITS.values():
        assert set(row.after) <= set(UNITS)
    for scripts in SCRIPTS.values():
        for script in scripts:
            assert set(script.covers) <= set(UNITS)
            assert script.kept
    assert {name for name, *_rest in TEXTS} == {name for name in UNITS if not name.endswith(".socket")}


@pytest.mark.parametrize("release", RELEASES, ids=str)
@pytest.mark.parametrize("xenstored", [NOTIFIES, SILENT])
def test_a_unit_that_is_made_is_whole(release: Release, xenstored: str) -> None:
    seen = Seen(release, "none", programs=PROGRAMS, xenstored=xenstored, helper="/usr/local/lib/xlops-xen/bind")
    for name in units_of(release):
        if name.endswith(".socket"):
            with pytest.raises(ConfigError, match="none can be made for it"):
                generated(name, seen)
            continue
        text = generated(name, seen)
        assert text.startswith("# Managed by xlops.xen\n[Unit]\n")
        assert not re.search(r"(?<!\$)\{|/var/run|=/(?:xen|x)\w+ |KillMode=none", text), text
        assert all(re.fullmatch(r"#.*|\[\w+\]|[A-Z]\w+=.*|", line) for line in text.splitlines()), text
        sections = re.findall(r"^\[(\w+)\]$", text, re.MULTILINE)
        kind = {"service": "Service", "mount": "Mount"}[name.rpartition(".")[2]]
        assert sections == (["Unit", kind, "Install"] if kind == "Service" else ["Unit", kind])
        bound = "sockets-under-var-run" in remedies(name, text, seen)
        assert bound == (name == "xenstored.service" and release < Release(4, 8) and xenstored == NOTIFIES)


def test_a_unit_whose_program_is_missing_is_not_made() -> None:
    with pytest.raises(ConfigError, match="its program launch-xenstore is not installed"):
        generated("xenstored.service", Seen(Release(4, 17), "none", programs={"xenstored": "/x"}, xenstored=NOTIFIES))
    with pytest.raises(ConfigError, match=r"xenconsoled\.service.*\(Xen 4\.17\)"):
        generated("xenconsoled.service", Seen(Release(4, 17), "none"))


def test_a_drop_in_has_its_sections_in_order_and_nothing_is_no_drop_in() -> None:
    assert drop_in_text({"Service": {"ExecStart": ["", "/x"], "PrivateTmp": True}, "Unit": {"After": "a.service"}}) == (
        "# Managed by xlops.xen\n[Unit]\nAfter=a.service\n[Service]\nExecStart=\nExecStart=/x\nPrivateTmp=true\n"
    )
    assert drop_in_text({}) is None
    assert drop_in_text({"Service": {}}) is None


def test_names_are_those_of_the_release_and_of_its_scripts() -> None:
    for origin in ORIGINS:
        known = {script.unit for script in SCRIPTS[origin]} | set(units_of(Release(4, 17)))
        for name in known:
            assert read_wanted({"units": [{"name": name}]}, Release(4, 17), origin).units[0].name == name
    with pytest.raises(ConfigError, match=r"it comes with Xen 4\.8"):
        read_wanted({"units": [{"name": "xendriverdomain"}]}, Release(4, 5), "none")
    with pytest.raises(ConfigError, match="it is no unit of the toolstack"):
        read_wanted({"units": [{"name": "xen"}]}, Release(4, 17), "upstream")


def test_what_systemd_has_not_read_is_read_where_something_was_declared() -> None:
    seen = Seen(Release(4, 17), "debian", unread=True)
    assert not plan(Wanted(), seen, {}).changes
    assert plan(Wanted(settings={"xl_conf": {}}), seen, {}).reload


def test_a_mount_that_others_made_is_no_unit_of_ours() -> None:
    assert not State({"LoadState": "loaded", "SourcePath": "/proc/self/mountinfo"}).there
    assert State({"LoadState": "masked", "UnitFileState": "masked"}).masked
