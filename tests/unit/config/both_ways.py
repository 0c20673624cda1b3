# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is different between a model and what xl made of its file, forwards and backwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.compare import json_differences
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.from_libxl import from_libxl, unsaid
from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import guest_type
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._config.rule_words import NOT_CREATED, XL
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Model = Mapping[str, Any]


def faults_of(model: Model, config: dict[str, Any], release: Release, host: HostFacts) -> list[str]:
    """Where the JSON that xl printed is not the one that the model makes, or else does not survive being read back."""
    forwards = json_differences(canonical(model, release, host), config)
    return forwards or [f"read back: {fault}" for fault in _faults_of_reading(model, config, release, host)]


def _faults_of_reading(model: Model, config: dict[str, Any], release: Release, host: HostFacts) -> list[str]:
    again, findings = from_libxl(config, release, host)
    lost = [f"{path} is unsaid" for path in unsaid(config, again, release, host)]
    changed = json_differences(config, canonical(again, release, host))
    excused = tuple(_idle_places(model))
    if "cpuid" in model and "cpuid" not in again:  # bits of model specific registers that have no name
        excused += ("b_info.cpuid",)
    # A dry run also prints guests that would not be created.
    refused = [str(finding) for finding in errors_in(findings) if XL[finding.rule] != NOT_CREATED]
    return refused + [fault for fault in (*lost, *changed) if not fault.startswith(excused)]


def _idle_places(model: Model) -> Iterator[str]:
    """Where keys without an effect on the guest's type stand. Nobody needs them back."""
    for key in (key for key in model if guest_type(model) not in OPTIONS[key].guests):
        yield from (".".join(place.path) for place in OPTIONS[key].places)
        yield from ["vkbs"] if key == "vfb" else []
