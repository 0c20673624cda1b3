# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of Xen's configure scripts, 4.5 to 4.22, one row each, and presets of them.

First and last release are those of the configure scripts at the tags RELEASE-4.N.0: configure only warns of an option
that it does not know, so that one of another release would be lost without a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Union

from ansible_collections.xlops.xen.plugins.module_utils._schema.argspec import ArgumentSpec
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, OfReleases, Release

SWITCH, PATH, WORD, WORDS, MAYBE_PATH = "switch", "path", "word", "words", "maybe_path"

Value = Union[bool, str]


@dataclass(frozen=True)
class ConfigureOption(OfReleases):
    """One option: ``name`` is what the user writes, ``flag`` what configure reads, without dashes and ``enable-``."""

    name: str
    kind: str
    flag: str
    first: Release = OLDEST
    last: Release | None = None
    choices: tuple[str, ...] = ()
    # The make variable in which configure says what became of it: name, value when on. Looked up after configure.
    shown: str = ""

    @property
    def lifetime(self) -> str:
        since = f"Xen {self.first}" if self.first > OLDEST else ""
        until = f"Xen {self.last}" if self.last else ""
        if since and until:
            return f"from {since} to {until}"
        return f"since {since}" if since else f"up to {until}" if until else ""

    def argument(self, value: Value) -> str:
        """What configure is given."""
        if self.kind == SWITCH:
            return f"--{'enable' if value else 'disable'}-{self.flag}"
        if self.kind == MAYBE_PATH and isinstance(value, bool):
            return f"--{'with' if value else 'without'}-{self.flag}"
        return f"--{self.flag if self.name in DIRECTORIES else 'with-' + self.flag}={value}"


def _v(text: str) -> Release:
    return Release.parse(text)


# autoconf's own, of every release.
DIRECTORIES = (
    "exec_prefix", "bindir", "sbindir", "libdir", "libexecdir", "sysconfdir", "localstatedir", "sharedstatedir",
    "includedir", "datarootdir", "datadir", "mandir", "docdir",
)  # fmt: skip

_ROWS = (
    *(ConfigureOption(name, PATH, name.replace("_", "-")) for name in DIRECTORIES),
    # What is built.
    ConfigureOption("xen", SWITCH, "xen"),
    ConfigureOption("tools", SWITCH, "tools"),
    ConfigureOption("stubdom", SWITCH, "stubdom"),
    ConfigureOption("docs", SWITCH, "docs"),
    # Where things go.
    ConfigureOption("initddir", PATH, "initddir"),
    ConfigureOption("sysconfig_leaf_dir", WORD, "sysconfig-leaf-dir", choices=("default", "sysconfig")),
    ConfigureOption("libexec_leaf_dir", WORD, "libexec-leaf-dir", first=_v("4.7")),
    ConfigureOption("xen_dumpdir", PATH, "xen-dumpdir", first=_v("4.6")),
    ConfigureOption("rundir", PATH, "rundir", first=_v("4.9")),
    ConfigureOption("debugdir", PATH, "debugdir", first=_v("4.11")),
    ConfigureOption("xen_scriptdir", PATH, "xen-scriptdir", first=_v("4.15")),
    ConfigureOption("systemd_dir", PATH, "systemd"),
    ConfigureOption("systemd_modules_load", PATH, "systemd-modules-load"),
    ConfigureOption("systemd_sleep", PATH, "systemd-sleep", first=_v("4.21")),
    # The tools.
    ConfigureOption("rpath", SWITCH, "rpath", shown="XEN_TOOLS_RPATH"),
    ConfigureOption("githttp", SWITCH, "githttp", last=_v("4.17"), shown="GIT_HTTP"),
    ConfigureOption("monitors", SWITCH, "monitors", shown="XENSTAT_XENTOP"),
    ConfigureOption("ocamltools", SWITCH, "ocamltools", shown="OCAML_TOOLS"),
    ConfigureOption("xsmpolicy", SWITCH, "xsmpolicy", shown="FLASK_POLICY"),
    ConfigureOption("golang", SWITCH, "golang", first=_v("4.14"), shown="CONFIG_GOLANG"),
    ConfigureOption("pygrub", SWITCH, "pygrub", first=_v("4.18"), shown="CONFIG_PYGRUB"),
    ConfigureOption("libfsimage", SWITCH, "libfsimage", first=_v("4.18"), shown="CONFIG_LIBFSIMAGE"),
    ConfigureOption("ninepfs", SWITCH, "9pfs", first=_v("4.12"), shown="CONFIG_9PFS"),
    ConfigureOption("pvshim", SWITCH, "pvshim", first=_v("4.13"), shown="CONFIG_PV_SHIM"),
    ConfigureOption("werror", SWITCH, "werror", first=_v("4.17"), shown="CONFIG_WERROR"),
    ConfigureOption("debug", SWITCH, "debug"),
    ConfigureOption("largefile", SWITCH, "largefile"),
    ConfigureOption("blktap1", SWITCH, "blktap1", last=_v("4.5"), shown="CONFIG_BLKTAP1"),
    ConfigureOption("blktap2", SWITCH, "blktap2", last=_v("4.12"), shown="CONFIG_BLKTAP2"),
    ConfigureOption("systemd", SWITCH, "systemd", shown="CONFIG_SYSTEMD"),
    ConfigureOption("linux_backend_modules", WORDS, "linux-backend-modules"),
    ConfigureOption("xenstored", WORD, "xenstored", choices=("xenstored", "oxenstored")),
    # Device model and firmware.
    ConfigureOption("qemu_traditional", SWITCH, "qemu-traditional", last=_v("4.20"), shown="CONFIG_QEMU_TRAD"),
    ConfigureOption("rombios", SWITCH, "rombios", shown="CONFIG_ROMBIOS"),
    ConfigureOption("seabios", SWITCH, "seabios"),
    ConfigureOption("ovmf", SWITCH, "ovmf"),
    ConfigureOption("ipxe", SWITCH, "ipxe", first=_v("4.12")),
    ConfigureOption("system_qemu", MAYBE_PATH, "system-qemu"),
    ConfigureOption("system_seabios", PATH, "system-seabios"),
    ConfigureOption("system_ovmf", PATH, "system-ovmf"),
    ConfigureOption("system_ipxe", PATH, "system-ipxe", first=_v("4.12")),
    ConfigureOption("extra_qemuu_configure_args", WORDS, "extra-qemuu-configure-args"),
    ConfigureOption("stubdom_qmp_proxy", PATH, "stubdom-qmp-proxy", first=_v("4.14")),
    # Stub domains.
    ConfigureOption("ioemu_stubdom", SWITCH, "ioemu-stubdom", last=_v("4.20")),
    ConfigureOption("c_stubdom", SWITCH, "c-stubdom"),
    ConfigureOption("caml_stubdom", SWITCH, "caml-stubdom", last=_v("4.18")),
    ConfigureOption("pv_grub", SWITCH, "pv-grub"),
    ConfigureOption("xenstore_stubdom", SWITCH, "xenstore-stubdom"),
    ConfigureOption("xenstorepvh_stubdom", SWITCH, "xenstorepvh-stubdom", first=_v("4.15")),
    ConfigureOption("vtpm_stubdom", SWITCH, "vtpm-stubdom"),
    ConfigureOption("vtpmmgr_stubdom", SWITCH, "vtpmmgr-stubdom"),
    ConfigureOption("extfiles", SWITCH, "extfiles"),
)

CONFIGURE_OPTIONS: Mapping[str, ConfigureOption] = {row.name: row for row in _ROWS}

# The distribution's device model and firmware; upstream builds its own of each, from sources that it downloads.
_SYSTEM: Mapping[str, Value] = {
    "tools": True,
    "xen": True,
    "stubdom": False,
    "docs": False,
    "debug": False,
    "rpath": True,
    "systemd": True,
    "monitors": True,
    "ocamltools": False,
    "xsmpolicy": False,
    "golang": False,
    "qemu_traditional": False,
    "rombios": False,
    "ipxe": False,
    "ovmf": False,
    "system_qemu": "/usr/bin/qemu-system-i386",
    "xenstored": "xenstored",
}

# Options that a release does not know are left out of a preset; what the user gives by name must be known.
PRESETS: Mapping[str, Mapping[str, Value]] = {
    "minimal": {**_SYSTEM, "seabios": False, "pvshim": False, "monitors": False, "blktap2": False},
    "system-qemu": {**_SYSTEM, "seabios": True, "system_seabios": "/usr/share/seabios/bios-256k.bin"},
    "full": {"debug": False, "rpath": True, "systemd": True, "stubdom": True, "docs": True},
}

_TYPES = {SWITCH: "bool", PATH: "path", WORD: "str", WORDS: "str", MAYBE_PATH: "str"}


def configure_argument_spec() -> ArgumentSpec:
    """The options as sub-options of a module."""
    return {
        row.name: {"type": _TYPES[row.kind], **({"choices": list(row.choices)} if row.choices else {})} for row in _ROWS
    }


def given(options: Mapping[str, Any]) -> dict[str, Value]:
    """The options that the user gave, without those that Ansible fills with nothing."""
    return {name: value for name, value in options.items() if value is not None}
