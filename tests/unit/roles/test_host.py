# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role xen_host without a host: what it refuses, what it writes, and what it takes for a reason to reboot."""

from __future__ import annotations

import json
import os
import pathlib
import shlex
import subprocess
from typing import Any

import pytest
import yaml
from ansible_collections.xlops.xen.tests.unit.roles.plays import ROOT, of_role, play, tasks

ROLE = ROOT / "roles/xen_host"

FACTS = {"architecture": "x86_64", "distribution_major_version": "12"}


def named(task_file: str, name: str) -> dict[str, Any]:
    """One task of the role as it is written there."""
    (found,) = (task for task in yaml.safe_load((ROLE / f"tasks/{task_file}.yml").read_text()) if task["name"] == name)
    return dict(found)


def rendered(tmp_path: pathlib.Path, variables: dict[str, Any], *templates: str) -> list[str]:
    """The texts of templates of the role."""
    listed: list[dict[str, Any]] = [{"ansible.builtin.include_vars": str(ROLE / "vars/main.yml")}]
    listed += [
        {"ansible.builtin.template": {"src": str(ROLE / "templates" / name), "dest": str(tmp_path / name)}}
        for name in templates
    ]
    said = tasks(tmp_path, listed, variables)
    assert "failed=0" in said, said
    return [(tmp_path / name).read_text() for name in templates]


def test_wrong_bridges_are_refused_in_one_message(tmp_path: pathlib.Path) -> None:
    wrong = {
        "a b (number 1): its name is no name of an interface": {"name": "a b"},
        "sixteen-letters- (number 2): its name is no name": {"name": "sixteen-letters-"},
        ".. (number 3): its name is no name": {"name": ".."},
        "br4 (number 4): it is a port of itself": {"name": "br4", "ports": ["br4"]},
        "br4 (number 5): number 4 has the same name": {"name": "br4"},
        "br6 (number 6): it has a port twice": {"name": "br6", "ports": ["eth6", "eth6"]},
        "br7 (number 7): its port eth6 is already one of number 6": {"name": "br7", "ports": ["eth6"]},
        "br8 (number 8): its port br6 is itself a bridge": {"name": "br8", "ports": ["br6"]},
        'br9 (number 9): its address "192.0.2.9" is no IP': {"name": "br9", "address": ["192.0.2.9"]},
        'br10 (number 10): its address "192.0.2.256/24"': {"name": "br10", "address": ["192.0.2.256/24"]},
        'br11 (number 11): its address "192.0.2.1/33"': {"name": "br11", "address": ["192.0.2.1/33"]},
        'br12 (number 12): its address "2001:db8::1::/64"': {"name": "br12", "address": ["2001:db8::1::/64"]},
        'br13 (number 13): its address "2001:db8:1/64"': {"name": "br13", "address": ["2001:db8:1/64"]},
        'br14 (number 14): its address "fd00::1/129"': {"name": "br14", "address": ["fd00::1/129"]},
        "br15 (number 15): its gateway 192.0.2.1 needs an address of IPv4": {
            "name": "br15",
            "address": ["2001:db8::1/64"],
            "gateway": "192.0.2.1",
        },
        "br16 (number 16): its gateway fd00::1 needs an address of IPv6 in address; with DHCP": {
            "name": "br16",
            "dhcp": True,
            "gateway": "fd00::1",
        },
        'br17 (number 17): its gateway "router" is no IP address': {"name": "br17", "gateway": "router"},
        'br18 (number 18): its name server "ns" is no IP address': {"name": "br18", "dns": ["ns"]},
        "br19 (number 19): it takes over eth0, over which the host is reached": {
            "name": "br19",
            "ports": ["eth0"],
            "dhcp": "False",
        },
        "br20 (number 20): it takes over eth1, over which the host is reached": {"name": "br20", "ports": ["eth1"]},
    }
    good = [
        {
            "name": "ok1",
            "ports": ["ok-port"],
            "address": ["192.0.2.1/24"],
            "gateway": "192.0.2.254",
            "dns": ["::1", "192.0.2.1#dns.example"],
        },
        {"name": "ok2", "address": ["fd00::1/64", "2001:db8:0:1:2:3:4:5/128", "::/0"], "gateway": "fe80::1"},
        {"name": "ok3", "dhcp": True},
        {"name": "ok.4_a-b", "address": None, "gateway": None},
    ]
    facts = {
        "ansible.builtin.set_fact": {
            "cacheable": True,
            **FACTS,
            "default_ipv4": {"interface": "eth0"},
            "interfaces": ["eth0", "eth1"],
            "eth1": {"ipv4": {"address": "198.51.100.7"}},
            "env": {"SSH_CONNECTION": "198.51.100.1 50000 198.51.100.7 22"},
        }
    }
    taken = [
        {"name": "xenbr0", "ports": ["eth0"], "dhcp": True},
        {"name": "xenbr1", "ports": ["eth1"], "address": ["198.51.100.7/24"]},
    ]
    listed = [
        facts,
        of_role("xen_host", "declaration", xen_host_bridges=[*good, *taken]),
        of_role("xen_host", "declaration", xen_host_bridges=[*wrong.values(), *good]),
    ]
    said = tasks(tmp_path, listed, {})
    assert [finding for finding in wrong if finding not in said] == []
    assert said.count("(number ") % len(wrong) == 0
    assert "xen_host_bridges is wrong, so nothing was changed: a b (number 1)" in said


def test_wrong_words_are_refused_by_name(tmp_path: pathlib.Path) -> None:
    wrong: dict[str, dict[str, Any]] = {
        'dom0_max_vcpus: "two" is not what it takes': {"xen_host_dom0_max_vcpus": "two"},
        'dom0_max_vcpus: "1,2" is not what it takes': {"xen_host_dom0_max_vcpus": "1,2"},
        'dom0_max_vcpus: "-" is not what it takes': {"xen_host_dom0_max_vcpus": "-"},
        "xendomains.A B: there is no such key": {"xen_host_xendomains": {"A B": "1"}},
        "xencommons.XENCONSOLED_TRACE: Debian's start scripts do not read it": {
            "xen_host_xencommons": {"XENCONSOLED_TRACE": "guest"}
        },
        "xencommons.XENSTORED_ARGS: ": {"xen_host_xencommons": {"XENSTORED_ARGS": "1\n2"}},
        "xl_conf.max_grant_version: ": {"xen_host_xl_conf": {"max_grant_version": ["1"]}},
        "did you mean autoballoon?": {"xen_host_xl_conf": {"autobaloon": "off"}},
    }
    good = [{"xen_host_dom0_max_vcpus": value} for value in (2, "2", "1-4", "2-", "-4", "")]
    good.append({"xen_host_xencommons": {"XENSTORED_ARGS": "-D"}, "xen_host_xendomains": {"XENDOMAINS_RESTORE": True}})
    good.append({"xen_host_xl_conf": {"autoballoon": False, "vif.default.bridge": "xenbr0", "claim_mode": None}})
    listed: list[dict[str, Any]] = [{"ansible.builtin.set_fact": {"cacheable": True, **FACTS}}]
    listed += [of_role("xen_host", "declaration", **variables) for variables in good]
    listed += [of_role("xen_host", "declaration", ignore_errors=True, **variables) for variables in wrong.values()]
    said = tasks(tmp_path, listed, {}).replace('\\"', '"')
    assert [finding for finding in wrong if finding not in said] == []
    assert f"ignored={len(wrong)}" in said


def test_booleans_that_are_texts_are_booleans(tmp_path: pathlib.Path) -> None:
    bridge = {"name": "xenbr0", "dhcp": "False", "stp": "False", "address": ["192.0.2.1/24"], "gateway": None}
    netdev, network, stanzas = rendered(
        tmp_path, {"xen_host_bridge": bridge}, "bridge.netdev.j2", "bridge.network.j2", "interfaces.j2"
    )
    assert "STP=no" in netdev
    assert "ForwardDelaySec=0" in netdev
    assert "DHCP" not in network
    assert "Gateway" not in network
    assert "iface xenbr0 inet manual" in stanzas
    assert "bridge_stp off" in stanzas
    assert "gateway" not in stanzas


def test_no_boot_waits_for_a_bridge_without_ports(tmp_path: pathlib.Path) -> None:
    bridge = {"name": "xenbr0", "address": ["192.0.2.1/24"]}
    (alone,) = rendered(tmp_path, {"xen_host_bridge": bridge}, "bridge.network.j2")
    assert "[Link]\nRequiredForOnline=no\n\n[Network]\nAddress=192.0.2.1/24\nConfigureWithoutCarrier=yes\n" in alone
    (linked,) = rendered(tmp_path, {"xen_host_bridge": {**bridge, "ports": ["eth1"]}}, "bridge.network.j2")
    assert "[Match]\nName=xenbr0\n\n[Network]\nAddress=192.0.2.1/24\n" in linked
    assert "RequiredForOnline" not in linked


def test_a_bridge_is_not_missed_for_booleans_that_are_texts(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = {"local": "192.0.2.1", "prefixlen": 24, "scope": "global"}
    links = [{"ifname": "xenbr0", "addr_info": [address], "linkinfo": {"info_data": {"stp_state": 0}}}]
    program = tmp_path / "bin/ip"
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\ncase $* in *address*) echo {shlex.quote(json.dumps(links))};; *) echo '[]';; esac\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    bridge = {"name": "xenbr0", "dhcp": "False", "stp": "False", "address": ["192.0.2.1/24"], "gateway": None}
    show = {"ansible.builtin.assert": {"that": "xen_host_bridges_differ == []"}}
    said = tasks(tmp_path, [of_role("xen_host", "running_bridges"), show], {"xen_host_bridges": [bridge]})
    assert "failed=0" in said, said


def test_words_that_the_release_reads_otherwise_are_refused_before_the_first_change(tmp_path: pathlib.Path) -> None:
    cases = {
        "dom0_men: no release of Xen has such a parameter; did you mean dom0_mem?": {
            "xen_host_xen": {"dom0_men": "2G"}
        },
        "did you mean spec-ctrl?": {"xen_host_xen_cmdline": ["spec_ctrl=no"]},
        "xen_nopv: a control domain needs": {"xen_host_linux_cmdline": ["xen_nopv"]},
    }
    good = {"xen_host_dom0_memory": "2G", "xen_host_xen": {"smt": False}, "xen_host_xen_cmdline": ["loglvl=all"]}
    listed: list[dict[str, Any]] = [{"ansible.builtin.set_fact": {"cacheable": True, **FACTS}}]
    listed += [of_role("xen_host", "declaration", True, **variables) for variables in [*cases.values(), good]]
    said = tasks(tmp_path, listed, {})
    assert [text for text in cases if text not in said] == [], said
    assert "so nothing was changed" in said
    assert f"ignored={len(cases)}" in said


def test_a_bare_number_of_dom0s_memory_is_refused_as_what_it_is_to_xen(tmp_path: pathlib.Path) -> None:
    listed: list[dict[str, Any]] = [{"ansible.builtin.set_fact": {"cacheable": True, **FACTS}}]
    listed += [of_role("xen_host", "declaration", True, xen_host_dom0_memory=value) for value in (2048, "2048")]
    said = tasks(tmp_path, listed, {}).replace('\\"', '"')
    assert "ignored=2" in said, said
    told = 'msg: \'What localhost shall boot is wrong, so nothing was changed: dom0_mem: "2048" is 2048 KiB'
    assert said.count(told) == 2, said


@pytest.mark.parametrize("blanks", [" ", "  ", "\t ", "   "])
def test_a_stanza_without_addresses_stays_as_it_is(tmp_path: pathlib.Path, blanks: str) -> None:
    interfaces = tmp_path / "interfaces"
    before = f"auto eth0\niface eth0 inet{blanks}manual\niface eth0 inet6\niface eth1 inet{blanks}dhcp\n"
    interfaces.write_text(before)
    task = named("bridges_ifupdown", "Leave the addresses of the ports to their bridges")
    task["ansible.builtin.replace"] |= {"path": str(interfaces), "backup": False}
    said = tasks(tmp_path, [task], {"xen_host_ports": ["eth0", "eth1"]})
    assert "failed=0" in said, said
    assert interfaces.read_text() == before.replace("dhcp", "manual")


def booted(release: str, *reasons: str, changed: bool = False) -> dict[str, Any]:
    """What xen_boot says of a host whose default entry is of that release."""
    entry = {"name": "xen", "hypervisor": f"/boot/xen-{release}-amd64.gz"}
    missing = [reason.split()[-1] for reason in reasons if "without" in reason]
    return {
        "changed": changed,
        "default_entry": "xen",
        "entries": [{"name": "linux", "hypervisor": None}, entry],
        "reasons": list(reasons),
        "missing": missing,
    }


LACK = "the hypervisor runs without smt=off"
UPGRADE = "Xen 4.17 runs, and the next boot is of Xen 4.20"
RUNNING: dict[str, Any] = {
    "xen_host_capabilities": {"stat": {"exists": True}},
    "xen_host_running": {"host": {"skew": False, "xen_release": "4.17", "toolstacks": ["4.17"]}},
    "xen_host_boot": booted("4.17", LACK),
    "xen_host_bridges": [{"name": "xenbr0"}],
    "xen_host_bridges_differ": [{"text": "there is no bridge xenbr0", "broken": True}],
    "xen_host_newer": {"files": []},
    "xen_host_rebooted": {"changed": False},
    "xen_host_reboot_reasons": [],
}
SKEW: dict[str, Any] = {
    "xen_host_running": {"host": {"skew": True, "xen_release": "4.17", "toolstacks": ["4.20"]}},
    "xen_host_boot": booted("4.20", UPGRADE),
    "xen_host_bridges": [],
}


@pytest.mark.parametrize("check", [True, False])
def test_a_check_has_the_reasons_for_a_reboot_that_a_run_has(tmp_path: pathlib.Path, check: bool) -> None:
    written = {"changed": True}
    menu, bridge = {"path": "/boot/grub/grub.cfg"}, {"path": "/etc/systemd/network/05-xen-xenbr0.netdev"}
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({}, []),
        ({"xen_host_newer": {"files": [menu]}}, [LACK]),
        ({"xen_host_newer": {"files": [bridge]}}, ["there is no bridge xenbr0"]),
        ({"xen_host_boot": booted("4.17", LACK, changed=True)}, [LACK]),
        ({"xen_host_networks_written": written}, ["there is no bridge xenbr0"] if check else []),
        ({"xen_host_stanzas_written": written}, ["there is no bridge xenbr0"] if check else []),
        (SKEW, []),
        (SKEW | {"xen_host_newer": {"files": [menu]}}, [UPGRADE]),
        (SKEW | {"xen_host_newer": {"files": [menu]}, "xen_host_boot": booted("4.17")}, []),
    ]
    listed = []
    for number, (variables, reasons) in enumerate(cases):
        known = {key: value for key, value in (RUNNING | variables).items() if key != "xen_host_reboot_reasons"}
        listed.append(of_role("xen_host", "reasons", **known))
        listed.append(
            {"ansible.builtin.assert": {"that": f"xen_host_reboot_reasons == {reasons}", "fail_msg": f"case {number}"}}
        )
    said = tasks(tmp_path, listed, {}, *["--check"] * check)
    assert "failed=0" in said, said


def test_a_toolstack_of_another_release_says_what_to_do(tmp_path: pathlib.Path) -> None:
    cases: dict[str, dict[str, Any]] = {
        "Set xen_host_reboot to allowed": {"xen_host_reboot_reasons": ["Xen 4.17 runs"]},
        "starts xen-4.17-amd64.gz, so a reboot would not help": {"xen_host_boot": booted("4.17")},
        "the last boot: the machine was started by another entry": {},
    }
    listed = [of_role("xen_host", "verify", True, **(RUNNING | SKEW | variables)) for variables in cases.values()]
    said = tasks(tmp_path, listed, {})
    assert [text for text in cases if text not in said] == []
    allowed = RUNNING | SKEW | {"xen_host_rebooted": {"changed": True}}
    assert "does not run under its new Xen yet" in play(tmp_path, "xen_host", "verify", allowed, "--check")


def test_commands_of_a_port_of_ifupdown_are_refused_by_line(tmp_path: pathlib.Path) -> None:
    interfaces = tmp_path / "interfaces"
    interfaces.write_text(
        "auto eth0 eth1\n"
        "iface eth0 inet static\n  address 192.0.2.1/24\n  # up echo\n  post-up ip route add 10.0.0.0/8 via 192.0.2.9\n"
        "  pre-down logger bye\n"
        "iface eth1 inet dhcp\n  up ethtool -K eth1 tso off\n"
        "source /etc/network/interfaces.d/*\n"
    )
    pattern = named("network", "Ask ifupdown's files which interfaces they describe")["vars"]["xen_host_ifupdown_lines"]
    found = subprocess.run(["grep", "-rsHE", pattern, str(interfaces)], capture_output=True, text=True, check=True)
    lines = found.stdout.replace(str(interfaces), "/etc/network/interfaces").splitlines()
    variables = {"xen_host_ifupdown": {"stdout": "\n".join(lines), "stdout_lines": lines}}
    listed = [
        of_role("xen_host", "network_ifupdown", True, xen_host_bridges=[{"name": "xenbr0", "ports": [port]}])
        for port in ("eth2", "eth0")
    ]
    said = tasks(tmp_path, listed, variables)
    assert "ignored=1" in said
    assert (
        "The stanza of eth0, which becomes a port of a bridge, has commands on localhost: "
        "/etc/network/interfaces: post-up ip route add 10.0.0.0/8 via 192.0.2.9; "
        "/etc/network/interfaces: pre-down logger bye. They" in said
    )


@pytest.mark.parametrize("given", [[], ["distribution"]])
def test_facts_that_the_play_did_not_gather_are_gathered(tmp_path: pathlib.Path, given: list[str]) -> None:
    gathered = {"ansible.builtin.setup": {"gather_subset": ["!all", "!min", *given]}}
    needed = ["distribution", "distribution_major_version", "user_uid", "architecture", "interfaces", "mounts"]
    complete = {"ansible.builtin.assert": {"that": [f"ansible_facts[{name!r}] is defined" for name in needed]}}
    again = of_role("xen_host", "facts")
    said = tasks(tmp_path, [*[gathered] * bool(given), of_role("xen_host", "facts"), complete, again], {})
    assert "failed=0" in said
    assert "skipped=1" in said
