#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of every type of guest on a real Xen host: check, run, run, check, and the guest is gone again.

Run it against a host that the lab has started (``make options`` does both). Guests are made by xl_domains and stay
paused, so that what they cost is what their making costs:

    tests/options/real_host.py --inventory .lab/options/inventory.yml --host options

It fails if a run did something else than was foreseen, if there was something left to do after it, or if a guest that
could not be made left anything behind. What the host refused is told with its reason, and recorded beside what it made:
docs/options.md has its marks from there.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".collections"))

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM
from ansible_collections.xlops.xen.tests.fuzz.coverage import touched
from ansible_collections.xlops.xen.tests.fuzz.xl_host import XlHost
from ansible_collections.xlops.xen.tests.options.cases import BOOTLOADER, GUESTS, PLACE, UNTRIED, Case, cases
from ansible_collections.xlops.xen.tests.options.record import MADE, keep
from ansible_collections.xlops.xen.tests.tools import payload

ENGINE = {"state": "paused", "destroy": "allowed", "stop_timeout": 0}
TOLD = ("actions", "commands", "differences", "pending")
HOUR = 3600

# A bootloader hands over copies, which libxl removes when it has read them.
PREPARED = f"""
set -eu
mkdir -p {PLACE}
cp "$(ls /boot/vmlinuz-* | sort -V | tail -n 1)" {PLACE}/kernel
truncate -s 8M {PLACE}/disk.img
truncate -s 2M {PLACE}/medium.iso
head -c 256 /dev/zero > {PLACE}/table
qemu-img create -q -f qcow2 {PLACE}/disk.qcow2 8M
cat > {BOOTLOADER} << 'END'
#!/bin/sh
for word; do
    case $word in
    --output=*) output=${{word#*=}} ;;
    --output-directory=*) directory=${{word#*=}} ;;
    esac
done
cp {GUESTS}/tiny "$directory/kernel"
printf 'kernel %s\\0' "$directory/kernel" > "$output"
END
chmod 755 {BOOTLOADER}
"""
FOUND = """
first() { ls -d "$@" 2> /dev/null | head -n 1; }
echo "seabios=$(first /usr/share/seabios/bios-256k.bin /usr/lib/xen-*/boot/seabios.bin /nowhere/seabios.bin)"
echo "hvmloader=$(first /usr/lib/xen-*/boot/hvmloader /opt/xen/*/lib/xen/boot/hvmloader)"
echo "shim=$(first /usr/lib/xen-*/boot/xen-shim /nowhere/xen-shim)"
echo "device_model=$(first /usr/libexec/xen-qemu-system-i386 /usr/lib/xen-*/bin/qemu-system-i386)"
echo firmware=pvgrub64
"""
LEFT = "xl list | awk 'NR > 1 { print $1 }' | grep ^opt || true; ls /etc/xen | grep ^opt || true"


class Options:
    """A host, and what became of the guests with each option on it."""

    def __init__(self, host: XlHost) -> None:
        self.host = host
        self.host.run(PREPARED)
        self.words = dict(line.split("=", 1) for line in self.host.run(FOUND).decode().splitlines())
        self.outcomes: list[tuple[Case, str]] = []
        self.faults: list[str] = []

    def domains(self, guests: Sequence[dict[str, Any]], check: bool = False, **engine: Any) -> dict[str, Any]:
        arguments = {"domains": [{**guest, **ENGINE, **engine} for guest in guests]}
        program = payload.sent("xlops.xen.xl_domains", check, **arguments).content
        said = self.host.run("/usr/bin/python3 - || true", program, HOUR).decode()
        result: dict[str, Any] = json.loads(said)
        if "domains" not in result:
            raise SystemExit(f"xl_domains says: {result.get('msg', said)}")
        reports: dict[str, Any] = result["domains"]
        return reports

    def batch(self, of_batch: Sequence[Case]) -> None:
        guests = [case.guest for case in of_batch]
        foreseen = self.domains(guests, check=True)
        made = self.domains(guests)
        there = [case for case in of_batch if not made[case.guest["name"]].get("error")]
        again = self.domains([case.guest for case in there])
        settled = self.domains([case.guest for case in there], check=True)
        for case in of_batch:
            name = case.guest["name"]
            error = made[name].get("error", "")
            self.outcomes.append((case, error or MADE))
            print(f"{case.kind} {case.key} {name}: {error or MADE}", flush=True)
            if not error:
                self.faults += _faults(case, foreseen[name], made[name], again[name], settled[name])
        self.clear(of_batch)

    def clear(self, of_batch: Sequence[Case]) -> None:
        """Nothing is left of those that could not be made; the others are removed, and then nothing of them is."""
        failed = {case.guest["name"] for case, outcome in self.outcomes if outcome != MADE}
        left = self.host.run(LEFT).decode().split()
        self.faults += [
            f"{word} is left of a guest that could not be made" for word in left if word.split(".")[0] in failed
        ]
        self.domains([{"name": case.guest["name"]} for case in of_batch], state="absent")
        self.faults += [f"{word} is left of a guest that was removed" for word in self.host.run(LEFT).decode().split()]


def _faults(case: Case, foreseen: Any, made: Any, again: Any, settled: Any) -> Iterator[str]:
    about = f"{case.kind} {case.key} {json.dumps(case.guest)}"
    for word in TOLD:
        if foreseen.get(word) != made.get(word):
            yield f"{about}: {word} foreseen {foreseen.get(word)}, done {made.get(word)}"
    for when, report in (("the second run", again), ("the check after it", settled)):
        if report["changed"] or report["pending"] or report.get("error"):
            left = {word: report.get(word) for word in (*TOLD, "error") if report.get(word)}
            yield f"{about}: {when} has something to do: {json.dumps(left)}"


def _batches(every: Sequence[Case], size: int) -> Iterator[Sequence[Case]]:
    """Those with a device model by themselves: dom0 has memory for a few."""
    for kind, most in ((HVM, size // 3), (None, size)):
        of_kind = [case for case in every if (case.kind == HVM) == (kind == HVM)]
        yield from (of_kind[start : start + most] for start in range(0, len(of_kind), most))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inventory", type=Path, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--batch", type=int, default=36, help="guests at once, and a third of that with device models")
    parser.add_argument("--only", nargs="*", metavar="OPTION", help="options to try; nothing is recorded then")
    chosen = parser.parse_args()
    host = XlHost(chosen.inventory, chosen.host)
    options = Options(host)
    every = [case for case in cases(host.release, options.words) if not chosen.only or case.key in chosen.only]
    started = time.monotonic()
    for of_batch in _batches(every, chosen.batch):
        options.batch(of_batch)
        print(f"-- {len(options.outcomes)} of {len(every)}, {time.monotonic() - started:.0f} s", flush=True)
    if not chosen.only:
        keep(host.version, [(case.key, case.kind, outcome, touched(case.guest)) for case, outcome in options.outcomes])
    print("\n".join(["", *options.faults]))
    made = sum(outcome == MADE for _case, outcome in options.outcomes)
    print(
        f"summary: Xen {host.version}: {made} guests made and found as declared, {len(every) - made} refused by the "
        f"host, {len(options.faults)} faults; not tried: {', '.join(sorted(UNTRIED))}"
    )
    return 1 if options.faults else 0


if __name__ == "__main__":
    sys.exit(main())
