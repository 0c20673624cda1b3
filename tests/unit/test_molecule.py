# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps that Molecule would leave out without failing; each rule stands for a step that looked run and was not."""

from __future__ import annotations

import pathlib
import re
from typing import Any

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What they need is made by no target: the package of another release.
RUN_BY_HAND = ["switch"]
SCENARIOS = sorted(path.parent for path in (ROOT / "molecule").glob("*/molecule.yml"))


def config(scenario: pathlib.Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((scenario / "molecule.yml").read_text())
    return loaded


def arguments(scenario: pathlib.Path, step: str) -> list[str]:
    """What follows the step's name, for each time that it stands in the test sequence; nothing is an empty text."""
    words = (entry.partition(" ") for entry in config(scenario)["scenario"]["test_sequence"])
    return [argument for name, _blank, argument in words if name == step]


each_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)


@each_scenario
def test_verify_names_directories_that_hold_tests(scenario: pathlib.Path) -> None:
    """Molecule looks for test files below what a verify step names, and finds none below a file."""
    for argument in arguments(scenario, "verify"):
        assert list((scenario / (argument or "tests")).glob("**/test_*.py")), f"verify {argument} runs no test"


@each_scenario
def test_side_effects_are_declared_and_exist(scenario: pathlib.Path) -> None:
    """Without a side_effect playbook in the configuration, Molecule skips every side_effect step, its argument too."""
    playbook = config(scenario)["ansible"]["playbooks"].get("side_effect", "side_effect.yml")
    for argument in arguments(scenario, "side_effect"):
        assert (scenario / playbook).is_file(), f"{playbook} is missing, so no side_effect step runs"
        assert (scenario / (argument or playbook)).is_file(), f"side_effect {argument} is missing"


@each_scenario
def test_steps_have_their_playbooks(scenario: pathlib.Path) -> None:
    playbooks = config(scenario)["ansible"]["playbooks"]
    for step in ("prepare", "converge"):
        if arguments(scenario, step):
            assert (scenario / playbooks.get(step, f"{step}.yml")).is_file()


def test_make_runs_every_scenario() -> None:
    makefile = (ROOT / "make/check.mk").read_text()
    named = " ".join(re.findall(r"^(?:MORE_|UEFI_)?SCENARIOS := (.*)$", makefile, re.MULTILINE))
    assert sorted({*named.split(), "default", *RUN_BY_HAND}) == [scenario.name for scenario in SCENARIOS]
