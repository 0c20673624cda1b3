# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host with a network: files of what makes it, stand-ins for its programs, and its units run as systemd would."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
NAMES = ("ifdown", "ifup", "ip", "networkctl", "nft", "nmcli", "ovs-vsctl", "sync", "sysctl", "systemctl", "bridge")
DEADLY = ("cp", "mv", "rm", "mkdir", "cut")
CARDS = {"eth0": "52:54:00:58:45:4e", "eth1": "52:54:00:58:45:4f"}
LEASE = "10.0.2.15/24"
TIMER = "xlops-network-rollback.timer"

FORMER = {
    "networkd": {"etc/systemd/network/20-eth0.network": "[Match]\nName=eth0\n\n[Network]\nDHCP=yes\n"},
    "ifupdown": {
        "etc/network/interfaces": (
            "source /etc/network/interfaces.d/*\n\nauto lo\niface lo inet loopback\n\n"
            "allow-hotplug eth0\niface eth0 inet dhcp\n"
        )
    },
    "networkmanager": {
        "etc/NetworkManager/system-connections/wired.nmconnection": (
            "[connection]\nid=wired\nuuid=aaaa-bbbb\ntype=ethernet\ninterface-name=eth0\n\n[ipv4]\nmethod=auto\n"
        )
    },
}
SERVICES = {
    "networkd": ["systemd-networkd.service"],
    "ifupdown": [],
    "networkmanager": ["NetworkManager.service"],
}


class NetworkHost:
    def __init__(self, bench: Any) -> None:
        self.bench = bench
        self.root: Path = bench.root
        self.state = self.root / "var/lib/xlops-xen/network"

    def build(self, backend: str) -> None:
        for directory in ("bin", "deadly", "etc", "systemd/system", "etc/network/interfaces.d"):
            (self.root / directory).mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            if name not in ("ifup", "ifdown") or backend == "ifupdown":
                (self.root / "bin" / name).symlink_to(HERE / "network_program")
        for name in DEADLY:
            (self.root / "deadly" / name).symlink_to(HERE / "network_death")
        for path, text in FORMER[backend].items():
            self.write(path, text)
        start: dict[str, Any] = {
            "cards": CARDS,
            "links": {},
            "masters": {},
            "addresses": {},
            "up": [],
            "profiles": {},
            "switches": {},
            "active": SERVICES[backend],
            "started": [],
            "faults": {},
        }
        (self.root / "network.json").write_text(json.dumps(start))
        {
            "networkd": lambda: self.program("networkctl", "reload"),
            "ifupdown": lambda: self.program("ifup", "eth0"),
            "networkmanager": lambda: self.program("nmcli", "connection", "up", "uuid", "aaaa-bbbb"),
        }[backend]()
        self.called()

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def read(self, path: str) -> str:
        return (self.root / path).read_text()

    def environment(self, death: str = "") -> dict[str, str]:
        places = ([str(self.root / "deadly")] if death else []) + [str(self.root / "bin"), "/usr/bin", "/bin"]
        return {"PATH": os.pathsep.join(places), "STANDIN_XL": str(self.root), "DEATH": death}

    def program(self, *argv: str) -> None:
        subprocess.run([str(self.root / "bin" / argv[0]), *argv[1:]], check=True, env=self.environment())

    def run(self, check: bool = False, kill: str = "", fail: str = "", **params: Any) -> dict[str, Any]:
        self.bench.runs += 1
        order = {"params": params, "check": check, "kill": kill, "fail": fail, "euid": 0, "machine": "x86_64"}
        started = self.bench.server.start("xen_network", self.root, self.bench.runs, order)
        found: dict[str, Any] = self.bench.finish(started)
        return found

    def ok(self, **options: Any) -> dict[str, Any]:
        result = self.run(**options)
        assert "failed" not in result, result["msg"]
        return result

    def unit(self, name: str, death: str = "") -> int:
        """What systemd does where a unit of ours starts; its exit code."""
        (self.root / "turn").unlink(missing_ok=True)
        text = (self.root / f"systemd/system/xlops-network-{name}.service").read_text()
        conditions = re.findall(r"^ConditionPathExists=\|?(.*)$", text, re.MULTILINE)
        if not any(Path(condition).exists() for condition in conditions):
            return 0
        (command,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
        done = subprocess.run(shlex.split(command), env=self.environment(death), capture_output=True, text=True)
        return done.returncode

    def happens(self) -> None:
        """What the module has ordered."""
        if "xlops-network-apply.service" in self.host["started"] and self.unit("apply") != 0:
            self.unit("rollback")
        if "xlops-network-rollback.service" in self.host["started"]:
            self.unit("rollback")
        self.set(started=[])

    @property
    def host(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.root / "network.json").read_text())
        return found

    def set(self, **changed: Any) -> None:
        (self.root / "network.json").write_text(json.dumps({**self.host, **changed}))

    def running(self) -> dict[str, Any]:
        """The network as it is, without what is empty."""
        here = self.host
        return {
            "links": here["links"],
            "masters": here["masters"],
            "addresses": {name: found for name, found in here["addresses"].items() if found},
        }

    def files(self) -> dict[str, tuple[str, int]]:
        """What describes the network."""
        found = {}
        for place in ("etc/systemd", "etc/network", "etc/NetworkManager", "etc/sysctl.d", "etc/xlops-xen"):
            for path in sorted((self.root / place).rglob("*")):
                if path.is_file():
                    found[str(path.relative_to(self.root))] = (path.read_text(), path.stat().st_mode & 0o777)
        return found

    def everything(self) -> dict[str, bytes]:
        """Every file of the host, but what the stand-ins and the test's server note."""
        noted = ("output.", "errors.", "network.log", "network.json", "lock", "turn", "route")
        found = [path for path in sorted(self.root.rglob("*")) if path.is_file() and not path.name.startswith(noted)]
        return {str(path.relative_to(self.root)): path.read_bytes() for path in found if "/net/" not in str(path)}

    def called(self) -> list[str]:
        """What changes something, since the last time this was asked."""
        log = self.root / "network.log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        reading = ("ip -json", "networkctl --json", "nmcli --terse", "systemctl is-active", "ovs-vsctl --timeout")
        return [line for line in lines if not line.startswith(reading)]

    def reboot(self) -> None:
        """Without links, and with all that is described."""
        (self.root / "network.log").unlink(missing_ok=True)
        self.unit("boot")
        here = self.host
        switches = dict.fromkeys(here["switches"], "")
        self.set(links=switches, masters={}, addresses={}, up=[], profiles={}, active=[
            one for one in here["active"] if one != TIMER
        ])  # fmt: skip
        if "systemd-networkd.service" in here["active"]:
            self.program("networkctl", "reload")
        elif "NetworkManager.service" in here["active"]:
            eager: dict[str, dict[str, str]] = {}
            for path in sorted((self.root / "etc/NetworkManager/system-connections").glob("*")):
                said = dict(line.partition("=")[::2] for line in path.read_text().splitlines())
                other = eager.get(said["interface-name"], {})
                if not other or int(said.get("autoconnect-priority", 0)) > int(other.get("autoconnect-priority", 0)):
                    eager[said["interface-name"]] = said
            for said in eager.values():
                self.program("nmcli", "connection", "up", "uuid", said["uuid"])
        else:
            names = re.findall(r"^(?:auto|allow-hotplug) (\S+)", self._interfaces(), re.MULTILINE)
            for name in names:
                if name != "lo":
                    self.program("ifup", name)
        self.unit("rollback")

    def _interfaces(self) -> str:
        places = [self.root / "etc/network/interfaces", *sorted((self.root / "etc/network/interfaces.d").glob("*"))]
        return "\n".join(path.read_text() for path in places)
