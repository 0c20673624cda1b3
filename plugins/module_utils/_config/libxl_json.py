# SPDX-License-Identifier: GPL-3.0-or-later
"""libxl's JSON, as ``xl list -l``, ``xl -N create`` and the stored userdata have it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, ConfigError, Finding, shown

Json = dict[str, Any]

DEEPEST = 32


@dataclass(frozen=True)
class ListedDomain:
    """One domain of ``xl list -l``. ``config`` is a libxl_domain_config as far as libxl knows it."""

    domid: int
    config: Json

    @property
    def name(self) -> str:
        return str(self._c_info().get("name", ""))

    @property
    def uuid(self) -> str:
        """Lower case, dashed; of Domain-0, whose stub has none, the nil UUID."""
        return str(self._c_info().get("uuid", "00000000-0000-0000-0000-000000000000")).lower()

    def _c_info(self) -> Json:
        c_info = self.config.get("c_info")
        return c_info if isinstance(c_info, dict) else {}


LISTING, CONFIGURATION = "the output of xl list -l", "a libxl configuration"


def read_domain_list(text: str) -> list[ListedDomain]:
    """What ``xl list -l`` printed. An entry that is no domain is an error: half a list is none."""
    return domains_of(read_json(text, LISTING))


def domains_of(listed: Any) -> list[ListedDomain]:
    """The domains of what ``xl list -l`` printed, already read as JSON."""
    if not isinstance(listed, list):
        raise _unreadable(LISTING, "it is not a list")
    return [_listed_domain(entry) for entry in listed]


def _listed_domain(entry: Any) -> ListedDomain:
    domid = entry.get("domid") if isinstance(entry, dict) else None
    if isinstance(domid, int) and not isinstance(domid, bool) and isinstance(entry.get("config"), dict):
        return ListedDomain(domid, entry["config"])
    raise _unreadable(LISTING, f"{shown(entry)} is no domain")


def read_config(text: str) -> Json:
    """One libxl_domain_config: from a dry run, bare or beside its domid, or from a userdata file with its final NUL."""
    return config_of(read_json(text, CONFIGURATION))


def config_of(found: Any) -> Json:
    """The libxl_domain_config in what was already read as JSON."""
    if isinstance(found, dict) and "domid" in found and isinstance(found.get("config"), dict):
        found = found["config"]
    if not isinstance(found, dict):
        raise _unreadable(CONFIGURATION, "it is not an object")
    if _nested(found, DEEPEST):
        raise _unreadable(CONFIGURATION, f"it is nested more than {DEEPEST} times, which libxl never does")
    return found


def _nested(value: Any, levels: int) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(levels == 0 or _nested(part, levels - 1) for part in parts)


def read_json(text: str, what: str) -> Any:
    """A text that libxl wrote. ``what`` names it in the error."""
    try:
        return json.loads(text.rstrip("\0 \t\r\n"))
    except (ValueError, RecursionError) as error:
        raise _unreadable(what, f"it is not JSON ({error})") from None


def _unreadable(what: str, why: str) -> ConfigError:
    return ConfigError([Finding(ERROR, f"{what} cannot be read: {why}")])
