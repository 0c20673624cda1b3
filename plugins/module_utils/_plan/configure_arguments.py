# SPDX-License-Identifier: GPL-3.0-or-later
"""From preset and options to what configure is given."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.xlops.xen.plugins.module_utils._schema.configure_options import (
    CONFIGURE_OPTIONS,
    MAYBE_PATH,
    PRESETS,
    Value,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

# The subsystems and so the stages of a build; upstream builds stub domains only where they are asked for.
SUBSYSTEMS: Mapping[str, bool] = {"xen": True, "tools": True, "stubdom": False, "docs": True}


class WrongOption(Exception):
    """An option that the release does not have; str() says so, and which releases do."""


def chosen(preset: str, options: Mapping[str, Value], release: Release) -> dict[str, Value]:
    """The options of the preset that the release knows, and those of the user, which it must know."""
    unknown = [CONFIGURE_OPTIONS[name] for name in options if not CONFIGURE_OPTIONS[name].known_to(release)]
    if unknown:
        raise WrongOption(
            "; ".join(f"configure of Xen {release} has no option {one.name} ({one.lifetime})" for one in unknown)
        )
    known = {name: value for name, value in PRESETS[preset].items() if CONFIGURE_OPTIONS[name].known_to(release)}
    return {**known, **{name: _read(name, value) for name, value in options.items()}}


def _read(name: str, value: Value) -> Value:
    """A value of an option that takes a path or a truth: Ansible hands both over as text."""
    words: Mapping[str, bool] = {"true": True, "yes": True, "false": False, "no": False}
    if CONFIGURE_OPTIONS[name].kind == MAYBE_PATH and isinstance(value, str):
        return words.get(value.lower(), value)
    return value


def configure_arguments(prefix: str, options: Mapping[str, Value]) -> list[str]:
    """In the order of the rows, so that equal options give an equal command line."""
    rows = (row for name, row in CONFIGURE_OPTIONS.items() if name in options)
    return [f"--prefix={prefix}", *(row.argument(options[row.name]) for row in rows)]


def subsystems(options: Mapping[str, Value]) -> list[str]:
    return [name for name, default in SUBSYSTEMS.items() if options.get(name, default)]


def directories(prefix: str, options: Mapping[str, Value]) -> dict[str, str]:
    """Where the release has its files, for what looks for them. As configure has it, but see ``versioned``."""
    defaults: dict[str, str | Value] = {
        "bindir": f"{prefix}/bin",
        "sbindir": f"{prefix}/sbin",
        "libdir": f"{prefix}/lib",
        "libexecdir": f"{prefix}/lib",
        "sysconfdir": "/etc",
        "systemd_dir": f"{prefix}/lib/systemd/system",
    }
    return {name: str(options.get(name, default)) for name, default in defaults.items()}


def versioned(prefix: str, options: Mapping[str, Value], release: Release) -> dict[str, Value]:
    """The options of a release that has its prefix for itself.

    Its configuration, scripts and units are its own, so that releases lie side by side and one package does not take
    the files of another. /var is the host's, for only one toolstack runs.
    """
    own: dict[str, Value] = {"sysconfdir": f"{prefix}/etc", "initddir": f"{prefix}/etc/init.d"}
    own["sysconfig_leaf_dir"] = "default"
    own["debugdir"] = f"{prefix}/lib/debug"
    # Where nothing is said, pkg-config tells the host's; where that does not know it, 4.21.0's configure fails.
    own["systemd_sleep"] = f"{prefix}/lib/systemd/system-sleep"
    return {**{name: value for name, value in own.items() if CONFIGURE_OPTIONS[name].known_to(release)}, **options}
