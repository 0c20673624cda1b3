# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter to_vars_yaml: variables as YAML of which Ansible runs nothing. Documented in to_vars_yaml.yml."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.yaml_text import yaml_text
from ansible_collections.xlops.xen.plugins.plugin_utils.guests import plain_data, wrong_input

NAME = "to_vars_yaml"
SCALARS = (str, bool, int, float, type(None))


def to_vars_yaml(variables: Any) -> str:
    given = plain_data(variables)
    if not isinstance(given, dict) or not _is_plain(given):
        raise wrong_input(NAME, variables, "a mapping of variables: texts, numbers, booleans, lists and mappings")
    return yaml_text(given)


def _is_plain(value: Any) -> bool:
    if isinstance(value, (Mapping, list)):
        return all(_is_plain(one) for one in (value.values() if isinstance(value, Mapping) else value))
    return isinstance(value, SCALARS)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {NAME: to_vars_yaml}
