# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter lint_xl_cfg: what is wrong with guests, before any host is asked. Documented in lint_xl_cfg.yml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

from ansible_collections.xlops.xen.plugins.module_utils._config.lint import Linted, lint_text, lint_together
from ansible_collections.xlops.xen.plugins.module_utils._config.report import plain
from ansible_collections.xlops.xen.plugins.module_utils._plan.lint import lint_declaration
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release
from ansible_collections.xlops.xen.plugins.plugin_utils.guests import read_release, untemplated, wrong_input

NAME = "lint_xl_cfg"


def lint_xl_cfg(guests: Any, release: str = str(NEWEST), filename: str = "") -> list[dict[str, Any]]:
    """The findings about a guest, or about several of one host."""
    target = read_release(NAME, release)
    given = guests if isinstance(guests, list) else [guests]
    return [plain(finding) for finding in lint_together([_linted(guest, target, filename) for guest in given])]


def _linted(guest: Any, release: Release, filename: str) -> Linted:
    if isinstance(guest, str):
        return lint_text(guest, release, filename)
    if isinstance(guest, Mapping):
        return lint_declaration(guest, None, release)
    raise wrong_input(NAME, guest, "the text of an xl.cfg, a mapping of its keys, or a list of these")


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {NAME: untemplated(lint_xl_cfg)}
