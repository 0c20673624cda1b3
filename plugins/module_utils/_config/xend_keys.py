# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that xl never had and xend did: they are no typos of others, and there is a converter for them."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.syntax import CONVERT
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_options import XM_OPTIONS, XmOption


def advised(finding: Finding) -> Finding:
    """The finding, with what became of the key instead of a key that looks alike."""
    option = XM_OPTIONS.get(finding.key or "")
    if finding.rule != "unknown-key" or option is None:
        return finding
    message = "it is a key of xend, there is no such option of xl, and xl would ignore it without a word"
    return replace(finding, message=message, remedy=f"{_successor(option)}; {CONVERT}")


def _successor(option: XmOption) -> str:
    """What xl has in its place, and what else there is to know."""
    instead = f"xl has {option.to} in its place" if option.to else "xl has nothing of the kind"
    return f"{instead} ({option.why})" if option.why else instead
