# SPDX-License-Identifier: GPL-3.0-or-later
"""The module libxl_config: its options, and the way from them to what is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError, errors_in, shown
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import SIZE_LIMIT, read_file
from ansible_collections.xlops.xen.plugins.module_utils._host.guest_module import GuestModule, as_declared
from ansible_collections.xlops.xen.plugins.module_utils._host.host_module import RUN_OPTIONS, host_of
from ansible_collections.xlops.xen.plugins.module_utils._host.libxl_config import (
    EXPORTED,
    NEED_GIVEN,
    READ,
    STATES,
    LibxlConfig,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import about_guest, in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._plan.configuration import JSON, XL_CFG
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import given, read_declarations
from ansible_collections.xlops.xen.plugins.module_utils._plan.document import Document, read_document
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import PRESENT
from ansible_collections.xlops.xen.plugins.module_utils._plan.staging import of_guest
from ansible_collections.xlops.xen.plugins.module_utils._schema.argspec import ArgumentSpec, guest_argument_spec

GUEST, CONTENT, SOURCE, DESTINATION = GIVEN = ("guest", "content", "src", "dest")
FORMS = GIVEN[:3]


def config_spec() -> ArgumentSpec:
    guest = {**guest_argument_spec(), "name": {"type": "str"}}
    return {
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": list(STATES), "default": READ},
        GUEST: {"type": "dict", "options": guest},
        CONTENT: {"type": "str", "no_log": True},
        SOURCE: {"type": "path"},
        DESTINATION: {"type": "path"},
        "format": {"type": "str", "choices": [JSON, XL_CFG], "default": JSON},
        **RUN_OPTIONS,
    }


def config_rules() -> dict[str, Any]:
    """What must be given together, and what must not."""
    return {
        "mutually_exclusive": [FORMS],
        "required_if": [*(("state", state, FORMS, True) for state in NEED_GIVEN), ("state", EXPORTED, (DESTINATION,))],
    }


def keep_config(module: GuestModule, paths: Paths | None = None) -> dict[str, Any]:
    """Do what the task says, and give its result. Ends the module where that is not possible."""
    params = module.params
    result: dict[str, Any] = {}
    with in_one_sentence(module), about_guest(params["name"]):
        _check(params)
        config = LibxlConfig(
            host_of(module, paths),
            params["name"],
            _given({**params, GUEST: as_declared(params[GUEST], module.declared.get(GUEST))}),
            params[DESTINATION] or "",
            params["format"],
            module.check_mode,
            params["lock_timeout"],
        )
        kept = STATES[params["state"]](config)
        for warning in kept.warnings:
            module.warn(warning)
        result = {"changed": kept.changed, "name": params["name"], **kept.report}
        if module._diff and kept.diff and kept.changed:
            result["diff"] = dict(kept.diff)
    return result


def _check(params: Mapping[str, Any]) -> None:
    """What can be wrong before the host is looked at."""
    read_declarations([{"name": params["name"], "state": PRESENT}])
    state = params["state"]
    for option in FORMS:
        if params[option] is not None and state not in NEED_GIVEN:
            raise GuestError(f"{option} is for {', '.join(NEED_GIVEN)}, and state is {state}: remove one of them")
    if params[DESTINATION] is not None and state != EXPORTED:
        raise GuestError(f"{DESTINATION} says where to export to, and state is {state}: remove one of them")
    for option in (SOURCE, DESTINATION):
        if params[option] is not None and not params[option].startswith("/"):
            raise GuestError(f"{option} is {shown(params[option])}: give an absolute path on the host")


def _given(params: Mapping[str, Any]) -> Document:
    """What the task gives, if anything: a configuration of its guest."""
    if all(params[option] is None for option in FORMS):
        return Document()
    return of_guest(_document(params), params["name"])


def _document(params: Mapping[str, Any]) -> Document:
    if params[GUEST] is not None:
        return Document(given(params[GUEST]))
    if params[CONTENT] is not None:
        return _readable(params[CONTENT], CONTENT)
    return _from_file(params[SOURCE])


def _readable(text: str, filename: str) -> Document:
    document = read_document(text, filename)
    if errors_in(document.findings):
        raise ConfigError(errors_in(document.findings))
    return document


def _from_file(path: str) -> Document:
    found = read_file(path)
    if found is None:
        raise GuestError(f"there is no file {path} on the host: export to it first, or copy it there")
    if len(found[0].encode()) >= SIZE_LIMIT:
        raise GuestError(f"{path} has more than {SIZE_LIMIT} bytes, which no configuration has: look what it is")
    if "\ufffd" in found[0]:
        raise GuestError(f"{path} is not UTF-8: it is no configuration that xl or this module wrote")
    return _readable(found[0], path)
