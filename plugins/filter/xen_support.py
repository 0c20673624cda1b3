# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter xen_support: how far a version of Xen is supported, and what it may lack. Documented in xen_support.yml."""

from __future__ import annotations

import datetime
from typing import Any, Callable

from ansible.errors import AnsibleFilterError
from ansible_collections.xlops.xen.plugins.module_utils._schema.support import support_of

NAME = "xen_support"


def xen_support(version: Any, today: str | None = None) -> dict[str, Any]:
    """What upstream's tables say of a version."""
    if not isinstance(version, str):
        raise AnsibleFilterError(f'{NAME}: it takes a version of Xen as a text, such as "4.17.5", not {version!r:.80}')
    try:
        day = datetime.date.fromisoformat(today) if today else datetime.datetime.now(datetime.timezone.utc).date()
        return support_of(str(version), day.isoformat()).as_dict()
    except ValueError as wrong:
        raise AnsibleFilterError(f"{NAME}: {wrong}.") from None


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {NAME: xen_support}
