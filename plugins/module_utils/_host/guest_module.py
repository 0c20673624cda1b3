# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules about guests have in common: their options, their errors, and the way to the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError, Untold, shown
from ansible_collections.xlops.xen.plugins.module_utils._host.engine import Engine
from ansible_collections.xlops.xen.plugins.module_utils._host.host_module import (
    RUN_OPTIONS,
    host_of,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import (
    given,
    read_declaration,
    read_declarations,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import engine_argument_spec
from ansible_collections.xlops.xen.plugins.module_utils._plan.purge import Purge
from ansible_collections.xlops.xen.plugins.module_utils._schema.argspec import (
    ArgumentSpec,
    guest_argument_spec,
    occurring,
)

Params = Mapping[str, Any]


def guest_options() -> ArgumentSpec:
    """The options of one guest."""
    return {**guest_argument_spec(), **engine_argument_spec()}


def one_guest_spec() -> ArgumentSpec:
    return {**guest_options(), **RUN_OPTIONS}


def all_guests_spec() -> ArgumentSpec:
    defaults = {key: spec for key, spec in guest_options().items() if key != "name"}
    return {
        "domains": {"type": "list", "elements": "dict", "required": True, "options": guest_options()},
        "defaults": {"type": "dict", "options": defaults},
        "purge": {"type": "bool", "default": False},
        "max_removals": {"type": "int", "default": 1},
        "continue_on_error": {"type": "bool", "default": True},
        **RUN_OPTIONS,
    }


class GuestModule(AnsibleModule):  # type: ignore[misc]
    """AnsibleModule says of a wrong option neither the guest nor the value. This one says both."""

    params: dict[str, Any]

    def __init__(self, argument_spec: ArgumentSpec, supports_check_mode: bool = True, **rules: Any) -> None:
        self.valid = False
        self.declared: dict[str, Any] = {}
        super().__init__(argument_spec=argument_spec, supports_check_mode=supports_check_mode, **rules)
        self.valid = True

    def _load_params(self) -> None:
        """Keep what was declared as it was declared: a value of a wrong type is lost in the attempt to convert it.

        What is null was not said; Ansible would hold it against the choices of its option.
        """
        super()._load_params()
        ansibles = {key: value for key, value in self.params.items() if key.startswith("_ansible")}
        self.declared = given({key: value for key, value in self.params.items() if key not in ansibles})
        self.params = {**self.declared, **ansibles}
        self.argument_spec: ArgumentSpec = occurring(self.argument_spec, self.params)

    def guests(self, params: Params) -> tuple[Sequence[Params], Params]:
        """What was declared, and the defaults of all guests."""
        if "domains" in self.argument_spec:
            domains, defaults = params.get("domains"), params.get("defaults")
            return [] if domains is None else domains, {} if defaults is None else defaults
        if "guest" in self.argument_spec:
            guest = params.get("guest") or {}
            return [{**guest, "name": params.get("name")}] if isinstance(guest, dict) else [guest], {}
        return [{key: value for key, value in params.items() if key not in RUN_OPTIONS}], {}

    def fail_json(self, msg: str, **kwargs: Any) -> None:
        super().fail_json(msg=msg if self.valid else self._explained(msg), **kwargs)

    def _explained(self, msg: str) -> str:
        guests, defaults = self.guests(self.declared)
        if "domains" in self.argument_spec and misshape(guests, defaults):
            return misshape(guests, defaults)
        if not isinstance(guests, list) or not all(isinstance(one, dict) for one in (*guests, defaults)):
            return msg
        try:
            read_declarations(guests, defaults)
        except ConfigError as wrong:
            return str(wrong)
        return msg


def misshape(guests: Any, defaults: Any) -> str:
    """Why what was declared is not a list of guests and what all of them have. There may be secrets in it."""
    if not isinstance(guests, list):
        return f"domains: {_kind(guests)} is not a list of guests; write each as a mapping with its name"
    if not _may_be_mapping(defaults):
        return f"defaults: {_kind(defaults)} is not a mapping; write the keys that all guests have"
    wrong = (
        f"domains[{place}]: {_kind(one)} is no guest; write a mapping with its name"
        for place, one in enumerate(guests)
        if not _may_be_mapping(one)
    )
    return next(wrong, "")


def _may_be_mapping(value: Any) -> bool:
    """Ansible makes one of a text such as "name=web1 memory=64", too, or of JSON."""
    return isinstance(value, dict) or (isinstance(value, str) and ("=" in value or value.lstrip().startswith("{")))


def _kind(value: Any) -> str:
    return shown(Untold(value) if isinstance(value, (str, dict, list)) else value)


def as_declared(value: Any, declared: Any) -> Any:
    """What Ansible made of the options, but what was declared where it made a text of something else. A number may have
    been a text without quotes, such as a MAC address, and the text of the number is another; the text of a list, of a
    mapping or of nothing is what nobody meant.
    """
    if isinstance(value, dict) and isinstance(declared, dict):
        return {key: as_declared(one, declared.get(key, one)) for key, one in value.items()}
    if isinstance(value, list) and isinstance(declared, list) and len(value) == len(declared):
        return [as_declared(*pair) for pair in zip(value, declared)]
    return declared if isinstance(value, str) and not isinstance(declared, str) else value


def converge(module: GuestModule, paths: Paths | None = None) -> dict[str, Any]:
    """Bring the guests to their declarations. Ends the module where the host or a declaration does not allow it."""
    found: dict[str, Any] = {}
    with in_one_sentence(module):
        guests, defaults = module.guests(as_declared(module.params, module.declared))
        declarations = read_declarations(guests, defaults)
        engine = Engine(
            host_of(module, paths),
            module.check_mode,
            module.params["lock_timeout"],
            continue_on_error=module.params.get("continue_on_error", True),
            purge=_purge(module.params, defaults),
        )
        found = engine.run(declarations)
    for warning in found.pop("warnings"):
        module.warn(warning)
    if not module._diff:
        del found["diff"]
    return found


def _purge(params: Params, defaults: Params) -> Purge | None:
    """Guests that are declared no more go as the defaults say, which say nothing else of them."""
    if not params.get("purge"):
        return None
    manner, faults = read_declaration({}, given(defaults))
    if faults:
        raise ConfigError([manner.told(fault) for fault in faults])
    return Purge(params["max_removals"], manner.stop_timeout, manner.may_destroy)


def finish(module: AnsibleModule, found: dict[str, Any]) -> None:
    """Give the result back, as a failure when it is one. Options that nobody gave are not repeated for each guest."""
    found["invocation"] = {"module_args": given(module.params)}
    if found.pop("failed", False):
        module.fail_json(**found)
    module.exit_json(**found)
