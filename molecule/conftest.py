# SPDX-License-Identifier: GPL-3.0-or-later
"""What xl says of the guests, read once per test file."""

from __future__ import annotations

import json

import pytest


@pytest.fixture(scope="module", autouse=True)
def one_connection(host, tmp_path_factory):
    """All commands go over one: another costs an emulated host three seconds, and testinfra knows no option for it."""
    host.backend.controlpath = f"{tmp_path_factory.mktemp('ssh')}/%%n"


@pytest.fixture(scope="module")
def domains(host):
    """The guests' libxl configuration and id by name, without dom0: `xl list -l`."""
    listed = json.loads(host.check_output("xl list -l"))
    return {item["config"]["c_info"]["name"]: item for item in listed if item["domid"] != 0}


@pytest.fixture(scope="module")
def states(host):
    """The state letters by name: `xl list`."""
    rows = (line.split() for line in host.check_output("xl list").splitlines()[1:])
    return {row[0]: row[4] for row in rows}


@pytest.fixture(scope="module")
def xenstore(host):
    """Read one key of xenstore."""
    return lambda path: host.check_output("xenstore-read %s", path)
