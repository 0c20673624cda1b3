# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#!/usr/bin/env python3
"""Compare the canonicaliser with the real ``xl -N create`` over configurations from the whole schema.

Run it against a host that the lab has started; it only makes dry runs there:

    tests/fuzz/differential.py --inventory .lab/inventory.yml --host xen1 --count 2000 --seed 1

It ends with a summary and exit status 1 if there was a difference. Differing cases can be kept (--keep) in the corpus,
which the unit tests replay without a host.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".collections"))

from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.compare import json_differences
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.fuzz.xl_host import DryRun, XlHost
from ansible_collections.xlops.xen.tests.unit.config.strategies import models

CORPUS = Path(__file__).with_name("corpus")


def main() -> int:
    arguments = _arguments()
    host = XlHost(arguments.inventory, arguments.host)
    print(f"Xen {host.version} on {arguments.host}, seed {arguments.seed}, {arguments.count} configurations")
    started, compared, differing, keys = time.monotonic(), 0, 0, set()
    for batch in _batches(_cases(host.release, arguments.count, arguments.seed), arguments.batch):
        runs = host.dry_runs([to_xl_cfg(model, host.release) for model in batch])
        for model, run in zip(batch, runs):
            faults = _faults(model, run, host)
            compared, differing = compared + 1, differing + bool(faults)
            keys.update(model)
            if faults:
                _show(model, faults, run, host)
            if faults and arguments.keep:
                _keep(model, run, host, f"{host.release}-{arguments.seed}-{compared}")
        print(f"{compared} compared, {differing} differ, {time.monotonic() - started:.0f} s", flush=True)
    print(
        f"summary: Xen {host.version}, seed {arguments.seed}: {compared} configurations over {len(keys)} keys, "
        f"{differing} differences"
    )
    return 1 if differing else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inventory", type=Path, required=True, help="inventory file that the lab wrote")
    parser.add_argument("--host", default="xen1", help="host in it")
    parser.add_argument("--count", type=int, default=2000, help="configurations to compare")
    parser.add_argument("--batch", type=int, default=100, help="configurations in one connection")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep differing cases in the corpus")
    return parser.parse_args()


def _cases(release: Release, count: int, number: int) -> list[Model]:
    """Distinct models, the same for the same seed; each comes from a seed of its own, lest they resemble each other."""
    found: dict[str, Model] = {}
    attempt = 0
    while len(found) < count:
        attempt += 1
        model = _drawn(release, number * 1_000_003 + attempt)
        found.setdefault(json.dumps(model, sort_keys=True), model)
    return list(found.values())


def _drawn(release: Release, number: int) -> Model:
    drawn: list[Model] = []

    @seed(number)
    @settings(
        max_examples=3, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(models(release))
    def collect(case: tuple[Release, Model]) -> None:
        drawn.append(case[1])

    collect()
    return drawn[-1]


def _batches(cases: list[Model], size: int) -> Iterator[list[Model]]:
    for start in range(0, len(cases), size):
        yield cases[start : start + size]


def _faults(model: Model, run: DryRun, host: XlHost) -> list[str]:
    if run.config is None:
        return [f"xl refuses it: {run.messages}"]
    return json_differences(canonical(model, host.release, host.facts), run.config)


def _show(model: Model, faults: list[str], run: DryRun, host: XlHost) -> None:
    print("--- differs\n" + to_xl_cfg(model, host.release) + "\n".join(faults))
    if run.config is not None and run.messages:
        print("xl says: " + run.messages)


def _keep(model: Model, run: DryRun, host: XlHost, name: str) -> None:
    case: dict[str, Any] = {"version": host.version, "model": model, "config": run.config, "messages": run.messages}
    (CORPUS / f"{name}.json").write_text(json.dumps(case, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
