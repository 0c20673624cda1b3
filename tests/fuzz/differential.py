#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the canonicaliser with the real ``xl -N create`` over configurations from the whole schema.

Run it against a host that the lab has started (``make fuzz`` does both); it only makes dry runs there:

    tests/fuzz/differential.py --inventory .lab/inventory.yml --host xen1 --count 2000 --seed 1

Each configuration goes both ways: the model as a file to xl, whose JSON must be the one that canonical() makes of the
model; and that JSON through from_libxl() to a model that makes the same JSON again. Each batch has another xl.conf.

It ends with what was covered and what the run was made of, and exit status 1 if there was a difference. Cases can be
added to the recordings that the unit tests replay without a host: those that differ (--keep), and those that together
cover most (--keep-diverse).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".collections"))

from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.tests.fuzz.alone import XlAlone, add_arguments, asked
from ansible_collections.xlops.xen.tests.fuzz.cases import cases, xl_confs
from ansible_collections.xlops.xen.tests.fuzz.coverage import most_diverse, report
from ansible_collections.xlops.xen.tests.fuzz.provenance import provenance
from ansible_collections.xlops.xen.tests.fuzz.xl_host import XlHost
from ansible_collections.xlops.xen.tests.unit.config.both_ways import faults_of
from ansible_collections.xlops.xen.tests.unit.dry_runs import Case, keep

ALIKE = "alike"


def main() -> int:
    arguments = _arguments()
    host = asked(arguments)
    where = "no host" if arguments.alone else arguments.host
    print(f"Xen {host.version} on {where}, seed {arguments.seed}, {arguments.count} configurations")
    compared = list(_compared(host, arguments))
    alike = [case for case in compared if case.why == ALIKE]
    differing = [case for case in compared if case.why != ALIKE]
    kept = [*(differing if arguments.keep else ()), *most_diverse(alike, arguments.keep_diverse)]
    if kept:
        keep(host.version, host.facts(""), kept)
    print("\n".join(report([case.model for case in compared], host.release)))
    made_of = provenance(to_xl_cfg(case.model, host.release) for case in compared)
    print(f"summary: Xen {host.version}, seed {arguments.seed}: {len(alike)} alike, {len(differing)} differ; {made_of}")
    return 1 if differing else 0


def _compared(host: XlHost | XlAlone, arguments: argparse.Namespace) -> Iterator[Case]:
    """The cases, each with what is different as the reason to keep it."""
    started, done, differing = time.monotonic(), 0, 0
    models = cases(host.release, arguments.count, arguments.seed)
    for batch, xl_conf in zip(_batches(models, arguments.batch), xl_confs(host.xl_conf, arguments.seed)):
        runs = host.dry_runs([to_xl_cfg(model, host.release) for model in batch], xl_conf)
        for model, run in zip(batch, runs):
            faults = ["xl refuses it"]
            if run.config is not None:
                faults = faults_of(model, run.config, host.release, host.facts(xl_conf))
            if faults:
                print("\n".join(["--- differs", to_xl_cfg(model, host.release), *faults, f"xl says: {run.messages}"]))
            done, differing = done + 1, differing + bool(faults)
            yield Case("; ".join(faults) or ALIKE, xl_conf, model, run.config)
        print(f"{done} compared, {differing} differ, {time.monotonic() - started:.0f} s", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    parser.add_argument("--count", type=int, default=2000, help="configurations to compare")
    parser.add_argument("--batch", type=int, default=100, help="configurations in one connection")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep differing cases in the recordings")
    parser.add_argument("--keep-diverse", type=int, default=0, metavar="COUNT", help="and so many others")
    return parser.parse_args()


def _batches(models: list[Model], size: int) -> Iterator[list[Model]]:
    for start in range(0, len(models), size):
        yield models[start : start + size]


if __name__ == "__main__":
    sys.exit(main())
