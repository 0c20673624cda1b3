# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xen_backup: its options, and the way from them to a bundle or back from one."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import printable
from ansible_collections.xlops.xen.plugins.module_utils._host.backup import (
    BEFORE_RESTORE,
    NEWEST,
    Bundles,
    listing,
    perform,
    plan,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.bundle import gather
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.lock import turn_of
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._schema.kept_configuration import afterwards, describes_network

PRESENT, RESTORED = "present", "restored"
NEVER, ALLOWED = "never", "allowed"
DEFAULT_DIRECTORY = "/var/backups/xlops-xen"

Result = dict[str, Any]


def backup_spec() -> dict[str, dict[str, Any]]:
    return {
        "state": {"type": "str", "choices": [PRESENT, RESTORED], "default": PRESENT},
        "directory": {"type": "path", "default": DEFAULT_DIRECTORY},
        "keep": {"type": "int", "default": 10},
        "bundle": {"type": "str", "default": NEWEST},
        "remove": {"type": "str", "choices": [NEVER, ALLOWED], "default": NEVER},
        "lock_timeout": {"type": "int", "default": 300},
    }


def keep_backup(module: AnsibleModule, paths: Paths | None = None) -> Result:
    """Make a bundle, or put one back, and give the module's result."""
    here, given = paths or Paths(), module.params
    result: Result = {}
    with in_one_sentence(module):
        if given["keep"] < 1:
            raise HostError(f"keep is {given['keep']}: give the number of bundles to keep, 1 or more")
        if not given["directory"].startswith("/"):
            raise HostError(f"directory is {printable(given['directory'])}: give an absolute path on the host")
        with turn_of(here.lock, given["lock_timeout"], module.check_mode):
            result = (_restored if given["state"] == RESTORED else _present)(module, here)
    return result


def _present(module: AnsibleModule, here: Paths) -> Result:
    bundles, configuration = Bundles(module.params["directory"]), gather(here.root)
    changed = bundles.differs(configuration)
    if changed and not module.check_mode:
        bundles.write(configuration, module.params["keep"])
    return {"changed": changed, "files": _shown(configuration.entries), **_told(bundles, configuration.left_out)}


def _restored(module: AnsibleModule, here: Paths) -> Result:
    bundles, configuration = Bundles(module.params["directory"]), gather(here.root)
    name = bundles.chosen(module.params["bundle"])
    wanted = bundles.read(name)
    todo, remove = plan(here.root, wanted, configuration), module.params["remove"] == ALLOWED
    if describes_network(todo.names) and describes_network(todo.newer) and not remove:
        newer = ", ".join(_shown(name for name in todo.newer if describes_network([name])))
        raise HostError(
            f"{name} has another network than the host, and {newer}, made since then, would stay beside it: the next "
            "boot would find half of each. Nothing was changed: say remove: allowed, or move what is newer away"
        )
    removed = list(todo.newer) if remove else []
    changed = bool(todo.written or removed)
    if changed and not module.check_mode:
        if bundles.differs(configuration) and bundles.differs(configuration, BEFORE_RESTORE):
            bundles.write(configuration, module.params["keep"], BEFORE_RESTORE)
        perform(here.root, todo, remove)
    touched = sorted([*todo.names, *removed])
    return {
        "changed": changed,
        "files": _shown(todo.names),
        "newer": _shown(todo.newer),
        "removed": _shown(removed),
        "afterwards": afterwards(touched),
        **_told(bundles, configuration.left_out),
        "bundle": bundles.path(name),
        "diff": {
            "before_header": "the host",
            "after_header": name,
            "before": listing(configuration.entries, touched),
            "after": listing(wanted, touched),
        },
    }


def _told(bundles: Bundles, left_out: tuple[str, ...]) -> Result:
    newest = bundles.newest()
    return {
        "bundle": bundles.path(newest) if newest else None,
        "bundles": bundles.names(),
        "left_out": _shown(left_out),
    }


def _shown(names: Any) -> list[str]:
    return [f"/{printable(name)}" for name in names]
