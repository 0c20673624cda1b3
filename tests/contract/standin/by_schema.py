# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the stand-in reads xl.cfg where every option counts: as the collection does.

Not a second opinion, as standin/config.py is; that the collection reads as the real xl does is proven by comparison
with it (docs/evidence/differential-fuzzing.md). What it is for is all that comes after the reading.
"""

from __future__ import annotations

import os
import sys

COLLECTIONS = os.path.join(os.path.dirname(os.path.realpath(__file__)), *[os.pardir] * 3, ".collections")


def to_libxl(text: str, path: str, version: str) -> dict:
    sys.path.insert(0, COLLECTIONS)
    from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
    from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
    from ansible_collections.xlops.xen.plugins.module_utils._config.parser import read_xl_cfg
    from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

    return canonical(read_xl_cfg(text, path)[0], Release.parse(version), HostFacts(max_cpus=2, nodes=((0, 1),)))
