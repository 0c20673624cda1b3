# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter lint_xen_cmdline: what is wrong with the command lines of a host. Documented in lint_xen_cmdline.yml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Callable

from ansible.errors import AnsibleFilterError
from ansible_collections.xlops.xen.plugins.module_utils._config.dom0_kernel_cmdline import examine_kernel
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError, Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_cmdline import examine, words_of
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_releases import Target
from ansible_collections.xlops.xen.plugins.module_utils._config.report import brief
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import MACHINES
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, point_of
from ansible_collections.xlops.xen.plugins.plugin_utils.guests import read_release, wrong_input

NAME = "lint_xen_cmdline"


def lint_xen_cmdline(
    xen: Any,
    release: str = str(NEWEST),
    arch: str = "x86_64",
    xen_words: Sequence[str] = (),
    linux: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """The findings about the hypervisor's words, and about those of the control domain's kernel."""
    if str(arch) not in MACHINES:
        raise AnsibleFilterError(f"{NAME}: Xen runs on {', '.join(MACHINES)}, not on {arch}")
    target = Target(read_release(NAME, release), MACHINES[str(arch)], point_of(str(release)))
    findings: list[Finding] = []
    words: list[str] = []
    for name, value in _parameters(xen).items():
        try:
            words += words_of({name: value})
        except ConfigError as faults:
            findings += faults.findings
    findings += examine([*words, *_words(xen_words, "xen_words")], target)
    findings += examine_kernel(_words(linux, "linux"), target.arch)
    return [brief(finding) for finding in findings]


def _words(given: Any, option: str) -> list[str]:
    if not isinstance(given, (list, tuple)):
        raise AnsibleFilterError(f"{NAME}: {option} is a list of words, not of type {type(given).__name__}")
    return [str(word) for word in given]


def _parameters(given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise wrong_input(NAME, given, "a mapping of parameters by their names")
    return given


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {NAME: lint_xen_cmdline}
