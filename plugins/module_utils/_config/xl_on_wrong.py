# SPDX-License-Identifier: GPL-3.0-or-later
"""What xl does with what a key does not hold, as a clause of a sentence.

A row is about a key (``vcpus``), a sub-key (``vif.mtu``), all of a device (``vif.*``), or a kind of value: the first of
these that a table has counts. What changed with a release is a tuple of rows, each from its release on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Union

from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, OLDEST, Release

REFUSES = "xl would refuse the file"
CRASHES = "xl would crash"
WARNS = "xl would warn and go on without it"
COMPLAINS = "xl would complain and pass over it"
DROPS = "xl would silently go on without it"
READS = "xl would silently read what it can of it"
READS_OCTAL = "xl would silently read it as octal"
TAKES = "xl would take it silently"
TAKES_FIRST_PORT = "xl would complain and take the port that it begins with"
NOT_CREATED = "the guest is not created"
STOPS = "xl would silently read no further in it"
NOT_A_YES = "xl would silently take it for a no, unless it begins with a digit"
TAKES_A_ZERO = "xl would take a 0 silently, or refuse the file where it is negative"
LEADING_DIGITS = "xl would take the digits in front, or refuse the file where there are none"

# With these there is a device all the same.
GOES_ON = (COMPLAINS, STOPS)

Clause = Union[str, "tuple[tuple[Release, str], ...]"]
Table = Mapping[str, Clause]

PINS_CHECKED_SINCE = Release(4, 12)
SHARES_PAIRED_SINCE = Release(4, 18)
SHARES_UNCHECKED_SINCE = Release(4, 19)
NICS_STRICT_SINCE = Release(4, 6)
BOUNDED_SINCE = Release(4, 13)
PCI_CHECKED_SINCE = Release(4, 6)
PCI_STRICT_SINCE = Release(4, 15)
VCPUS_BOUNDED_SINCE = Release(4, 6)
ALWAYS_A_VCPU_SINCE = Release(4, 22)
RANGES_STRICT_SINCE = Release(4, 7)
CARDS_HAVE_WORDS_SINCE = Release(4, 7)

SHARES: Clause = ((OLDEST, STOPS), (SHARES_PAIRED_SINCE, REFUSES))
NIC_PIECES: Clause = ((OLDEST, STOPS), (NICS_STRICT_SINCE, COMPLAINS))
NIC_KEYS: Clause = ((OLDEST, DROPS), (NICS_STRICT_SINCE, COMPLAINS))
NIC_ADDRESSES: Clause = ((OLDEST, READS), (NICS_STRICT_SINCE, COMPLAINS))
NIC_TYPES: Clause = ((OLDEST, "xl would silently take it for vif"), (NICS_STRICT_SINCE, COMPLAINS))
GRANTS: Clause = ((OLDEST, WARNS), (BOUNDED_SINCE, REFUSES))
GRANT_LIMITS: Clause = ((OLDEST, TAKES), (BOUNDED_SINCE, REFUSES))
EMPTY_PINS: Clause = ((OLDEST, TAKES), (PINS_CHECKED_SINCE, REFUSES))
RANGES: Clause = ((OLDEST, LEADING_DIGITS), (RANGES_STRICT_SINCE, REFUSES))
SLOTS: Clause = ((OLDEST, TAKES), (PCI_STRICT_SINCE, REFUSES))
FEW_VCPUS: Clause = ((OLDEST, TAKES_A_ZERO), (ALWAYS_A_VCPU_SINCE, "xl would silently make it 1"))
FEWEST_VCPUS: Clause = ((OLDEST, TAKES), (VCPUS_BOUNDED_SINCE, TAKES_A_ZERO))
UNADDRESSED: Clause = ((OLDEST, DROPS), (PCI_CHECKED_SINCE, REFUSES))
CARDS: Clause = ((OLDEST, WARNS), (CARDS_HAVE_WORDS_SINCE, REFUSES))
GRANT_KEYS = ("max_grant_frames", "max_maptrack_frames", "max_grant_version")

A_LIST: Table = {
    "": WARNS,
    "name": REFUSES,
    **dict.fromkeys(GRANT_KEYS, GRANTS),
    **dict.fromkeys(("vmtrace_buf_kb", "gic_version", "tee", "sve"), DROPS),
}

A_SINGLE_VALUE: Table = {
    "": WARNS,
    "vnuma": DROPS,
    **dict.fromkeys(
        ("mca_caps", "smbios", "device_model_args", "device_model_args_pv", "device_model_args_hvm"), REFUSES
    ),
}

# A list among the items of a list.
A_LIST_WITHIN: Table = {
    "": STOPS,
    **dict.fromkeys(("cpus", "cpus_soft", "viridian", "mca_caps"), CRASHES),
    **dict.fromkeys(("ioports", "irqs", "iomem", "smbios", "llc_colors"), REFUSES),
}

NO_NUMBER: Table = {
    "": WARNS,
    "memory": f"{WARNS}: a guest without maxmem gets 32 MiB",
    **dict.fromkeys(GRANT_KEYS, GRANTS),
    "vmtrace_buf_kb": DROPS,
    "viridian": DROPS,
}

# ``+=`` and a number, which xl looks for as a word where it may be one.
ADDED_NUMBER: Table = {
    **NO_NUMBER,
    **dict.fromkeys(("tsc_mode", "timer_mode", "altp2m", "gfx_passthru"), REFUSES),
}

# A form that a declaration may have, and a text may not (spellings.py).
MISSPELLED: Table = {"": REFUSES, "vif": READS}

# From Xen 4.12 on xl itself looks whether the pins leave a CPU.
NO_CPU: Table = {"": NOT_CREATED, "cpus": ((OLDEST, NOT_CREATED), (PINS_CHECKED_SINCE, REFUSES))}

OUT_OF_RANGE: Table = {
    "": TAKES,
    "memory": f"xl would take it, and {NOT_CREATED}",
    **dict.fromkeys(GRANT_KEYS, GRANT_LIMITS),
    **dict.fromkeys(("mmio_hole", "irqs", "vnuma.pnode", "altp2m_count"), REFUSES),
    "pci.vslot": SLOTS,
    "cpus": EMPTY_PINS,
}

BELOW_RANGE: Table = {**OUT_OF_RANGE, "memory": TAKES, "vcpus": FEW_VCPUS, "maxvcpus": FEWEST_VCPUS}

# A value of the wrong kind; of an item of a list, see below.
WRONG: Table = {
    "": READS,
    "text": TAKES,
    "name": TAKES,
    "uuid": REFUSES,
    "mac": NIC_ADDRESSES,
    "rate": REFUSES,
    "bdf": UNADDRESSED,
    "choice": REFUSES,
    "flag_or_choice": REFUSES,
    **dict.fromkeys(("flag", "bit"), NOT_A_YES),
    "cpus": REFUSES,
    "disk.*": REFUSES,
    "vif.type": NIC_TYPES,
    "viridian": DROPS,
    "gfx_passthru": CARDS,
    "rdm.*": COMPLAINS,
    **dict.fromkeys(("pci.vslot", "vdispl.connectors"), REFUSES),
    "vnuma.vcpus": READS,
    **dict.fromkeys(("vnuma.pnode", "vnuma.size", "vif.devid", "vif.mtu"), LEADING_DIGITS),
    **dict.fromkeys(("p9.max_space", "p9.max_files", "p9.max_open_files"), LEADING_DIGITS),
}

WRONG_ITEM: Table = {
    "": REFUSES,
    "integers": READS,
    "vnuma.vdistances": REFUSES,
    **dict.fromkeys(("irqs", "iomem"), RANGES),
}

# ``key=`` with nothing behind it, where xl tells it from a value.
EMPTY: Table = {
    "cpus": EMPTY_PINS,
    "cpus_soft": TAKES,
    "vnuma.*": REFUSES,
    "channel.*": REFUSES,
    "p9.*": ((OLDEST, TAKES), (SHARES_PAIRED_SINCE, REFUSES)),
}

# A piece of a device that is neither a flag nor key=value.
NO_PAIR: Table = {
    "": REFUSES,
    "vif": NIC_PIECES,
    "pci": UNADDRESSED,
    **dict.fromkeys(("rdm", "arm_sci"), DROPS),
    "p9": SHARES,
    **dict.fromkeys(("vtpm", "pvcalls", "vfb"), STOPS),
}

# A text without a piece, ``key=`` where items should follow.
NOTHING: Table = {"": CRASHES, "vnuma": REFUSES, "p9": ((OLDEST, REFUSES), (SHARES_PAIRED_SINCE, CRASHES))}

# ``key=`` with a key that xl does not know.
NO_VALUE: Table = {"": REFUSES}

UNKNOWN: Table = {
    "": REFUSES,
    "vif": NIC_KEYS,
    "channel": WARNS,
    "rdm": COMPLAINS,
    "pci": ((OLDEST, COMPLAINS), (PCI_STRICT_SINCE, REFUSES)),
    **dict.fromkeys(("vfb", "vnuma", "arm_sci"), DROPS),
}

MISSING: Table = {
    "": TAKES,
    "rdm.strategy": DROPS,
    "pci.bdf": UNADDRESSED,
    **dict.fromkeys(
        ("p9.tag", "p9.security_model", "p9.path"), ((OLDEST, REFUSES), (SHARES_UNCHECKED_SINCE, NOT_CREATED))
    ),
    **dict.fromkeys(
        ("name", "disk.vdev", "vkb.backend_type", "vtpm.backend", "channel.connection", "vdispl.connectors"), REFUSES
    ),
}


# What xl reads of an item of ioports with strtoul(), which passes over blanks in front (xl_cmdimpl.c of 4.5.0,
# xl_parse.c of 4.22.0). Of what is behind a port it only complains, of what is behind a range it refuses the file.
A_PORT = r"\s*\+?(?:0[xX])?[0-9a-fA-F]+"
PORTS_IT_TAKES = re.compile(rf"{A_PORT}(?:-{A_PORT})?")
PORT_IN_FRONT = re.compile(rf"{A_PORT}(?![-0-9a-fA-F])")


def xl_on_ports(items: Sequence[str]) -> str:
    """What xl does with a list of ports that is not of the form it should have."""
    if all(PORTS_IT_TAKES.fullmatch(item) for item in items):
        return TAKES
    taken = all(PORTS_IT_TAKES.fullmatch(item) or PORT_IN_FRONT.match(item) for item in items)
    return TAKES_FIRST_PORT if taken else REFUSES


def xl_on(table: Table, key: str, release: Release | None, *kinds: str) -> str:
    """The clause for a key such as ``vif[0].mtu``, whose value is of one of the kinds."""
    path = re.sub(r"\[[0-9]+\]", "", key)
    rows: Sequence[str] = (path, path.partition(".")[0] + ".*" * ("." in path), *kinds, "")
    clause = next((table[row] for row in rows if row in table), "")
    if isinstance(clause, str):
        return clause
    return [said for first, said in clause if first <= (release or NEWEST)][-1]
