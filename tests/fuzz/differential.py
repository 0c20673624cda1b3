#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the canonicaliser with the real ``xl -N create`` over configurations from the whole schema.

Run it against a host that the lab has started (``make fuzz`` does both); it only makes dry runs there:

    tests/fuzz/differential.py --inventory .lab/inventory.yml --host xen1 --count 2000 --seed 1

Each configuration goes both ways: the model as a file to xl, whose JSON must be the one that canonical() makes of the
model; and that JSON through from_libxl() to a model that makes the same JSON again. Each batch has another xl.conf.

The files are those that the collection writes. With --respelled they are others that say the same, with positions,
prefixes, aliases, blanks, additions and what else xl reads; the model is then the one that the parser reads in them.

It ends with what was covered and what the run was made of, and exit status 1 if there was a difference. Cases can be
added to the recordings that the unit tests replay without a host: those that differ (--keep), and those that add most
to what the recordings cover (--keep-diverse).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".collections"))

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import read_xl_cfg
from ansible_collections.xlops.xen.tests.fuzz.alone import XlAlone, add_arguments, asked
from ansible_collections.xlops.xen.tests.fuzz.cases import Trial, cases, in_other_words, written, xl_confs
from ansible_collections.xlops.xen.tests.fuzz.coverage import most_diverse, report
from ansible_collections.xlops.xen.tests.fuzz.provenance import provenance
from ansible_collections.xlops.xen.tests.fuzz.xl_host import XlHost
from ansible_collections.xlops.xen.tests.unit.config.both_ways import faults_of
from ansible_collections.xlops.xen.tests.unit.dry_runs import Case, cases_of, keep

ALIKE = "alike"


def main() -> int:
    arguments = _arguments()
    host = asked(arguments)
    where = "no host" if arguments.alone else arguments.host
    print(f"Xen {host.version} on {where}, seed {arguments.seed}, {arguments.count} configurations")
    draw = in_other_words if arguments.respelled else written
    trials = cases(host.release, arguments.count, arguments.seed, draw)
    compared = list(_compared(host, trials, arguments))
    alike = [case for case in compared if case.why == ALIKE]
    differing = [case for case in compared if case.why != ALIKE]
    diverse = most_diverse(alike, arguments.keep_diverse, cases_of(host.release))
    kept = [*(differing if arguments.keep else ()), *diverse]
    if kept:
        keep(host.version, host.facts(""), kept)
    print("\n".join(report([case.model for case in compared], host.release)))
    counted = f"{len(alike)} alike, {len(differing)} differ"
    kind = " in other words" if arguments.respelled else ""
    made_of = provenance(trial.text for trial in trials)
    print(f"summary: Xen {host.version}, seed {arguments.seed}{kind}: {counted}; {made_of}")
    return 1 if differing else 0


def _compared(host: XlHost | XlAlone, trials: list[Trial], arguments: argparse.Namespace) -> Iterator[Case]:
    """The cases, each with what is different as the reason to keep it."""
    started, done, differing = time.monotonic(), 0, 0
    for batch, xl_conf in zip(_batches(trials, arguments.batch), xl_confs(host.xl_conf, arguments.seed)):
        runs = host.dry_runs([trial.text for trial in batch], xl_conf)
        for trial, run in zip(batch, runs):
            read, findings = read_xl_cfg(trial.text, release=host.release)
            faults = [str(finding) for finding in errors_in(findings)]
            if run.config is None:
                faults.append("xl refuses it")
            elif not faults:
                faults = faults_of(read, run.config, host.release, host.facts(xl_conf))
            if faults:
                print("\n".join(["--- differs", trial.text, *faults, f"xl says: {run.messages}"]))
            done, differing = done + 1, differing + bool(faults)
            yield Case("; ".join(faults) or ALIKE, xl_conf, trial.model, run.config)
        print(f"{done} compared, {differing} differ, {time.monotonic() - started:.0f} s", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    parser.add_argument("--count", type=int, default=2000, help="configurations to compare")
    parser.add_argument("--batch", type=int, default=100, help="configurations in one connection")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--respelled", action="store_true", help="files that the collection would not write")
    parser.add_argument("--keep", action="store_true", help="keep differing cases in the recordings")
    parser.add_argument("--keep-diverse", type=int, default=0, metavar="COUNT", help="and at most so many others")
    return parser.parse_args()


def _batches(trials: list[Trial], size: int) -> Iterator[list[Trial]]:
    for start in range(0, len(trials), size):
        yield trials[start : start + size]


if __name__ == "__main__":
    sys.exit(main())
