# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a version of Xen is supported on a day, and the advisories that it may lack, by upstream's tables."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from ansible_collections.xlops.xen.plugins.module_utils._schema.xen_releases_table import SUPPORT
from ansible_collections.xlops.xen.plugins.module_utils._schema.xsa_ledger import ledger
from ansible_collections.xlops.xen.plugins.module_utils._schema.xsa_table import AS_OF

FULL, SECURITY, ENDED, UNKNOWN = "full", "security", "ended", "unknown"

# 4.17.5, 4.20, 4.20.5-pre, and what distributions append.
VERSION = re.compile(r"(\d{1,4}\.\d{1,4})(?:\.(\d{1,4}))?(-pre|-rc|-unstable)?([^0-9].*)?")


@dataclass(frozen=True)
class Support:
    """Days are ISO 8601. ``open`` and ``later`` are advisories as in the ledger; ``message`` says all of it."""

    version: str
    status: str
    full_until: str
    security_until: str
    as_of: str
    open: tuple[int, ...]
    later: tuple[int, ...]
    message: str

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "open": list(self.open), "later": list(self.later)}


def support_of(version: str, today: str) -> Support:
    """ValueError if this is no version of Xen."""
    found = VERSION.fullmatch(version)
    if not found:
        raise ValueError(f'"{version}" is no version of Xen, such as 4.17.5')
    release, number, unfinished = found[1], found[2] or "0", found[3]
    if release not in SUPPORT:
        message = f"Of the support of Xen {version} nothing is known: the table is of {AS_OF}, from 4.5 on."
        return Support(version, UNKNOWN, "", "", AS_OF, (), (), message)
    full, security = SUPPORT[release]
    known = ledger(f"{release}.{number}", released=not unfinished)
    status = FULL if today <= full else SECURITY if today <= security else ENDED
    parts = (_SENTENCES[status].format(version=version, full=full, security=security), _lacks(known.open, known.later))
    return Support(version, status, full, security, AS_OF, known.open, known.later, " ".join(parts))


_SENTENCES = {
    FULL: "Xen {version} is supported until {full}, with security fixes until {security}.",
    SECURITY: "Xen {version} gets security fixes alone, until {security}.",
    ENDED: "Xen {version} has had no security support since {security}.",
}


def _lacks(open_: tuple[int, ...], later: tuple[int, ...]) -> str:
    """How many advisories. What only the branches of younger releases had a fix of may not concern this one."""
    younger = f"; {len(later)} later ones (from XSA {min(later)} on) nobody looked at for it" if later else ""
    return (
        f"Of the security advisories that upstream's history names until {AS_OF}, {len(open_)} were fixed on its "
        f"branch after that version{younger}. A package of a distribution may have fixes of its own."
    )
