# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options and presets become command lines that the release's configure understands."""

from __future__ import annotations

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._plan.configure_arguments import (
    WrongOption,
    chosen,
    configure_arguments,
    directories,
    subsystems,
    versioned,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.configure_options import (
    CONFIGURE_OPTIONS,
    PRESETS,
    configure_argument_spec,
    given,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import RELEASES, Release

V45 = Release(4, 5)


@pytest.mark.parametrize(
    ("name", "value", "argument"),
    [
        ("stubdom", True, "--enable-stubdom"),
        ("rombios", False, "--disable-rombios"),
        ("ninepfs", True, "--enable-9pfs"),
        ("libdir", "/usr/lib", "--libdir=/usr/lib"),
        ("initddir", "/etc/init.d", "--with-initddir=/etc/init.d"),
        ("system_qemu", "/usr/bin/qemu-system-i386", "--with-system-qemu=/usr/bin/qemu-system-i386"),
        ("system_qemu", True, "--with-system-qemu"),
        ("system_qemu", False, "--without-system-qemu"),
        ("xenstored", "oxenstored", "--with-xenstored=oxenstored"),
        ("systemd_dir", "/lib/systemd/system", "--with-systemd=/lib/systemd/system"),
        ("systemd", True, "--enable-systemd"),
        ("stubdom_qmp_proxy", "/usr/bin/p", "--with-stubdom-qmp-proxy=/usr/bin/p"),
        ("linux_backend_modules", "xen-blkback xen-netback", "--with-linux-backend-modules=xen-blkback xen-netback"),
    ],
)
def test_an_option_on_the_command_line(name: str, value: bool | str, argument: str) -> None:
    assert CONFIGURE_OPTIONS[name].argument(value) == argument


@pytest.mark.parametrize("release", RELEASES, ids=str)
@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_gives_a_release_only_what_it_knows(preset: str, release: Release) -> None:
    options = chosen(preset, {}, release)
    assert all(CONFIGURE_OPTIONS[name].known_to(release) for name in options)
    assert options["systemd"] is True


def test_presets_without_downloads_build_nothing_that_would_be_downloaded() -> None:
    for preset in ("minimal", "system-qemu"):
        options = chosen(preset, {}, V45)
        assert subsystems(options) == ["xen", "tools"]
        assert options["qemu_traditional"] is options["rombios"] is options["ovmf"] is False
        assert options["system_qemu"]
        assert options["seabios"] is False or options["system_seabios"]


def test_a_given_option_wins_over_the_preset() -> None:
    options = chosen("minimal", {"stubdom": True, "system_qemu": "no"}, V45)
    assert options["stubdom"] is True
    assert options["system_qemu"] is False
    assert subsystems(options) == ["xen", "tools", "stubdom"]


def test_an_option_of_another_release_is_no_warning_of_configure_but_an_error() -> None:
    for gone in ("qemu_traditional", "ioemu_stubdom"):
        with pytest.raises(WrongOption, match=f"Xen 4.21 has no option {gone} .up to Xen 4.20"):
            chosen("minimal", {gone: True}, Release(4, 21))
    assert "qemu_traditional" not in chosen("minimal", {}, Release(4, 21))
    with pytest.raises(WrongOption) as refused:
        chosen("minimal", {"rundir": "/run", "blktap1": True}, Release(4, 6))
    assert str(refused.value) == (
        "configure of Xen 4.6 has no option rundir (since Xen 4.9); "
        "configure of Xen 4.6 has no option blktap1 (up to Xen 4.5)"
    )


def test_equal_options_give_equal_command_lines() -> None:
    options = chosen("system-qemu", {}, V45)
    assert configure_arguments("/usr", dict(reversed(options.items()))) == configure_arguments("/usr", options)
    assert configure_arguments("/usr", options)[0] == "--prefix=/usr"


def test_a_versioned_release_has_its_configuration_for_itself_unless_it_is_said_otherwise() -> None:
    assert directories("/opt/xen/4.5.0", versioned("/opt/xen/4.5.0", {}, V45))["sysconfdir"] == "/opt/xen/4.5.0/etc"
    assert versioned("/opt/xen/4.5.0", {"sysconfdir": "/etc"}, V45)["sysconfdir"] == "/etc"
    assert "debugdir" not in versioned("/opt/xen/4.5.0", {}, V45)
    assert versioned("/opt/xen/4.17.5", {}, Release(4, 17))["debugdir"] == "/opt/xen/4.17.5/lib/debug"
    assert "systemd_sleep" not in versioned("/opt/xen/4.20.0", {}, Release(4, 20))
    later = versioned("/opt/xen/4.21.0", {}, Release(4, 21))
    assert "--with-systemd-sleep=/opt/xen/4.21.0/lib/systemd/system-sleep" in configure_arguments("/opt/xen", later)


def test_every_option_is_one_of_the_module_and_nothing_is_given_by_default() -> None:
    spec = configure_argument_spec()
    assert set(spec) == set(CONFIGURE_OPTIONS)
    assert not [name for name, one in spec.items() if "default" in one]
    assert given({"xen": None, "docs": False}) == {"docs": False}
