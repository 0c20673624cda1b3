# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that guests are said to have had before, and that are no former ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ansible_collections.xlops.xen.plugins.module_utils._config.dependencies import Needs
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import finding


def faults(former: Mapping[str, str | None], needs: Needs) -> Iterator[Finding]:
    """``former`` has the former name of each guest that is declared."""
    heirs: dict[str, str] = {}
    for guest, name in former.items():
        if name is None:
            continue
        heir = heirs.setdefault(name, guest)
        if name in former:
            why = "it is the name that the guest has" if name == guest else f"guest {name} is declared too"
            yield _fault(guest, name, why, "remove it; names that guests hand on take a run each")
        elif heir != guest:
            yield _fault(guest, name, f"it is the former name of {heir} too", "let one of them have it")
    for guest, wanted in needs.items():
        for name in heirs.keys() & set(wanted):
            if name not in former:
                why = f"{name} is the former name of {heirs[name]}"
                yield _fault(guest, name, why, f"name {heirs[name]} instead", "depends_on")


def _fault(guest: str, name: str, why: str, remedy: str, key: str = "former_name") -> Finding:
    return finding("former-name", why, guest=guest, key=key, value=name, remedy=remedy)
