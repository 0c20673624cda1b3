# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xen_build: from its parameters to what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._build import sources
from ansible_collections.xlops.xen.plugins.module_utils._build.builder import Builder
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._build.order import order
from ansible_collections.xlops.xen.plugins.module_utils._build.planner import Plan, plan
from ansible_collections.xlops.xen.plugins.module_utils._build.store import Store, in_sentences
from ansible_collections.xlops.xen.plugins.module_utils._plan.compiler_choice import Untried
from ansible_collections.xlops.xen.plugins.module_utils._plan.configure_arguments import WrongOption
from ansible_collections.xlops.xen.plugins.module_utils._schema.build_spec import build_argument_spec

RETURNED = (
    "version", "prefix", "package", "package_sha256", "root", "manifest", "sbom", "log", "durations",
    "fingerprint", "identical", "differences", "advisories", "supported_until",
)  # fmt: skip


def build_module() -> None:
    module = AnsibleModule(argument_spec=build_argument_spec(), supports_check_mode=True)
    params = module.params
    store = Store(params["build_dir"].rstrip("/"))
    try:
        with in_sentences(store.root):
            wanted = order(params, _version(params))
            if module.check_mode:
                module.exit_json(**_answer(plan(wanted, store)))
            done, result = Builder(wanted, store, module.debug).build()
            module.exit_json(**_answer(done, result))
    except (BuildError, Untried, WrongOption) as wrong:
        module.fail_json(msg=str(wrong))


def _version(params: Mapping[str, Any]) -> str:
    """The release that is built is known before anything is fetched: it decides in what system that happens."""
    promised = str(sources.identify(params["sources"], params["patches"])["version"])
    version = str(params["version"] or promised)
    if promised and promised != version:
        raise BuildError(f"version is {version}, and the sources are those of {promised}: leave version out")
    if not version:
        raise BuildError("nothing says which release these sources are: set version (4.17.5)")
    return version


def _answer(found: Plan, built: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What there was to do and why, and the result if there is one."""
    result = built or found.result
    return {
        "changed": found.result is None,
        "reason": found.reason,
        "changes": [one.as_dict() for one in found.changes],
        "stages": found.stages,
        "diff": {
            "before": {one.input: one.before for one in found.changes},
            "after": {one.input: one.after for one in found.changes},
        },
        **({name: result.get(name) for name in RETURNED} if result else {}),
    }
