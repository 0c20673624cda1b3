# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What configure and make left out without a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build.checks import (
    configured,
    missing,
    require_sources,
)
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._plan.configure_arguments import chosen
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

V45 = Release(4, 5)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_what_make_would_download_is_named_before_make(tmp_path: Path) -> None:
    absent = ["qemu-xen", "qemu-xen-traditional", "seabios", "ovmf", "ipxe"]
    require_sources(V45, chosen("minimal", {}, V45), absent)
    require_sources(V45, chosen("system-qemu", {}, V45), absent)
    with pytest.raises(BuildError) as refused:
        require_sources(V45, chosen("system-qemu", {"system_qemu": False, "ovmf": True}, V45), absent)
    assert str(refused.value).startswith("the build would download qemu-xen, ovmf: pin it under sources.subsources")
    with pytest.raises(BuildError, match="download qemu-xen, qemu-xen-traditional, seabios, ipxe: pin"):
        require_sources(V45, chosen("full", {}, V45), absent)
    with pytest.raises(BuildError, match="download qemu-xen, seabios: pin"):
        require_sources(Release(4, 17), chosen("full", {}, Release(4, 17)), absent)
    require_sources(V45, chosen("full", {}, V45), [])


@pytest.mark.parametrize(
    ("minor", "options", "built"),
    [
        (5, {}, True),
        (5, {"rombios": False}, False),
        (5, {"qemu_traditional": False}, False),
        (5, {"qemu_traditional": False, "rombios": True}, True),
        (12, {"ipxe": False, "rombios": True}, False),
        (15, {"ipxe": True, "rombios": True, "qemu_traditional": False}, True),
        (15, {"system_ipxe": "/usr/lib/ipxe.bin"}, False),
        (16, {}, False),
        (16, {"rombios": True}, False),
        (16, {"qemu_traditional": True}, True),
        (16, {"qemu_traditional": True, "ipxe": False}, False),
        (22, {"rombios": True}, False),
        (22, {"ipxe": True}, True),
    ],
)
def test_what_brings_network_boot(minor: int, options: dict[str, bool | str], built: bool) -> None:
    refused = ""
    try:
        require_sources(Release(4, minor), options, ["ipxe"])
    except BuildError as fault:
        refused = str(fault)
    assert ("download ipxe: pin" in refused) == built


def test_units_that_configure_dropped_are_noticed(tmp_path: Path) -> None:
    write(tmp_path / "config/Tools.mk", "CONFIG_SYSTEMD      := n\nOCAML_TOOLS         := n\nXENSTAT_XENTOP := y\n")
    options = {"systemd": True, "ocamltools": False, "monitors": True, "debug": False, "system_qemu": "/q"}
    assert configured(str(tmp_path), options) == ["systemd was to be on and is off (CONFIG_SYSTEMD in config/Tools.mk)"]


def test_only_what_was_asked_for_is_missed(tmp_path: Path) -> None:
    for path in ("boot/xen-4.5.0.gz", "p/sbin/xl", "p/sbin/xenconsoled", "p/sbin/oxenstored"):
        write(tmp_path / path, "")
    for path in ("p/lib/libxenlight.so.4.5", "p/lib/libxenctrl.so.4.5.0", "p/etc/xen/scripts/vif-bridge"):
        write(tmp_path / path, "")
    options = {"sysconfdir": "/p/etc", "docs": False}
    assert missing(str(tmp_path), "/p", V45, options, efi=False) == []
    assert missing(str(tmp_path), "/p", V45, options, efi=True) == ["/p/lib/efi/xen-*.efi"]
    lacking = missing(str(tmp_path), "/p", V45, {**options, "systemd": True, "monitors": True}, efi=False)
    assert "/p/sbin/xentop" in lacking
    assert "/p/lib/systemd/system/xenstored.socket" in lacking
    later = missing(str(tmp_path), "/p", Release(4, 17), {**options, "systemd": True}, efi=False)
    assert "/p/lib/systemd/system/xenstored.socket" not in later
    assert "/p/lib/systemd/system/xendriverdomain.service" in later
    assert missing(str(tmp_path / "none"), "/p", V45, {"tools": False}, efi=False) == ["/boot/xen-*"]
