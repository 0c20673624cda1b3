# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#!/usr/bin/env python3
"""Compare the canonicaliser with the real ``xl -N create`` over configurations from the whole schema.

Run it against a host that the lab has started (``make fuzz`` does both); it only makes dry runs there:

    tests/fuzz/differential.py --inventory .lab/inventory.yml --host xen1 --count 2000 --seed 1

Each configuration goes both ways: the model as a file to xl, whose JSON must be the one that canonical() makes of the
model; and that JSON through from_libxl() to a model that makes the same JSON again.

It ends with what was covered, and exit status 1 if there was a difference. Cases can be added to the recordings that
the unit tests replay without a host: those that differ (--keep), and those that together cover most (--keep-diverse).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".collections"))

from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.compare import json_differences
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.from_libxl import from_libxl, unsaid
from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import guest_type
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.tests.fuzz.cases import cases
from ansible_collections.xlops.xen.tests.fuzz.coverage import most_diverse, report
from ansible_collections.xlops.xen.tests.fuzz.xl_host import DryRun, XlHost
from ansible_collections.xlops.xen.tests.unit.dry_runs import Case, keep


def main() -> int:
    arguments = _arguments()
    host = XlHost(arguments.inventory, arguments.host)
    print(f"Xen {host.version} on {arguments.host}, seed {arguments.seed}, {arguments.count} configurations")
    started, alike, differing = time.monotonic(), [], []
    for batch in _batches(cases(host.release, arguments.count, arguments.seed), arguments.batch):
        runs = host.dry_runs([to_xl_cfg(model, host.release) for model in batch])
        for model, run in zip(batch, runs):
            faults = _faults(model, run, host)
            case = Case("; ".join(faults) or "diverse", model, run.config)
            (differing if faults else alike).append(case)
            if faults:
                _show(model, faults, run, host)
        print(f"{len(alike)} alike, {len(differing)} differ, {time.monotonic() - started:.0f} s", flush=True)
    _keep(arguments, host, alike, differing)
    print("\n".join(report([case.model for case in (*alike, *differing)], host.release)))
    print(f"read back: {sum(_is_said(case, host) for case in alike)} of {len(alike)} without a loss")
    print(f"summary: Xen {host.version}, seed {arguments.seed}: {len(alike)} alike, {len(differing)} differ")
    return 1 if differing else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inventory", type=Path, required=True, help="inventory file that the lab wrote")
    parser.add_argument("--host", default="xen1", help="host in it")
    parser.add_argument("--count", type=int, default=2000, help="configurations to compare")
    parser.add_argument("--batch", type=int, default=100, help="configurations in one connection")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep differing cases in the recordings")
    parser.add_argument("--keep-diverse", type=int, default=0, metavar="COUNT", help="and so many others")
    return parser.parse_args()


def _batches(models: list[Model], size: int) -> Iterator[list[Model]]:
    for start in range(0, len(models), size):
        yield models[start : start + size]


def _faults(model: Model, run: DryRun, host: XlHost) -> list[str]:
    if run.config is None:
        return [f"xl refuses it: {run.messages}"]
    forwards = json_differences(canonical(model, host.release, host.facts), run.config)
    return forwards or [f"read back: {fault}" for fault in _faults_of_reading(model, run, host)]


def _faults_of_reading(model: Model, run: DryRun, host: XlHost) -> list[str]:
    """What libxl's JSON loses on its way to a model and back, but for what needs no words, and what has none."""
    assert run.config is not None
    again, findings = from_libxl(run.config, host.release, host.facts)
    lost = unsaid(run.config, again, host.release, host.facts)
    changed = json_differences(run.config, canonical(again, host.release, host.facts))
    excused = tuple(_idle_places(model)) + (("b_info.cpuid",) if "cpuid" in model and "cpuid" not in again else ())
    found = [*(f"{path} is unsaid" for path in lost), *changed]
    return [str(finding) for finding in errors_in(findings)] + [
        fault for fault in found if not fault.startswith(excused)
    ]


def _idle_places(model: Model) -> Iterator[str]:
    """Where keys without an effect on the guest's type stand."""
    for key in (key for key in model if guest_type(model) not in OPTIONS[key].guests):
        yield from (".".join(place.path) for place in OPTIONS[key].places)
        yield from ["vkbs"] if key == "vfb" else []


def _is_said(case: Case, host: XlHost) -> bool:
    assert case.config is not None
    again, _findings = from_libxl(case.config, host.release, host.facts)
    return not unsaid(case.config, again, host.release, host.facts)


def _show(model: Model, faults: list[str], run: DryRun, host: XlHost) -> None:
    print("--- differs\n" + to_xl_cfg(model, host.release) + "\n".join(faults))
    if run.config is not None and run.messages:
        print("xl says: " + run.messages)


def _keep(arguments: argparse.Namespace, host: XlHost, alike: list[Case], differing: list[Case]) -> None:
    kept = [*(differing if arguments.keep else ()), *most_diverse(alike, arguments.keep_diverse)]
    if kept:
        keep(host.version, host.facts, kept)


if __name__ == "__main__":
    sys.exit(main())
