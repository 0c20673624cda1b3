#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold what the lint says of xl against the real ``xl -N create``: does it refuse, warn, or keep silent?

Run it against a host that the lab has started:

    tests/fuzz/lint_against_xl.py --inventory .lab/inventory.yml --host xen1 --count 500 --seed 1

Each trial is a file with one mistake: those that the unit tests have, and mistakes of every kind at every key and
sub-key; all of them, or a sample. The findings of the lint claim what becomes of the file; a dry run decides. Of a file
without an error that xl accepts, it must also have made what the lint has read.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / ".collections"))

from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.compare import json_differences
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import Linted, lint_text
from ansible_collections.xlops.xen.plugins.module_utils._config.model import examine
from ansible_collections.xlops.xen.tests.fuzz.alone import XlAlone, add_arguments, asked
from ansible_collections.xlops.xen.tests.fuzz.claims import Claim, claim_of
from ansible_collections.xlops.xen.tests.fuzz.mistakes import trials
from ansible_collections.xlops.xen.tests.fuzz.provenance import provenance
from ansible_collections.xlops.xen.tests.fuzz.xl_host import DryRun, XlHost

BATCH = 100

# What xl says of every text for this key, whether there is anything to warn of or not.
CHATTER = re.compile(r"got a tsc mode string: .*\n?")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    parser.add_argument("--count", type=int, help="so many of the files, drawn at random, instead of all")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    host = asked(arguments)
    texts = list(dict.fromkeys(trials(host.release)))
    random.Random(arguments.seed).shuffle(texts)  # noqa: S311 - nothing secret comes of it
    texts = texts[: arguments.count]
    rules: Counter[str] = Counter()
    wrong = 0
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        for text, run in zip(batch, host.dry_runs(batch, "")):
            linted = lint_text(text, host.release)
            faults = _faults(linted, run, host)
            rules.update({finding.rule for finding in linted.findings})
            wrong += bool(faults)
            if faults:
                said = [f"lint: {finding.sentence} [{finding.rule}]" for finding in linted.findings]
                print("\n".join(["--- differs", text, *said, f"xl: {run.messages or 'says nothing'}", *faults]))
        print(f"{start + len(batch)} judged, {wrong} wrongly", flush=True)
    print("rules tried: " + ", ".join(f"{rule} {count}" for rule, count in sorted(rules.items())))
    counted = f"{len(texts)} files, {len(rules)} rules, {wrong} judged wrongly"
    print(f"summary: Xen {host.version}, seed {arguments.seed}: {counted}; {provenance(texts)}")
    return 1 if wrong else 0


def _faults(linted: Linted, run: DryRun, host: XlHost | XlAlone) -> list[str]:
    claims = [claim_of(finding) for finding in linted.findings]
    refused, spoke = run.config is None, bool(CHATTER.sub("", run.messages))
    faults = []
    if refused != (Claim.REFUSES in claims) and Claim.UNDECIDED not in claims:
        faults.append(f"xl {'refuses' if refused else 'accepts'} it")
    if not refused and spoke and not {Claim.WARNS, Claim.EITHER, Claim.UNDECIDED} & set(claims):
        faults.append("xl warns")
    if not refused and not spoke and Claim.WARNS in claims:
        faults.append("xl is silent")
    return faults or _otherwise_read(linted, run, host)


def _otherwise_read(linted: Linted, run: DryRun, host: XlHost | XlAlone) -> list[str]:
    """Where xl made something else of a file than the lint has read in it, if that has found no error."""
    if run.config is None or any(finding.severity == ERROR for finding in linted.findings):
        return []
    model, _findings = examine(linted.declaration, host.release)
    try:
        return json_differences(canonical(model, host.release, host.facts("")), run.config)
    except ConfigError as error:
        return [str(error)]


if __name__ == "__main__":
    sys.exit(main())
