# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter to_vars_yaml: variables as YAML of which Ansible runs nothing. Documented in to_vars_yaml.yml."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.yaml_text import yaml_text
from ansible_collections.xlops.xen.plugins.plugin_utils.guests import plain_data, untemplated, wrong_input

NAME = "to_vars_yaml"
SCALARS = (str, bool, int, float, type(None))
REMEDY = "a file of variables has texts, numbers and booleans, in lists and in mappings by text"


def to_vars_yaml(variables: Any) -> str:
    if not isinstance(variables, Mapping):
        raise wrong_input(NAME, variables, "a mapping of variables")
    for what in _unfit(variables, "the mapping"):
        raise AnsibleFilterError(f"{NAME}: {what}; {REMEDY}.")
    return yaml_text(plain_data(variables))


def _unfit(value: Any, place: str) -> Iterator[str]:
    """What cannot be written so that it is read as the same."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            if isinstance(key, str):
                yield from _unfit(one, str(key) if place == "the mapping" else f"{place}.{key}")
            else:
                yield f"{place} has the key {shown(key)}, which is no text"
    elif isinstance(value, (list, tuple)):
        for index, one in enumerate(value):
            yield from _unfit(one, f"{place}[{index}]")
    else:
        plain = plain_data(value)
        if not isinstance(plain, SCALARS):
            yield f"{place} is a {type(plain).__name__}"
        elif isinstance(plain, float) and not isfinite(plain):
            yield f"{place} is {plain}"


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {NAME: untemplated(to_vars_yaml)}
