# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules xl_save and xl_restore: their options, and the way from them to what is done."""

from __future__ import annotations

from typing import Any, Callable

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError
from ansible_collections.xlops.xen.plugins.module_utils._host.host_module import RUN_OPTIONS, host_of
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import about_guest, in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.saving import OPTIONS, STOPPED, Report, Saving
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import read_declarations
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import PRESENT
from ansible_collections.xlops.xen.plugins.module_utils._schema.argspec import ArgumentSpec

COMMON: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "timeout": {"type": "int", "default": 1800},
    **RUN_OPTIONS,
}


def save_module(paths: Paths | None) -> None:
    spec: ArgumentSpec = {
        "dest": {"type": "path", "required": True},
        "after": {"type": "str", "choices": list(OPTIONS), "default": STOPPED},
        "overwrite": {"type": "bool", "default": False},
    }
    _run(spec, "dest", paths, lambda saving, params: saving.save(params["after"], params["overwrite"]))


def restore_module(paths: Paths | None) -> None:
    spec: ArgumentSpec = {
        "src": {"type": "path", "required": True},
        "paused": {"type": "bool", "default": False},
        "keep": {"type": "bool", "default": False},
    }
    _run(spec, "src", paths, lambda saving, params: saving.restore(params["paused"], params["keep"]))


def _run(spec: ArgumentSpec, path: str, paths: Paths | None, act: Callable[[Saving, dict[str, Any]], Report]) -> None:
    module = AnsibleModule(argument_spec={**spec, **COMMON}, supports_check_mode=True)
    params = module.params
    with in_one_sentence(module), about_guest(params["name"]):
        read_declarations([{"name": params["name"], "state": PRESENT}])
        if not params[path].startswith("/"):
            raise GuestError(f"{path} is {params[path]}: give an absolute path on the host")
        host = host_of(module, paths)
        saving = Saving(
            host, params["name"], params[path], params["timeout"], module.check_mode, params["lock_timeout"]
        )
        report = act(saving, params)
        for warning in report.pop("warnings", ()):
            module.warn(warning)
        module.exit_json(**report)
