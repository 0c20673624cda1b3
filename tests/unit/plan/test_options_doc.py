# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation has exactly the options that the modules have."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import yaml
from ansible_collections.xlops.xen.plugins.module_utils._host.config_module import config_spec
from ansible_collections.xlops.xen.plugins.module_utils._host.guest_module import guest_options
from ansible_collections.xlops.xen.plugins.module_utils._plan.engine_options import ENGINE_OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.filled import DEFAULTS
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.tests.tools import guest_options_doc, option_matrix
from ansible_collections.xlops.xen.tests.unit.transcripts import DATA

FRAGMENT = guest_options_doc.FRAGMENT
CHECKED = ("type", "elements", "required", "choices")

# "Default: C(raw), and C(empty) for a cdrom without I(target)." What follows a comma is for some guests only.
DEFAULT = re.compile(r"(?:In \w+\. )?Default: (?P<words>(?:C\((?P<value>[^)]*)\)(?=[.,]))?.*)\.", re.DOTALL)

# What is no one value, and so stands in words alone, by what it depends on.
IN_WORDS = {
    "another option, or the type of the guest": """
        passthrough maxvcpus maxmem shadow_memory videoram e820_host rdm vnc altp2m_count nr_spis
        disk.discard disk.grant_usage p9.tag p9.path vif.type vfb.vnc virtio.grant_usage
        channel.path pci.permissive pci.msitranslate pci.seize pci.power_mgmt pci.rdm_policy
    """,
    "the processor's architecture": "trap_unmapped_accesses",
    "xl.conf": """
        bootloader_restrict max_grant_frames max_maptrack_frames max_grant_version
        vif.bridge vif.script vif.backend vif.gatewaydev
    """,
    "the hypervisor, its scheduler, and the host": """
        period slice latency extratime llc_colors cpuid gic_version xenstore_feature_mask xenstore_quota cpus cpus_soft
    """,
    "where programs and images were installed, and what they do by themselves": """
        firmware bios_path_override firmware_override pvshim_path smbios device_model_override bootloader_user
        stubdomain_kernel stubdomain_cmdline stubdomain_ramdisk p9.max_space p9.max_files p9.max_open_files
        spicehost spice_image_compression spice_streaming_video mmio_hole display xauthority vfb.display vfb.xauthority
    """,
    "what is chosen when the guest is created": """
        uuid vtpm.uuid vif.mac vif.vifname vif.devid vif.rate pci.vslot disk.backendtype
        usbctrl usbdev.controller usbdev.port
    """,
    "what is so already": "autostart autostart_by protect",
}


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


@pytest.fixture(scope="module")
def defaults(fragment: Any) -> dict[str, re.Match[str]]:
    """The documented default of each option that has one."""
    described = named(yaml.safe_load(fragment.DOCUMENTATION)["options"])
    found = {name: next(filter(None, map(DEFAULT.fullmatch, lines)), None) for name, lines in described}
    return {name: match for name, match in found.items() if match and match["words"] != "none"}


def named(options: dict[str, Any], above: str = "") -> Iterator[tuple[str, list[str]]]:
    for key, option in options.items():
        yield f"{above}{key}", option["description"]
        yield from named(option.get("suboptions", {}), f"{above}{key}.")


def implied(rows: Iterable[Option], above: str = "") -> dict[str, Any]:
    """What a row says of itself to be taken where its key is absent."""
    found = {}
    for row in rows:
        if row.implied not in (None, ()):
            found[f"{above}{row.key}"] = row.implied
        found.update(implied(row.current_fields.values(), f"{above}{row.key}."))
    return found


def test_defaults_are_documented_as_they_are(defaults: dict[str, re.Match[str]]) -> None:
    documented = {name: match["value"] for name, match in defaults.items() if match["value"] is not None}
    known = {**json.loads((DATA / "facts/defaults.json").read_text()), **implied(ENGINE_OPTIONS.values())}
    assert documented == {name: as_text(value) for name, value in known.items()}


def as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_the_code_has_defaults_as_they_are() -> None:
    known = json.loads((DATA / "facts/defaults.json").read_text())
    acted_on = {**DEFAULTS, **implied(OPTIONS.values())}
    assert len(acted_on) > len(DEFAULTS)
    assert {name: known.get(name) for name in acted_on} == acted_on


def test_it_is_known_why_other_defaults_stand_in_words(defaults: dict[str, re.Match[str]]) -> None:
    in_words = [name for names in IN_WORDS.values() for name in names.split()]
    assert sorted(in_words) == sorted(name for name, match in defaults.items() if match["value"] is None)


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
