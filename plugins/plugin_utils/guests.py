# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the filters about guests have in common: plain data out of Ansible's, one clear sentence for what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, Callable

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import (
    ConfigError,
    Finding,
    Untold,
    errors_in,
    first_of,
    shown,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.document import Described, read_document
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release, known_release
from jinja2 import Undefined


def plain_data(value: Any) -> Any:
    """Plain Python out of what Ansible hands to a filter: tagged, lazy, unsafe and vaulted values alike."""
    if isinstance(value, Mapping):
        return {str(key): plain_data(one) for key, one in value.items()}
    if isinstance(value, str) or hasattr(value, "__ENCRYPTED__") or type(value).__name__ == "EncryptedString":
        return str(value)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [plain_data(one) for one in value]
    return value


def untemplated(a_filter: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, of whose result Ansible makes no template, whichever variable comes to hold it: what is in guests'
    files was written by others. Before ansible-core 2.19 that has to be said.
    """

    @wraps(a_filter)
    def filtered(*args: Any, **kwargs: Any) -> Any:
        return wrap_var(a_filter(*args, **kwargs))

    return filtered


@contextmanager
def in_one_sentence(name: str) -> Iterator[None]:
    """Run a block of the filter of this name; what is wrong with a guest becomes the filter's error."""
    try:
        yield
    except ConfigError as wrong:
        raise AnsibleFilterError(f"{name}: {' '.join(first_of(wrong.findings))}") from None


def read_release(name: str, release: Any) -> Release:
    """The release that a filter was given, or the newest."""
    if release is None:
        return NEWEST
    try:
        return known_release(str(release))
    except ValueError as wrong:
        raise AnsibleFilterError(f"{name}: {wrong}.") from None


def wrong_input(name: str, value: Any, takes: str) -> AnsibleFilterError:
    """What to raise where a filter is given what it cannot take. That may be a whole guest, with its passwords."""
    told = Untold(value) if isinstance(value, (str, Mapping, list, tuple)) else value
    given = "an undefined value" if isinstance(value, Undefined) else shown(told)
    return AnsibleFilterError(f"{name}: {given} is not what the filter takes, which is {takes}.")


def described(value: Any, release: Release) -> Described:
    """A guest in any form, as xl of the release sees it. Findings that are errors are a ConfigError."""
    guest = read_document(plain_data(value)).described(release)
    if errors_in(guest.findings) and not guest.observed:
        raise ConfigError(errors_in(guest.findings))
    return guest


def finding_report(finding: Finding) -> dict[str, Any]:
    """A finding as plain data."""
    return {
        "severity": finding.severity,
        "message": str(finding),
        "key": finding.key,
        "line": finding.line,
        "column": finding.column,
        "remedy": finding.remedy,
    }
