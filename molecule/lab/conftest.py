# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of the lab of this scenario, which are not that of the other scenarios."""

from __future__ import annotations

import os
import pathlib

import pytest
import testinfra


@pytest.fixture(scope="module")
def lab():
    """Its directory."""
    name = os.environ.get("XLOPS_TEST_LAB") or "bookworm"
    return pathlib.Path(os.environ["MOLECULE_PROJECT_DIRECTORY"]) / f".lab/test/{name}-pair"


@pytest.fixture(scope="module")
def left(lab):
    return testinfra.get_host(f"ssh://left?ssh_config={lab}/ssh_config")


@pytest.fixture(scope="module")
def right(lab):
    return testinfra.get_host(f"ssh://right?ssh_config={lab}/ssh_config")


@pytest.fixture(scope="module")
def controller():
    return testinfra.get_host("local://")
