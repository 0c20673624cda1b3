# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation has exactly the options that the modules have."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible_collections.xlops.xen.plugins.module_utils._host.config_module import config_spec
from ansible_collections.xlops.xen.plugins.module_utils._host.guest_module import guest_options
from ansible_collections.xlops.xen.tests.tools import guest_options_doc, option_matrix

FRAGMENT = guest_options_doc.FRAGMENT
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


def test_what_the_rows_know_stands_in_the_descriptions() -> None:
    source = FRAGMENT.read_text()
    assert guest_options_doc.completed(source) == source, "run tests/tools/guest_options_doc.py"


def test_each_description_is_made_of_sentences(fragment: Any) -> None:
    for name, description in descriptions(yaml.safe_load(fragment.DOCUMENTATION)["options"]):
        assert all(paragraph.endswith(".") for paragraph in description), name
        assert not description[0].startswith(guest_options_doc.DEFAULT), name


def descriptions(options: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for key, option in options.items():
        yield key, option["description"]
        yield from descriptions(option.get("suboptions", {}))


def test_a_row_without_words_is_refused() -> None:
    source = FRAGMENT.read_text().replace("\nmemory:\n", "\nmemorial:\n", 1)
    with pytest.raises(guest_options_doc.NoWords, match="memory"):
        guest_options_doc.completed(source)


def test_facts_are_those_of_the_row_and_words_stay() -> None:
    source = FRAGMENT.read_text()
    outdated = source.replace("C(pvh) needs Xen 4.10 or later.", "C(pvh) needs Xen 4.6 or later.", 1)
    assert outdated != source
    assert guest_options_doc.completed(outdated) == source
    reworded = source.replace("Name of the guest, unique on the host.", "What it is called.")
    assert guest_options_doc.completed(reworded) == reworded


def test_the_configuration_of_a_guest_has_no_engine_keys(fragment: Any) -> None:
    documented = yaml.safe_load(fragment.ALONE)["options"]["guest"]
    assert facts(documented["suboptions"], "suboptions") == facts(config_spec()["guest"]["options"], "options")


def test_the_matrix_of_options_is_as_rows_and_scenarios_are() -> None:
    page = option_matrix.PAGE.read_text()
    assert page == option_matrix.renewed(page), "run tests/tools/option_matrix.py"
    assert "| `cpus` | all | all | **live** | host (pv), xl, simulated |" in page
