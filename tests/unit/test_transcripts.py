# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every recording of a real host is read by what reads its like, or it is said why nothing in it is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.from_libxl import from_libxl
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_log import parse_hypervisor_log
from ansible_collections.xlops.xen.plugins.module_utils._config.libxl_json import read_config, read_domain_list
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import (
    parse_cpupool_cpus,
    parse_cpupool_list,
    parse_info,
    parse_list,
    parse_schedule,
    parse_vcpu_list,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.messages import complaint
from ansible_collections.xlops.xen.plugins.module_utils._host.pci_module import ASSIGNABLE_ROW
from ansible_collections.xlops.xen.plugins.module_utils._plan.backends import read_backends
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.plugins.module_utils._schema.toolstack_units import SCRIPTS, UNITS
from ansible_collections.xlops.xen.tests.unit.transcripts import DATA, stderr, stdout

LEFT_OUT = "(XEN) Std. Loglevel: All\n(XEN) *** Serial input to DOM0 (type 'CTRL-a' three times to switch input)\n"

RECORDED = sorted(str(path.relative_to(DATA)) for path in DATA.glob("4.*/*.txt"))


def rows(name: str) -> list[tuple[str, int, int, str]]:
    """What `xl list` says of the domains that are no dom0."""
    return [(row.name, row.memory, row.vcpus, row.state) for row in parse_list(stdout(name)) if row.domid]


def uuids(name: str) -> list[str]:
    return [row.uuid[:8] for row in parse_list(stdout(name))]


def vcpus(name: str) -> list[tuple[str, int, str, str | None]]:
    return [(row.name, row.vcpu, row.state, row.soft) for row in parse_vcpu_list(stdout(name)) if row.domid]


def pools(name: str) -> list[tuple[str, int, str, int]]:
    return [(row.name, row.cpus, row.sched, row.domains) for row in parse_cpupool_list(stdout(name))]


def pool_cpus(name: str) -> dict[str, list[int]]:
    return parse_cpupool_cpus(stdout(name), ["Pool-0"])


def weights(name: str) -> dict[int, int]:
    return {row.domid: row.parameters["weight"] for row in parse_schedule(stdout(name))}


def info(name: str) -> tuple[str, str]:
    found = parse_info(stdout(name))
    return found["xen_version"], found["virt_caps"]


def log(name: str) -> tuple[str, str]:
    """What the hypervisor said; of 4.20 it was recorded up to where it would say what it leaves out."""
    found = parse_hypervisor_log((DATA / name).read_text() + LEFT_OUT)
    return found["scheduler"], found["platform_timer"]


def listed(name: str) -> list[tuple[int, str]]:
    """What `xl list -l` says; a list that other commands printed beside it begins and ends with lines of its own."""
    printed = re.search(r"^\[\n.*^\]\n", stdout(name), re.DOTALL | re.MULTILINE)
    assert printed is not None
    return [(domain.domid, domain.name) for domain in read_domain_list(printed.group())]


def dry_run(name: str) -> tuple[str, str, Any]:
    return summary(name, stdout(name))


def kept(name: str) -> list[tuple[str, str, Any]]:
    """The files that libxl keeps, one after the other, each with its final NUL. The first, of dom0, has no name."""
    dom0, *guests = re.findall(r"(?:^|(?<=\0))(\{\n.*?^\}\n\0)", stdout(name), re.DOTALL | re.MULTILINE)
    assert read_config(dom0)["c_info"] == {"type": "pv"}
    return [summary(name, text) for text in guests]


def summary(name: str, text: str) -> tuple[str, str, Any]:
    model, findings = from_libxl(read_config(text), Release.parse(name.split("/")[0]))
    assert [finding.message for finding in findings] == []
    return model["name"], model["type"], model.get("memory")


def said(name: str) -> str:
    return complaint(stderr(name))


def said_wrong(name: str) -> str:
    """Without what -v adds, which the collection does not give."""
    return complaint("".join(line for line in stderr(name).splitlines(keepends=True) if ": error: " in line))


def assignable(name: str) -> list[Any]:
    """What of `xl pci-assignable-list` is a device."""
    return [ASSIGNABLE_ROW.fullmatch(line) for line in stdout(name).splitlines() if line]


def backends(name: str) -> list[str]:
    return [device["kind"] for device in read_backends((DATA / name).read_text())[2]]


def units(name: str) -> list[str]:
    """Of the units that systemd listed, those that no table of the collection has."""
    known = {*UNITS, *(script.unit for scripts in SCRIPTS.values() for script in scripts)}
    found = re.findall(r"^  (\S+\.(?:service|mount|socket)) ", stdout(name), re.MULTILINE)
    assert len(found) > 2
    return [unit for unit in found if unit not in known]


def start_scripts(name: str) -> list[str]:
    """Of the start scripts that an installation brought, those that no table of the collection has."""
    known = {script.unit.replace(".service", "") for scripts in SCRIPTS.values() for script in scripts}
    found = re.findall(r"^\d+ etc/init\.d/(\S+)$", (DATA / name).read_text(), re.MULTILINE)
    assert len(found) > 2
    return [script for script in found if script not in known]


# The reader of each recording, and what it makes of it.
READ: dict[str, tuple[Callable[[str], Any], Any]] = {
    "4.17/systemctl.txt": (units, []),
    "4.17/userdata.txt": (kept, [("pv1", "pv", 32), ("pvnet", "pv", 192), ("g1", "pv", 32)]),
    "4.17/xenstore-ls.txt": (backends, ["console", "vbd", "vif"]),
    "4.17/xl-cpupool-list-c.txt": (pool_cpus, {"Pool-0": [0, 1]}),
    "4.17/xl-cpupool-list.txt": (pools, [("Pool-0", 2, "credit2", 3)]),
    "4.17/xl-create-duplicate.txt": (said, 'Domain with name "pv1" already exists.'),
    "4.17/xl-create-n-broken.txt": (
        said,
        (
            "broken.cfg:1: config parsing error near `\"bad': lexical error; "
            "broken.cfg:2: config parsing error near `': syntax error, unexpected $end, "
            "expecting STRING or NUMBER or '['; "
            "Failed to parse config: Invalid argument"
        ),
    ),
    "4.17/xl-create-n-hvm.txt": (dry_run, ("hvm1", "hvm", 128)),
    "4.17/xl-create-n-pv.txt": (dry_run, ("pv1", "pv", 32)),
    "4.17/xl-create-n-pvh.txt": (dry_run, ("pvh1", "pvh", 128)),
    "4.17/xl-create-n-pvnet.txt": (dry_run, ("pvnet", "pv", 192)),
    "4.17/xl-create-n-typo.txt": (dry_run, ("typo", "pv", 32)),
    "4.17/xl-create-nofile.txt": (said, "Failed to read config file: nofile.cfg: No such file or directory"),
    "4.17/xl-create-pv.txt": (said, ""),
    "4.17/xl-create-pvnet.txt": (said, ""),
    "4.17/xl-destroy-bad.txt": (said, "nope is an invalid domain identifier (rc=-6)"),
    "4.17/xl-destroy.txt": (said, ""),
    "4.17/xl-domid-bad.txt": (said, "Can't get domid of domain name 'nope', maybe this domain does not exist."),
    "4.17/xl-info-n.txt": (info, ("4.17.5", "pv hvm hap shadow gnttab-v1 gnttab-v2")),
    "4.17/xl-info.txt": (info, ("4.17.5", "pv hvm hap shadow gnttab-v1 gnttab-v2")),
    "4.17/xl-list-bad.txt": (said, "nope is an invalid domain identifier (rc=-6)"),
    "4.17/xl-list-l-after-memset.txt": (listed, [(2, "pvnet")]),
    "4.17/xl-list-l-dom.txt": (listed, [(2, "pvnet")]),
    "4.17/xl-list-l.txt": (listed, [(0, "Domain-0"), (1, "pv1"), (2, "pvnet")]),
    "4.17/xl-list-running.txt": (rows, [("pv1", 32, 1, "-b----"), ("pvnet", 192, 1, "-b----")]),
    "4.17/xl-list-v.txt": (uuids, ["00000000", "c3b9e2b5", "93862e3b"]),
    "4.17/xl-list.txt": (rows, []),
    "4.17/xl-mem-set.txt": (said, ""),
    "4.17/xl-pause.txt": (rows, [("pv1", 32, 1, "-bp---")]),
    "4.17/xl-pci-assignable-list.txt": (assignable, []),
    "4.17/xl-rename.txt": (rows, [("pv9", 32, 1, "-b----")]),
    "4.17/xl-sched-credit.txt": (weights, {}),
    "4.17/xl-sched-credit2.txt": (weights, {0: 256, 1: 256, 2: 512}),
    "4.17/xl-vcpu-list.txt": (
        vcpus,
        [("pv1", 0, "-b-", "all"), ("pv1", 1, "--p", "all"), ("pvnet", 0, "-b-", "1"), ("pvnet", 1, "--p", "1")],
    ),
    "4.17/xl-vcpu-set.txt": (vcpus, [("pv1", 0, "-b-", "all"), ("pv1", 1, "--p", "all")]),
    "4.20/console.txt": (log, ("credit2", "100.000MHz HPET")),
    "4.5.0/installed-files.txt": (start_scripts, []),
    "4.5.0/systemctl-units.txt": (units, []),
    "4.5.0/userdata-hvm.txt": (kept, [("hvm3", "hvm", 256)]),
    "4.5.0/userdata.txt": (kept, [("pv1", "pv", 192)]),
    "4.5.0/xl-N-create.txt": (dry_run, ("pv1", "pv", 192)),
    "4.5.0/xl-cpupool-list-c.txt": (pool_cpus, {"Pool-0": [0, 1]}),
    "4.5.0/xl-cpupool-list.txt": (pools, [("Pool-0", 2, "credit", 2)]),
    "4.5.0/xl-create-disk.txt": (listed, [(6, "pvd")]),
    "4.5.0/xl-create-duplicate.txt": (said, 'domain with name "pv1" already exists.'),
    "4.5.0/xl-create-hvm-fail.txt": (
        said,
        "domain 4 device model: spawn failed (rc=-3); device model did not start: -3; Device Model already exited",
    ),
    "4.5.0/xl-create-n-hvm.txt": (dry_run, ("hvm1", "hvm", 128)),
    "4.5.0/xl-create-n-hvm3.txt": (dry_run, ("hvm4", "hvm", 256)),
    "4.5.0/xl-create-n-pv.txt": (dry_run, ("pv1", "pv", 192)),
    "4.5.0/xl-create-n-pvnet.txt": (dry_run, ("pvnet", "pv", 192)),
    "4.5.0/xl-create-nofile.txt": (said, "Failed to read config file: nofile.cfg: No such file or directory"),
    "4.5.0/xl-create-pvnet.txt": (
        said_wrong,
        (
            "killing execution of /etc/xen/scripts/vif-bridge online because of timeout; "
            "/etc/xen/scripts/vif-bridge online [-1] died due to fatal signal Killed; unable to add nic devices; "
            "killing execution of /etc/xen/scripts/vif-bridge offline because of timeout; "
            "/etc/xen/scripts/vif-bridge offline [-1] died due to fatal signal Killed"
        ),
    ),
    "4.5.0/xl-create.txt": (said, ""),
    "4.5.0/xl-destroy-nonexist.txt": (said, "nonexist is an invalid domain identifier (rc=-6)"),
    "4.5.0/xl-destroy.txt": (said, "pvnet is an invalid domain identifier (rc=-6)"),
    "4.5.0/xl-dmesg.txt": (log, ("credit", "100.000MHz HPET")),
    "4.5.0/xl-domname-bad.txt": (said, "Can't get domain name of domain id '99', maybe this domain does not exist."),
    "4.5.0/xl-info-hap.txt": (info, ("4.5.0", "hvm")),
    "4.5.0/xl-info-n.txt": (info, ("4.5.0", "hvm")),
    "4.5.0/xl-info.txt": (info, ("4.5.0", "hvm")),
    "4.5.0/xl-list-l-dom.txt": (listed, [(1, "pv1")]),
    "4.5.0/xl-list-l-hvm.txt": (listed, [(3, "hvm3")]),
    "4.5.0/xl-list-l-pvnet.txt": (said, "pvnet is an invalid domain identifier (rc=-6)"),
    "4.5.0/xl-list-l-vif.txt": (listed, [(4, "pvn2")]),
    "4.5.0/xl-list-l.txt": (listed, [(0, "Domain-0"), (1, "pv1")]),
    "4.5.0/xl-list-nonexist.txt": (said, "nonexist is an invalid domain identifier (rc=-6)"),
    "4.5.0/xl-list-running.txt": (rows, [("pv1", 192, 1, "-b----")]),
    "4.5.0/xl-list-v.txt": (uuids, ["00000000", "d1b50fed"]),
    "4.5.0/xl-list.txt": (rows, [("pv1", 192, 1, "r-----")]),
    "4.5.0/xl-mem-set.txt": (rows, [("pv1", 160, 1, "-b----")]),
    "4.5.0/xl-pause.txt": (rows, [("pv1", 160, 1, "--p---")]),
    "4.5.0/xl-sched-credit.txt": (weights, {0: 256, 1: 256}),
    "4.5.0/xl-vcpu-list.txt": (vcpus, [("pv1", 0, "r--", "all")]),
    "4.5.0/xl-vcpu-set-bad.txt": (
        said,
        "You are overcommmitting! You have 2 physical  CPUs and want 9 vCPUs! Aborting, use --ignore-host to  continue",
    ),
}

# And why of the others nothing is.
_DEVICES = "devices are taken from `xl list -l` and xenstore, and no code of the collection calls this"
UNREAD = {
    "4.17/xl-block-list.txt": _DEVICES,
    "4.17/xl-network-list.txt": _DEVICES,
    "4.5.0/xl-network-list.txt": _DEVICES,
    "4.17/xl-uptime.txt": "no code of the collection calls `xl uptime`",
    "4.5.0/xl-uptime.txt": "no code of the collection calls `xl uptime`",
    "4.5.0/xl-domid.txt": "a guest is found by its uuid in `xl list -v`",
    "4.5.0/installed-links.txt": "which links an installation has is in no table; manifests list those of each build",
}


def test_each_recording_is_either_read_or_not() -> None:
    assert sorted([*READ, *UNREAD]) == RECORDED


@pytest.mark.parametrize("name", READ)
def test_what_a_recording_says(name: str) -> None:
    reader, expected = READ[name]
    assert reader(name) == expected
