# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter lint_xen_settings: what is wrong with settings of the toolstack. Documented in lint_xen_settings.yml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

from ansible.errors import AnsibleFilterError
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.report import brief
from ansible_collections.xlops.xen.plugins.module_utils._config.toolstack_settings import settled
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_settings import SETTINGS
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_units import DEBIAN, SYSV, UPSTREAM
from ansible_collections.xlops.xen.plugins.plugin_utils.guests import read_release, wrong_input

NAME = "lint_xen_settings"

ORIGINS = (UPSTREAM, DEBIAN, SYSV)


def lint_xen_settings(
    settings: Any, file: str, release: str = str(NEWEST), origin: str = UPSTREAM
) -> list[dict[str, Any]]:
    """The findings about the keys and values of one file."""
    if not isinstance(settings, Mapping):
        raise wrong_input(NAME, settings, "a mapping of settings by their keys")
    _demand(file, SETTINGS, "a file of settings")
    _demand(origin, ORIGINS, "an origin")
    try:
        settled(file, settings, read_release(NAME, release), origin)
    except ConfigError as faults:
        return [brief(finding) for finding in faults.findings]
    return []


def _demand(word: Any, known: Any, what: str) -> None:
    if word not in tuple(known):
        raise AnsibleFilterError(f"{NAME}: {what} is one of {', '.join(known)}, not {word}")


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"lint_xen_settings": lint_xen_settings}
