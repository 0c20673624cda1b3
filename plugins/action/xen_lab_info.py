# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say which emulated hosts a state directory has."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.xlops.xen.plugins.module_utils._lab.cache import Cache
from ansible_collections.xlops.xen.plugins.module_utils._lab.host import Lab
from ansible_collections.xlops.xen.plugins.module_utils._lab.inventory import inventory, ssh_config
from ansible_collections.xlops.xen.plugins.module_utils._lab.progress import Progress
from ansible_collections.xlops.xen.plugins.plugin_utils.lab import LabAction, say


class ActionModule(LabAction):
    ARGUMENTS: ClassVar[dict[str, dict[str, Any]]] = {"state_dir": {"type": "path", "required": True}}

    def act(self, args: dict[str, Any], check: bool) -> dict[str, Any]:
        state_dir = Path(args["state_dir"])
        lab = Lab(state_dir, Cache(state_dir, say), Progress(say, state_dir / "durations.json"))
        return {
            "changed": False,
            "hosts": [lab.describe(name) for name in lab.names()],
            "inventory": inventory(lab),
            "ssh_config": ssh_config(lab),
        }
