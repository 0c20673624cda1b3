# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of the configurations of the recorded guests, and how one of them is staged."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import read_domain_list
from ansible_collections.xlops.xen.plugins.module_utils._plan.configuration import (
    JSON,
    XL_CFG,
    compared,
    export_text,
    next_boot,
    page,
    reading,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import Declaration
from ansible_collections.xlops.xen.plugins.module_utils._plan.document import Document, read_document
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import ConfigFile, Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.staging import (
    absence,
    as_declaration,
    of_guest,
    reboot_warnings,
    staging,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.steps import Step
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.unit.transcripts import stdout

XEN = Release(4, 17)
FILE = ConfigFile("/etc/xen/pvnet.cfg", "")
LISTED = {one.name: one for one in read_domain_list(stdout("4.17/xl-list-l.txt"))}


def domain(name: str = "pvnet", state: str = "-b----", **more: Any) -> Domain:
    listed = LISTED[name]
    return Domain(listed.domid, name, listed.uuid, state, 192, listed.config, **more)


def seen(*domains: Domain, **more: Any) -> Observation:
    return Observation(XEN, machine_id="0" * 32, domains=domains, **{"workers": {"pvnet": 77}, **more})


def declared(**change: Any) -> Declaration:
    keys = reading(domain(), None, seen())[0]["guest"]
    return as_declaration(of_guest(Document({**keys, **change}), "pvnet"), "pvnet", XEN)


def test_a_guest_is_read_with_what_was_stored_and_what_is_staged() -> None:
    stored = json.dumps(LISTED["pvnet"].config).replace("196608", "98304") + "\n\0"
    text = export_text(domain(), XL_CFG, seen())[0].replace("memory = 192", "memory = 256")
    report, warnings = reading(domain(staged=text), stored, seen())
    assert warnings == []
    assert [one["key"] for one in report["live_changes"]] == ["memory"]
    assert [(one["key"], one["after"]) for one in report["next_boot"]] == [("memory", 256)]
    assert (report["staged"], report["unsaid"]) == (True, [])


def test_what_cannot_be_read_is_said_and_not_taken_for_nothing() -> None:
    report, warnings = reading(domain(staged="memory = ("), "{", seen())
    assert (report["stored"], report["live_changes"], report["staged"], report["next_boot"]) == (None, None, True, None)
    assert ["cannot be read" in warning and warning.startswith("guest pvnet: ") for warning in warnings] == [True, True]


@pytest.mark.parametrize("form", [JSON, XL_CFG])
def test_an_export_means_the_guest(form: str) -> None:
    text, warnings = export_text(domain(), form, seen())
    assert warnings == []
    assert compared(read_document(text), domain(), seen()) == []


def test_the_control_domain_has_no_file() -> None:
    with pytest.raises(ConfigError, match="control domain"):
        export_text(domain("Domain-0"), XL_CFG, seen())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('name = "a"\nvfb = [ "vnc=1,vncpasswd=hunter2" ]\n', ["vncpasswd=(secret)"]),
        (json.dumps({"c_info": {}, "vfbs": [{"vnc": {"passwd": "hunter2"}}]}), ['"passwd": "(secret)"']),
        ("{", ["no guest's configuration"]),
    ],
)
def test_a_page_shows_no_passwords(text: str, words: list[str]) -> None:
    shown = page(text, XEN)
    assert all(word in shown for word in words)
    assert "hunter2" not in shown


def test_the_next_boot_is_what_is_staged_or_else_what_runs() -> None:
    assert "memory = 192" in next_boot(domain(), seen())
    assert next_boot(domain(staged='name = "pvnet"\nmemory = 7\n'), seen()) == 'name = "pvnet"\nmemory = 7\n'


def test_staging_touches_nothing_but_the_next_boot() -> None:
    plan = staging(declared(memory=256), seen(domain()))
    assert (plan.steps, plan.error) == ((Step.STAGE,), "")
    assert staging(declared(memory=256), seen(domain(staged=plan.text))).steps == ()
    assert staging(declared(), seen(domain())).steps == ()
    assert staging(declared(), seen(domain(staged="memory = 3"))).steps == (Step.STAGE,)


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (seen(workers={}), ["no such guest"]),
        (seen(files={"pvnet": FILE}, workers={}), ["not running", "/etc/xen/pvnet.cfg"]),
        (seen(domain(state="---s--"), workers={}), ["has shut down and was kept", "restore"]),
        (seen(), ["is rebooting", "process 77"]),
        (seen(replace(domain(), config=None)), ["it is being built"]),
    ],
    ids=range(5),
)
def test_a_guest_without_a_next_boot_is_not_staged(there: Observation, words: list[str]) -> None:
    plan = staging(declared(), there)
    assert plan.steps == ()
    assert all(word in plan.error for word in words), plan.error


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    assert "did you mean pvnet?" in absence("pvnot", seen(domain()))
    assert "see xl list" in absence("elsewhere", seen(domain()))


def test_a_guest_that_does_not_come_back_is_warned_about() -> None:
    assert reboot_warnings(domain(), seen()) == []
    config = {key: value for key, value in LISTED["pvnet"].config.items() if key != "on_reboot"}
    warnings = reboot_warnings(replace(domain(), config=config), seen(workers={}))
    assert ["on_reboot is destroy" in warnings[0], "no xl process" in warnings[1]] == [True, True]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Document({"name": "other"}), ["pvnet", "describes", "other"]),
        (Document(config={"c_info": {"name": "other"}}), ["describes", "other"]),
        (Document({"vncpasswd": "(secret)"}), ["vncpasswd", "was not shown"]),
        (Document(config={"vfbs": [{"vnc": {"passwd": "(secret)"}}]}), ["vfb[0].vncpasswd", "was not shown"]),
    ],
    ids=range(4),
)
def test_a_configuration_that_is_not_this_guests_is_refused(given: Document, words: list[str]) -> None:
    with pytest.raises(ConfigError) as refusal:
        of_guest(given, "pvnet")
    assert all(word in str(refusal.value) for word in words), str(refusal.value)


def test_a_name_need_not_be_repeated() -> None:
    assert of_guest(Document({"memory": 3}), "pvnet").keys == {"memory": 3, "name": "pvnet"}
    odd: tuple[Any, ...] = ({}, [])
    for c_info in odd:
        config = {"c_info": c_info, "b_info": {"kernel": "/k"}}
        assert as_declaration(of_guest(Document(config=config), "pvnet"), "pvnet", XEN).name == "pvnet"
