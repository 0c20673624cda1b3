# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a user declared to the model: every value in its normal form, everything wrong said at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.checks import Check
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError, Finding, errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.examination import CHECKS, Examination
from ansible_collections.xlops.xen.plugins.module_utils._config.secrets import untold
from ansible_collections.xlops.xen.plugins.module_utils._config.vnuma import vcpus_of_nodes
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Model = dict[str, Any]


def normalise(declaration: Mapping[str, Any], release: Release | None = None) -> Model:
    """The model of a declaration, or a ConfigError with every reason why there is none.

    The declaration holds xl.cfg keys alone; a key whose value is None counts as not declared.
    Without a release only what no release can do is wrong.
    """
    model, findings = examine(declaration, release)
    if errors_in(findings):
        raise ConfigError(errors_in(findings))
    return model


def examine(
    declaration: Mapping[str, Any],
    release: Release | None = None,
    others: Sequence[str] = (),
    checks: Sequence[Check] = CHECKS,
) -> tuple[Model, list[Finding]]:
    """The model as far as it can be made, and everything there is to say about the declaration.

    ``others`` are words that may be meant by an unknown key beside those of xl.
    """
    examination = Examination(untold(declaration), release, others, checks)
    model = examination.run()
    return _settled(model), examination.findings


def _settled(model: Model) -> Model:
    """One way to say each thing: root and extra become cmdline, and nothing is left that xl would guess or lose.

    xl drops the pins of a file that has neither vcpus nor maxvcpus (and overruns its memory), takes the number of
    vcpus of vnuma nodes from them only as far as the host has CPUs, and forgets a USB device without a type.
    """
    root, extra = model.pop("root", None), model.pop("extra", None)
    if "cmdline" not in model and (root is not None or extra is not None):
        parts = ([f"root={root}"] if root is not None else []) + ([extra] if extra is not None else [])
        model["cmdline"] = " ".join(parts)
    if model.get("vnuma") and "maxvcpus" not in model and all("vcpus" in node for node in model["vnuma"]):
        model["maxvcpus"] = len(vcpus_of_nodes(model["vnuma"]))
    for device in model.get("usbdev", ()):
        device.setdefault("type", "hostdev")
    if ("cpus" in model or "cpus_soft" in model) and "vcpus" not in model and "maxvcpus" not in model:
        model["vcpus"] = 1
    return {key: model[key] for key in OPTIONS if key in model}
