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
def reached(lab, tmp_path_factory):
    """A host of it by its name, over one connection: another costs an emulated host three seconds."""
    sockets = tmp_path_factory.mktemp("ssh")

    def reach(name):
        host = testinfra.get_host(f"ssh://{name}?ssh_config={lab}/ssh_config&timeout=60")
        host.backend.controlpath = f"{sockets}/%%n"
        return host

    return reach


@pytest.fixture(scope="module")
def left(reached):
    return reached("left")


@pytest.fixture(scope="module")
def right(reached):
    return reached("right")


@pytest.fixture(scope="module")
def controller():
    return testinfra.get_host("local://")
