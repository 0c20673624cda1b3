#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What creating guests and a run that changes nothing cost on a real Xen host, beside bare calls of xl.

python3 tests/bench/real_host.py --inventory .lab/bench/inventory.yml --host bench

Seconds are those of the host, from the start of Python to its end, of the program that Ansible sends: without its ssh.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".collections"))

from ansible_collections.xlops.xen.tests.bench.table import show
from ansible_collections.xlops.xen.tests.fuzz.xl_host import XlHost
from ansible_collections.xlops.xen.tests.tools import payload

COUNTS = (10, 50)
PROCESSES = 6
TINY = {"type": "pv", "kernel": "/srv/xen-lab/guests/tiny", "memory": 16, "destroy": "allowed", "stop_timeout": 1}
HOUR = 3600

TIMED = "start=$(date +%s%N); {command}; echo; echo $((($(date +%s%N) - start) / 1000000))"
TRACED = """
trace=$(mktemp); trap 'rm "$trace"' EXIT
strace -f --seccomp-bpf -qq -e trace=execve -e signal=none -o "$trace" /usr/bin/python3 - > /dev/null
cat "$trace"
"""


class Bench:
    def __init__(self, host: XlHost, count: int) -> None:
        self.host = host
        self.names = [f"tiny{number}" for number in range(1, count + 1)]

    def module(self, **options: Any) -> tuple[dict[str, Any], float]:
        """The result of xl_domains over all guests, and its seconds."""
        answer = self.host.run(TIMED.format(command="/usr/bin/python3 -"), self.program(**options), HOUR)
        said, _break, milliseconds = answer.decode().strip().rpartition("\n")
        result: dict[str, Any] = json.loads(said)
        if result.get("failed"):
            raise SystemExit(result["msg"])
        return result, int(milliseconds) / 1000

    def program(self, **options: Any) -> bytes:
        guests = [{"name": name} for name in self.names]
        return payload.sent("xlops.xen.xl_domains", defaults={**TINY, **options}, domains=guests).content

    def processes(self) -> int:
        """How many programs were started by a run, that of Python among them."""
        trace = self.host.run(TRACED, self.program(), HOUR).decode()
        return len({line.split()[0] for line in trace.splitlines() if line.endswith("= 0")})

    def bare(self, *commands: str) -> float:
        """Seconds of commands one after another."""
        quiet = "; ".join(f"{command} > /dev/null" for command in commands)
        return int(self.host.run(TIMED.format(command=quiet), timeout=HOUR)) / 1000

    def each(self, command: str) -> list[str]:
        return [command.format(shlex.quote(name)) for name in self.names]


def row(host: XlHost, count: int) -> tuple[object, ...]:
    bench = Bench(host, count)
    created, creating = bench.module()
    assert created["changed"], created
    again, nothing = bench.module()
    assert not again["changed"], again
    processes = bench.processes()
    assert processes <= PROCESSES, processes
    reading = bench.bare("xl info -n", "xl list -l", "xl list -v")
    bench.bare(*bench.each("xl destroy {}"))
    alone = bench.bare(*bench.each("xl create -q -f /etc/xen/{}.cfg"))
    bench.module(state="absent")
    return (str(count), processes, nothing, reading, nothing - reading, creating, alone, creating / alone)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inventory", type=Path, required=True)
    parser.add_argument("--host", required=True)
    options = parser.parse_args()
    host = XlHost(options.inventory, options.host)
    show(
        f"Xen {host.version}: nothing to do, budget {PROCESSES} processes; guests created, budget 1.1 times bare xl",
        (
            *("guests", "processes", "nothing to do, s", "its readings by bare xl, s", "the rest, s"),
            *("created, s", "by bare xl, s", "times"),
        ),
        [row(host, count) for count in COUNTS],
    )


if __name__ == "__main__":
    main()
