# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation has exactly the options that the modules have."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.xlops.xen.plugins.module_utils._host.config_module import config_spec
from ansible_collections.xlops.xen.plugins.module_utils._host.guest_module import guest_options
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import ENGINE_OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS

ROOT = Path(__file__).resolve().parents[3]
FRAGMENT = ROOT / "plugins/doc_fragments/guest.py"
CHECKED = ("type", "elements", "required", "choices")


@pytest.fixture(scope="module")
def fragment() -> Any:
    return runpy.run_path(str(FRAGMENT))["ModuleDocFragment"]


def facts(options: dict[str, Any], suboptions: str) -> dict[str, Any]:
    return {
        key: {
            **{fact: option[fact] for fact in CHECKED if option.get(fact)},
            **({"options": facts(option[suboptions], suboptions)} if suboptions in option else {}),
        }
        for key, option in options.items()
    }


def test_the_options_of_a_guest_are_documented(fragment: Any) -> None:
    documented = yaml.safe_load(fragment.DOCUMENTATION)["options"]
    assert facts(documented, "suboptions") == facts(guest_options(), "options")


def test_all_guests_and_their_defaults_have_them_too(fragment: Any) -> None:
    documented = yaml.safe_load(fragment.BULK)["options"]
    spec = facts(guest_options(), "options")
    assert facts(documented["domains"]["suboptions"], "suboptions") == spec
    del spec["name"]
    assert facts(documented["defaults"]["suboptions"], "suboptions") == spec


def test_the_configuration_of_a_guest_has_no_engine_keys(fragment: Any) -> None:
    documented = yaml.safe_load(fragment.ALONE)["options"]["guest"]
    assert facts(documented["suboptions"], "suboptions") == facts(config_spec()["guest"]["options"], "options")


def test_each_description_is_that_of_its_row(fragment: Any) -> None:
    documented = yaml.safe_load(fragment.DOCUMENTATION)["options"]
    for key, option in {**OPTIONS, **ENGINE_OPTIONS}.items():
        assert documented[key]["description"][0] == option.description, (
            f"{key}: run tests/tools/guest_options_doc.py > plugins/doc_fragments/guest.py"
        )
