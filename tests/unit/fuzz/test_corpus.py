# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A seed gives the same configurations again, whatever else is loaded, and a run says what it was made of."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.fuzz import provenance
from ansible_collections.xlops.xen.tests.fuzz.cases import Draw, cases, in_other_words, written

RELEASE, COUNT, SEED = Release(4, 17), 20, 5
ELSEWHERE = f"""
import constants
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.fuzz.cases import cases, in_other_words, written
from ansible_collections.xlops.xen.tests.fuzz.provenance import digest

release = Release.parse("{RELEASE}")
for draw in (written, in_other_words):
    print(digest(trial.text for trial in cases(release, {COUNT}, {SEED}, draw)))
"""


def digest(number: int = SEED, draw: Draw = written) -> str:
    return provenance.digest(trial.text for trial in cases(RELEASE, COUNT, number, draw))


def test_a_seed_gives_the_same_again_whatever_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "constants.py").write_text(f"WORDS = {[f'word {number}' for number in range(500)]}\n")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path]), "PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [digest(), digest(draw=in_other_words)]


def test_another_seed_gives_others() -> None:
    assert digest() != digest(SEED + 1)


def test_the_digest_knows_order_and_borders() -> None:
    different = [["ab", "c"], ["a", "bc"], ["c", "ab"], ["abc"], ["ab", "c", ""], []]
    assert len({provenance.digest(one) for one in different}) == len(different)


def test_a_run_says_its_sources_its_drawer_and_its_files() -> None:
    made_of = (
        f"collection (.+), Hypothesis {re.escape(hypothesis.__version__)}, corpus sha256 {provenance.digest(['a'])}"
    )
    said = re.fullmatch(made_of, provenance.provenance(["a"]))
    assert said is not None
    assert said[1] == provenance.commit()


def git(directory: Path, *words: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=directory, check=True, capture_output=True)


def test_a_commit_is_named_and_a_change_of_it_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert provenance.commit() == "unknown"
    git(tmp_path, "init")
    (tmp_path / "a").write_text("1")
    recording = tmp_path / provenance.RECORDINGS / "4.17.jsonl"
    recording.parent.mkdir(parents=True)
    recording.write_text("1")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "first")
    clean = provenance.commit()
    assert re.fullmatch("[0-9a-f]{7,}", clean)
    recording.write_text("2")
    assert provenance.commit() == clean
    (tmp_path / "a").write_text("2")
    assert provenance.commit() == f"{clean}-dirty"
