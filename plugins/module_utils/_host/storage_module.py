# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xen_storage_plan: a declaration of storage, held against the host."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._config.image_heads import seed_mark
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_checks import Findings, check_storage
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_model import read_storage
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.storage_seen import StorageReader
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import Xl
from ansible_collections.xlops.xen.plugins.module_utils._plan.storage import NOTHING, Plan, plan_storage
from ansible_collections.xlops.xen.plugins.module_utils._plan.storage_packages import packages


def plan_of(module: AnsibleModule, paths: Paths | None = None) -> dict[str, Any]:
    """The module's result. What is wrong is part of it, and whoever asked names the declaration by its own words."""
    result: dict[str, Any] = {}
    with in_one_sentence(module):
        storage = read_storage(module.params)
        findings = check_storage(storage)
        plan = Plan(findings)
        if not findings:
            plan = plan_storage(storage, StorageReader(paths or Paths(), Xl(module.params["executable"])).seen(storage))
        result.update(_result(plan, findings or plan.findings, packages(storage, plan)))
    return result


def _result(plan: Plan, findings: Findings, needed: list[str]) -> dict[str, Any]:
    return {
        "changed": False,
        "findings": findings.report(),
        "pools": [pool.report() for pool in plan.pools],
        "disks": [
            {**row, "mark": seed_mark(row["digest"]) if row["digest"] else ""}
            for row in plan.disks
            if row["action"] != NOTHING
        ],
        "steps": plan.steps,
        "packages": needed,
    }
