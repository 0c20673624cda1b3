# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter lint_xl_domains: what xl_domains would refuse before it reads its host. Documented in lint_xl_domains.yml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Callable

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult
from ansible.module_utils.common.parameters import remove_values
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError, Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.report import plain
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import finding
from ansible_collections.xlops.xen.plugins.module_utils._host.guest_module import all_guests_spec, as_declared
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import given, read_declarations
from ansible_collections.xlops.xen.plugins.module_utils._schema.argspec import occurring
from ansible_collections.xlops.xen.plugins.plugin_utils.guests import plain_data, untemplated, wrong_input

NAME = "lint_xl_domains"


def lint_xl_domains(domains: Any, defaults: Any = None) -> list[dict[str, Any]]:
    """The errors in the guests of one host, for whatever release of Xen it will have."""
    if not isinstance(domains, list):
        raise wrong_input(NAME, domains, "a list of guests, each a mapping")
    for number, guest in enumerate(domains, 1):
        if not isinstance(guest, Mapping):
            raise wrong_input(NAME, guest, f"a list of guests, each a mapping (number {number} is none)")
    if not isinstance(defaults, (Mapping, type(None))):
        raise wrong_input(NAME, defaults, "a mapping of what all guests have, as defaults")
    declared = given({"domains": plain_data(domains), "defaults": plain_data(defaults or {})})
    made = ArgumentSpecValidator(occurring(all_guests_spec(), declared)).validate(declared)
    told: list[dict[str, Any]] = remove_values([plain(one) for one in _refused(declared, made)], made._no_log_values)
    return told


def _refused(declared: Mapping[str, Any], made: ValidationResult) -> Sequence[Finding]:
    """Options as Ansible makes them for the module. Its own words are told where the module has none."""
    read = declared if made.error_messages else as_declared(made.validated_parameters, declared)
    try:
        read_declarations(read["domains"], read["defaults"])
    except ConfigError as wrong:
        return wrong.findings
    return [finding("wrong-value", message) for message in made.error_messages]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {NAME: untemplated(lint_xl_domains)}
