# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation has exactly the words that results have for what was done."""

from __future__ import annotations

import re

import yaml
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import Step
from ansible_collections.xlops.xen.plugins.modules import xl_domains


def test_every_action_is_documented() -> None:
    guest = yaml.safe_load(xl_domains.RETURN)["domains"]["contains"]
    words = re.findall(r"V\((\w+)\)", " ".join(guest["actions"]["description"]))
    assert sorted(words) == sorted(step.value for step in Step)
