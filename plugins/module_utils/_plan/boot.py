# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host shall boot, whatever boots it; and why it must be rebooted to have it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._config.dom0_kernel_cmdline import (
    examine_kernel,
    reaches_console,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import WARNING, ConfigError, Finding, errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_cmdline import examine, without_grubs
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_releases import Target

PRESENT, ABSENT = "present", "absent"

# What may be asked to boot, besides an entry's own name.
XEN, LINUX, KEEP = "xen", "linux", "keep"

# Words of a kernel's line that say how it was started, and that Xen or GRUB put there.
OF_LOADER = ("BOOT_IMAGE", "initrd", "placeholder")


@dataclass(frozen=True)
class Wanted:
    """What is declared. ``default`` and ``once`` are an entry's name, or one of the words above."""

    state: str = PRESENT
    xen: tuple[str, ...] = ()
    linux: tuple[str, ...] = ()
    exclusive: bool = False
    default: str = XEN
    once: str = KEEP


@dataclass(frozen=True)
class Booting:
    """What is booted by an entry, or was. ``xen_words`` are None where nobody tells them."""

    xen: bool
    release: str = ""
    xen_words: tuple[str, ...] | None = ()
    linux_words: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Pending:
    """What waits for a reboot. Words are those of the next boot that are missing now, and those that would be gone."""

    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


def examined(wanted: Wanted, target: Target) -> list[Finding]:
    """The warnings about what is declared; ConfigError where it must not be booted."""
    found = [*examine(wanted.xen, target), *examine_kernel(wanted.linux, target.arch)]
    wrong = errors_in(found)
    if wrong:
        raise ConfigError(wrong)
    if not reaches_console(wanted.linux):
        found.append(
            Finding(
                WARNING,
                "the control domain's kernel has a console, and not the one that the hypervisor gives it",
                key="linux",
                remedy="add console=hvc0",
            )
        )
    return found


def pending(coming: Booting | None, running: Booting) -> Pending:
    """Why what is booted next is not what runs, word by word."""
    if coming is None:
        return Pending()
    if coming.xen != running.xen:
        wanted, found = ("Xen", "without it") if coming.xen else ("Linux without Xen", "under it")
        return Pending((f"the next boot is of {wanted}, and the machine runs {found}",))
    reasons = []
    if coming.xen and coming.release and running.release and coming.release != running.release:
        reasons.append(f"Xen {running.release} runs, and the next boot is of Xen {coming.release}")
    missing, extra = _differences(coming, running) if coming.xen else ((), ())
    linux_missing = _without(_own(coming.linux_words), running.linux_words) if coming.xen else ()
    if missing:
        reasons.append(f"the hypervisor runs without {' '.join(missing)}")
    if extra:
        reasons.append(f"the hypervisor still runs with {' '.join(extra)}")
    if linux_missing:
        reasons.append(f"the control domain's kernel runs without {' '.join(linux_missing)}")
    return Pending(tuple(reasons), missing, extra)


def _differences(coming: Booting, running: Booting) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if coming.xen_words is None or running.xen_words is None:
        return (), ()
    wanted, found = without_grubs(coming.xen_words), without_grubs(running.xen_words)
    return _without(wanted, found), _without(found, wanted)


def _without(words: Iterable[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in dict.fromkeys(words) if word not in others)


def _own(words: Iterable[str]) -> list[str]:
    return [word for word in words if word.partition("=")[0] not in OF_LOADER and not word.startswith("$")]
