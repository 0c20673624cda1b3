# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import read_config, read_domain_list
from ansible_collections.xlops.xen.tests.unit.transcripts import DATA, stdout

NIL = "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("recording", "expected"),
    [
        ("4.5.0/xl-list-l.txt", [(0, "Domain-0"), (1, "pv1")]),
        ("4.17/xl-list-l.txt", [(0, "Domain-0"), (1, "pv1"), (2, "pvnet")]),
        ("4.17/xl-list-l-dom.txt", [(2, "pvnet")]),
    ],
)
def test_the_domains_of_a_host_are_read(recording: str, expected: list[tuple[int, str]]) -> None:
    assert [(domain.domid, domain.name) for domain in read_domain_list(stdout(recording))] == expected


def test_domain_0_has_the_nil_uuid() -> None:
    assert [domain.uuid for domain in read_domain_list(stdout("4.17/xl-list-l.txt"))] == [
        NIL,
        "c3b9e2b5-8e43-4518-8b8b-05d3c3c4e43d",
        "93862e3b-4492-479e-a3b2-8d891664cdfc",
    ]


def test_a_host_whose_domains_libxl_cannot_read_lists_none() -> None:
    assert read_domain_list("[\n\n]\n") == []


@pytest.mark.parametrize("recording", ["4.5.0/xl-create-n-pv.txt", "4.17/xl-create-n-pv.txt"])
def test_a_dry_run_is_read_with_and_without_its_domid(recording: str) -> None:
    assert read_config(stdout(recording))["c_info"]["name"] == "pv1"


def test_stored_userdata_ends_in_a_nul() -> None:
    stored = (DATA / "4.17/userdata.txt").read_text().split("libxl-json\n")[2].split("==")[0]
    assert read_config(stored.rstrip() + "\0")["c_info"]["name"] == "pv1"


@pytest.mark.parametrize(
    "text", ["", "nonsense", "{}", "3", '[{"domid": 1}]', '[{"domid": true, "config": {}}]', "[" * 100_000]
)
def test_what_is_no_list_of_domains_is_an_error(text: str) -> None:
    with pytest.raises(ConfigError, match="the output of xl list -l cannot be read"):
        read_domain_list(text)


@pytest.mark.parametrize("text", ["", "[]", "null"])
def test_what_is_no_configuration_is_an_error(text: str) -> None:
    with pytest.raises(ConfigError, match="a libxl configuration cannot be read"):
        read_config(text)


def test_a_hostile_c_info_has_no_name() -> None:
    (domain,) = read_domain_list('[{"domid": 1, "config": {"c_info": []}}]')
    assert (domain.name, domain.uuid) == ("", NIL)
