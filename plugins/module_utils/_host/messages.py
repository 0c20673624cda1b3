# SPDX-License-Identifier: GPL-3.0-or-later
"""What xl says when it fails, made readable: its noise removed, bounded, and with a remedy where one is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import CONTROL, printable
from ansible_collections.xlops.xen.plugins.module_utils._config.secrets import SECRET
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import quoted

LINES = 6
LINE_LENGTH = 300
LONGEST_TEXT = 16384

# "libxl: error: libxl_create.c:1296:initiate_domain_create: Domain 3:cannot make domain: -6"
ORIGIN = re.compile(
    r"^(?:[a-z][\w-]*: )?(?:error|warning|detail|info|progress|debug): (?:[\w./-]+:\d+:)?(?:\w+: )?(?:Domain \d+:)?\s*"
)
NOISE = re.compile(
    r"^(?:Parsing config from |WARNING: xl now has better capability|avoid using this command"
    r"|setting dom\d+ configuration|Shutting down domain |Waiting for \d+ domains|Domain \d+ has been )"
)
# What libxl adds after the true cause, while it takes the domain apart again.
AFTERMATH = re.compile(r"Non-existant domain|Unable to destroy guest|Destruction of domain failed|^cannot make domain")

REMEDIES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), remedy)
    for pattern, remedy in (
        (
            r"cannot connect to xenstore|xs_open",
            "start xenstored (systemctl start xenstored, or the init script xencommons or xen)",
        ),
        (
            r"cannot init xl context|open xen control interface|privcmd",
            "check that the machine runs under Xen and that the toolstack is of the hypervisor's release",
        ),
        (
            r"failed to free memory|out of memory|cannot allocate memory|claim",
            "give the guest less memory, stop another guest, or shrink dom0",
        ),
        (
            r"no loader found|invalid kernel",
            "its kernel is none that a guest of its type can boot: see kernel and type",
        ),
        (
            r"special pages|xc_dom_build_image failed: device or resource busy",
            "a small PVH guest lacks memory for itself: give it 20 MiB and more, or shadow_memory",
        ),
        (r"already exists", "another domain has this name: see 'xl list'"),
        (
            r"exited with error status|hotplug|script",
            "see /var/log/xen/xen-hotplug.log and the bridge and disks of the guest",
        ),
        (r"bootloader", "see /var/log/xen/bootloader.*.log"),
        (r"config parsing error|failed to parse config", "this is not what the collection meant to write: report it"),
        (r"pv control interface not available", "install PV drivers in the guest, or set destroy to allowed"),
        (r"device model", "see /var/log/xen/qemu-dm-NAME.log; the host may lack a device model"),
    )
)


_SECRETS: set[str] = set()


def keep_silent_about(secrets: Iterable[str]) -> None:
    """From now on, what xl says is passed on without these: where it does not like a line of a file, it may say it."""
    for secret in filter(None, secrets):
        _SECRETS.update((secret, quoted(secret)[1:-1]))


def discreet(text: str) -> str:
    for secret in sorted(_SECRETS, key=len, reverse=True):
        text = text.replace(secret, SECRET)
    return text


def plain(text: str) -> str:
    """Text of foreign origin without control characters, and without secrets."""
    return CONTROL.sub("?", discreet(text))


def plain_lines(text: str) -> list[str]:
    """The lines of such a text; a secret may go over several."""
    return [plain(line) for line in discreet(text).splitlines()]


def clean(value: Any) -> Any:
    """Data of foreign origin with texts that can be shown: without control characters, and bounded."""
    if isinstance(value, str):
        return plain(value)[:LONGEST_TEXT]
    if isinstance(value, Mapping):
        return {clean(key): clean(one) for key, one in value.items()}
    return [clean(one) for one in value] if isinstance(value, (list, tuple)) else value


def clean_name(name: str) -> str:
    """A name of foreign origin that can be shown, and is no other's."""
    return printable(name.replace("\\", "\\\\"))


def complaint(errors: str) -> str:
    """The error lines of xl as one sentence-like text, empty when it said nothing."""
    lines = _unique(
        [ORIGIN.sub("", plain(line)).strip() for line in discreet(errors).splitlines() if not NOISE.match(line)]
    )
    telling = [line for line in lines if not AFTERMATH.search(line)] or lines
    shown = [line[:LINE_LENGTH] for line in telling[:LINES]]
    if len(telling) > LINES:
        shown.append(f"and {len(telling) - LINES} more lines")
    return "; ".join(shown)


def remedy(errors: str) -> str:
    """What to do about it, empty when nothing particular is known."""
    return next((remedy for pattern, remedy in REMEDIES if pattern.search(errors)), "")


def _unique(lines: list[str]) -> list[str]:
    return [line for line in dict.fromkeys(lines) if line]
