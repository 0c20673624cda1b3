# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What make's targets for fuzzing do, as make says it without doing it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from hypothesis import settings

ROOT = Path(__file__).resolve().parents[3]


def told(*words: str) -> str:
    """The commands of a target. What a make around this one has told its own recipes stays out."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--dry-run", "--assume-old=setup", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def test_a_release_that_was_built_is_compared_on_a_host_of_its_own() -> None:
    commands = told("fuzz", "SUITE=bullseye", "XEN=build:/a/xen.deb", "SEED=7")
    assert "-e xen_lab_suite=bullseye -e xen_lab_xen=build:/a/xen.deb " in commands
    assert f"--inventory {ROOT}/.lab/fuzz/bullseye/inventory.yml --host fuzz --count 2000 --seed 7 ||" in commands
    assert "--count 2000 --seed 7 --respelled ||" in commands


def test_without_a_package_the_xen_is_that_of_debian() -> None:
    assert "-e xen_lab_suite=bookworm -e xen_lab_xen= " in told("fuzz")


def test_every_tier_has_the_long_fuzzing() -> None:
    (stages,) = (line.split() for line in told("test-full").splitlines() if "stages.py" in line)
    assert {"fuzz-parsers", "fuzz-suites"} < set(stages)
    assert not {"fuzz-parsers", "fuzz-suites"} & set(told("test").split())


def test_both_releases_of_debian_have_their_turn() -> None:
    commands = told("fuzz-suites")
    for suite in ("bookworm", "trixie"):
        assert f"--inventory {ROOT}/.lab/fuzz/{suite}/inventory.yml" in commands


def test_the_long_mode_has_more_texts() -> None:
    assert "--hypothesis-profile=long tests/unit/config/test_hostile_texts.py" in told("fuzz-parsers")
    assert settings.get_profile("long").max_examples == 20 * settings.get_profile("short").max_examples
