# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of xen_build, role variables among it, says what the rows and the argument spec say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from ansible_collections.xlops.xen.plugins.doc_fragments.configure import ModuleDocFragment
from ansible_collections.xlops.xen.plugins.module_utils._schema.build_spec import build_argument_spec
from ansible_collections.xlops.xen.plugins.module_utils._schema.configure_options import CONFIGURE_OPTIONS

ROLE = Path(__file__).resolve().parents[3] / "roles/xen_source"
SUBOPTIONS: dict[str, Any] = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]["options"]["suboptions"]


def test_every_option_of_configure_says_which_releases_have_it() -> None:
    assert list(SUBOPTIONS) == list(CONFIGURE_OPTIONS)
    for name, option in CONFIGURE_OPTIONS.items():
        text = SUBOPTIONS[name]["description"]
        lifetime = option.lifetime
        expected = f"{lifetime[0].upper()}{lifetime[1:]}." if lifetime else ""
        assert "".join(text).endswith(expected), name
        assert ("Xen 4." in "".join(text)) == bool(lifetime), name


def test_every_parameter_can_be_given_through_the_role() -> None:
    (task,) = [one for one in yaml.safe_load((ROLE / "tasks/main.yml").read_text()) if "xlops.xen.xen_build" in one]
    assert set(task["xlops.xen.xen_build"]) == set(build_argument_spec())
    assert all(f"xen_source_{name}" in str(value) for name, value in task["xlops.xen.xen_build"].items())
