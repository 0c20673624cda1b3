# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file that somebody else wrote is read as what it says, and written anew it says the same."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.compare import json_differences
from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import read_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.unit.config.respelling import respelled
from hypothesis import given

HOST = HostFacts(max_cpus=8, nodes=((0, 1, 2, 3), (4, 5, 6, 7)))


@given(respelled())
def test_other_spellings_say_the_same(case: tuple[Release, Model, str]) -> None:
    release, model, text = case
    read, findings = read_xl_cfg(text, release=release)
    assert [str(finding) for finding in findings if finding.severity == "error"] == []
    config = canonical(model, release, HOST)
    assert json_differences(config, canonical(read, release, HOST)) == []
    again, _findings = read_xl_cfg(to_xl_cfg(read, release), release=release)
    assert json_differences(config, canonical(again, release, HOST)) == []
