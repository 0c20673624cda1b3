# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cache monitoring and allocation against the stand-in: the module xl_psr, and what the info modules tell."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.tests.contract.units import by_unit, with_systemd

ALL = {"cmt": True, "l3": "0xfffff", "l2": "0xff", "mba": 90}
DISABLED = "xl psr-cmt-show failed with code 255: CMT is disabled in the system"


@pytest.fixture
def host(bench: Any) -> Any:
    bench.set(psr=ALL)
    return with_systemd(bench)


def changing(host: Any) -> list[str]:
    return [" ".join(call) for call in host.acts() if call[0].startswith("psr-")]


def dom0(**keys: Any) -> dict[str, Any]:
    return {"domains": [{"name": "Domain-0", **keys}]}


@pytest.mark.parametrize(
    ("release", "psr", "order", "commands"),
    [
        ("4.5.0", {"cmt": True}, dom0(monitored=True), ["psr-cmt-attach 0"]),
        ("4.17.5", ALL, dom0(monitored=True), ["psr-cmt-attach 0"]),
        ("4.6.0", ALL, dom0(caches=[{"mask": "0x3f"}]), ["psr-cat-cbm-set -s 0 0 0x3f"]),
        ("4.17.5", ALL, dom0(caches=[{"mask": "0x3f", "sockets": [0]}]), ["psr-cat-set -s 0 0 0x3f"]),
        ("4.17.5", ALL, dom0(caches=[{"mask": "0xf", "level": 2}]), ["psr-cat-set -s 0 -l 2 0 0xf"]),
        (
            "4.17.5",
            {**ALL, "cdp": True},
            dom0(caches=[{"mask": "0x3f"}]),
            ["psr-cat-set -s 0 -c 0 0x3f", "psr-cat-set -s 0 -d 0 0x3f"],
        ),
        (
            "4.17.5",
            {**ALL, "cdp": True},
            dom0(caches=[{"mask": "0x3f", "part": "data"}]),
            ["psr-cat-set -s 0 -d 0 0x3f"],
        ),
        ("4.17.5", ALL, dom0(bandwidth=[{"throttle": 50}]), ["psr-mba-set -s 0 0 50"]),
    ],
)
def test_it_is_set_once(
    host: Any, release: str, psr: dict[str, Any], order: dict[str, Any], commands: list[str]
) -> None:
    host.set(release=release, psr=psr)
    foreseen = host.run("xl_psr", check=True, **order)
    assert (changing(host), host.unit_files()) == ([], {})
    made = host.run("xl_psr", **order)
    assert changing(host) == commands
    assert foreseen == made | {"invocation": foreseen["invocation"]}
    assert made["changed"]
    assert not host.run("xl_psr", **order)["changed"]
    host.change("Domain-0", monitored=False, masks={}, throttle=0)
    assert set(host.reboot().values()) == {"active"}
    assert not host.run("xl_psr", check=True, **order)["changed"]


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (
            dom0(monitored=True),
            f"the hypervisor has no cache monitoring: {DISABLED} (Xen 4.17); boot it with psr=cmt:1",
        ),
        (dom0(caches=[{"mask": "0x3"}]), "the hypervisor has no allocation of the L3 cache: xl psr-cat-show failed"),
        (dom0(bandwidth=[{"throttle": 10}]), "the hypervisor has no allocation of memory bandwidth"),
        (dom0(caches=[{"mask": "0x5"}]), "is no mask of a cache"),
        (dom0(caches=[{"mask": "most"}]), "is no mask of a cache"),
    ],
)
def test_what_the_host_lacks_is_said_before_anything_is_done(host: Any, order: dict[str, Any], message: str) -> None:
    host.set(psr={})
    for check in (True, False):
        assert message in host.run("xl_psr", check=check, **order)["msg"]
    assert (changing(host), host.unit_files()) == ([], {})


@pytest.mark.parametrize(
    ("release", "order", "message"),
    [
        ("4.5.0", dom0(caches=[{"mask": "0x3"}]), "allocation of the L3 cache is there from Xen 4.6 on"),
        ("4.10.0", dom0(bandwidth=[{"throttle": 10}]), "allocation of memory bandwidth is there from Xen 4.11 on"),
        ("4.17.5", dom0(caches=[{"mask": "0x1fffff"}]), "0x1fffff is more than the cache of socket 0 has"),
        ("4.17.5", dom0(caches=[{"mask": "all", "sockets": [1]}]), "there is no socket 1"),
        ("4.17.5", dom0(caches=[{"mask": "0x3", "part": "code"}]), "boot the hypervisor with psr=cdp:1"),
        ("4.17.5", {"domains": [{"name": "nobody", "monitored": True}]}, "there is no such domain"),
    ],
)
def test_what_cannot_be_is_refused(host: Any, release: str, order: dict[str, Any], message: str) -> None:
    host.set(release=release)
    assert message in host.run("xl_psr", **order)["msg"]
    assert changing(host) == []


def test_what_has_no_effect_is_undone(host: Any) -> None:
    failed = host.run("xl_psr", **dom0(monitored=True, bandwidth=[{"throttle": 45}]))
    assert 'domain "Domain-0" has mba-0 40 instead of 45' in failed["msg"]
    assert failed["msg"].endswith("What was done was undone")
    assert changing(host)[-1] == "psr-cmt-detach 0"
    assert host.unit_files() == {}


def test_a_guest_is_told_again_by_its_unit(host: Any) -> None:
    host.domains(by_unit(host))
    order = {"domains": [{"name": "web1", "monitored": True, "caches": [{"mask": "0x3f"}]}]}
    host.run("xl_psr", **order)
    host.domains(by_unit(host, memory=128, restart="allowed"))
    assert not host.run("xl_psr", check=True, **order)["changed"]
    assert host.run("xl_psr", domains=[{"name": "web1", "monitored": False}])["changed"]
    text = host.unit_files()["xen-guest@web1.service.d/60-xlops-shares.conf"][0]
    assert ("psr-cmt-attach" in text, "psr-cat-set" in text) == (False, True)


def test_the_host_tells_what_it_has_when_asked(host: Any) -> None:
    host.run("xl_psr", **dom0(monitored=True))
    host.calls()
    assert host.run("xl_host_info")["host"]["psr"] is None
    assert len(host.calls()) == 4
    found = host.run("xl_host_info", psr=True)["host"]["psr"]
    assert len(host.calls()) == 6
    assert found["cmt"] == {"enabled": True, "total_rmid": 63, "monitor_types": ["cache-occupancy"]}
    assert found["l3"][0]["default_cbm"] == "0xfffff"
    assert found["mba"][0]["maximum_throttling_value"] == 90
    assert found["measured"] == {"cache-occupancy": {"0": {"0": 2048}}}
    assert found["said"] is None


def test_a_host_without_says_so(any_bench: Any) -> None:
    found = any_bench.run("xl_host_info", psr=True)["host"]["psr"]
    assert (found["cmt"]["enabled"], found["l3"], found["measured"]) == (False, [], {})
    assert "not supported in this system" in found["said"] or found["said"] == DISABLED


def test_guests_tell_what_they_have_when_asked(host: Any) -> None:
    host.domains(host.guest(), host.guest("off", state="stopped"))
    host.run("xl_psr", domains=[{"name": "web1", "monitored": True, "caches": [{"mask": "0x3f"}]}])
    host.calls()
    assert host.run("xl_domain_info")["domains"]["web1"]["psr"] is None
    plain = len(host.calls())
    found = host.run("xl_domain_info", psr=True)["domains"]
    assert len(host.calls()) == plain + 4
    assert found["off"]["psr"] is None
    assert found["web1"]["psr"] == {
        "monitored": True,
        "cache_occupancy": {"0": 2048},
        "l3": {"0": ["0x3f"]},
        "l2": {"0": ["0xff"]},
        "mba": {"0": [0]},
        "missing": {},
    }


def test_guests_of_a_host_without(bench: Any) -> None:
    bench.domains(bench.guest())
    found = bench.run("xl_domain_info", psr=True)["domains"]["web1"]["psr"]
    assert (found["monitored"], found["cache_occupancy"]) == (None, None)
    assert found["missing"]["cmt"] == DISABLED


@pytest.mark.sampled
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("command", ["psr-cmt-attach", "psr-cat-set", "systemctl daemon-reload"])
def test_a_run_that_died_is_completed_by_the_next(host: Any, command: str, moment: str) -> None:
    order = dom0(monitored=True, caches=[{"mask": "0x3f"}])
    host.set(faults={command: {"kills": moment, "once": True}})
    assert host.run("xl_psr", **order) == {}
    assert not host.run("xl_psr", **order).get("failed")
    assert not host.run("xl_psr", **order)["changed"]


def test_what_was_changed_by_hand_is_drift(host: Any) -> None:
    host.run("xl_psr", **dom0(monitored=True))
    host.change("Domain-0", monitored=False)
    found = host.run("xl_psr", check=True, **dom0(monitored=True))
    assert found["commands"] == ["xl psr-cmt-attach 0"]
    assert found["changes"] == [{"domain": "Domain-0", "key": "monitored", "before": False, "after": True}]
