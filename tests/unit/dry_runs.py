# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Models and what the real ``xl -N create`` printed for them: the recordings of the fuzzer, replayed without a host.

A file for each release, in which every line is a JSON text: first the host, then the cases.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import HostFacts
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_conf import read_xl_conf
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

CORPUS = Path(__file__).parent / "data/dry_runs"


@dataclass(frozen=True)
class Case:
    """``why`` it is kept, the text of xl.conf; without a ``config`` xl refused the file."""

    why: str
    xl_conf: str
    model: dict[str, Any]
    config: dict[str, Any] | None


@dataclass(frozen=True)
class Recordings:
    """The cases of one host with one version of Xen."""

    version: str
    host: dict[str, Any]
    cases: tuple[Case, ...]

    @property
    def release(self) -> Release:
        return Release.parse(self.version)

    def facts(self, case: Case) -> HostFacts:
        """The host as it was for a case."""
        nodes = tuple(tuple(node) for node in self.host["nodes"])
        return HostFacts(**{**self.host, "nodes": nodes, "xl_conf": read_xl_conf(case.xl_conf)})


def recorded() -> list[Recordings]:
    """All that there is."""
    return [read(path) for path in sorted(CORPUS.glob("*.jsonl"))]


def cases_of(release: Release) -> tuple[Case, ...]:
    """Those of one release, of which there may be none."""
    return tuple(case for recordings in recorded() if recordings.release == release for case in recordings.cases)


def read(path: Path) -> Recordings:
    head, *cases = (json.loads(line) for line in path.read_text().splitlines())
    return Recordings(head["version"], head["host"], tuple(Case(**case) for case in cases))


def keep(version: str, host: HostFacts, cases: Iterable[Case]) -> None:
    """Add cases to the file of their release."""
    path = CORPUS / f"{Release.parse(version)}.jsonl"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        known = {key: value for key, value in asdict(host).items() if key != "xl_conf"}
        path.write_text(_line({"version": version, "host": known}))
    with path.open("a") as file:
        file.writelines(_line(asdict(case)) for case in cases)


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n"
