# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.canonical import canonical
from ansible_collections.xlops.xen.plugins.module_utils._config.model import normalise
from ansible_collections.xlops.xen.plugins.module_utils._config.secrets import hidden, hidden_json
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import RELEASES, Release

PASSWORD = "hunter2"
GUESTS = (
    {
        "name": "h",
        "type": "hvm",
        "vnc": True,
        "vncpasswd": PASSWORD,
        "spice": True,
        "spiceport": 1,
        "spicepasswd": PASSWORD,
    },
    {"name": "p", "kernel": "/k", "vfb": [{"vnc": True, "vncpasswd": PASSWORD}, {"vnc": False}]},
    {"name": "q", "kernel": "/k", "vnc": True, "vncpasswd": PASSWORD},
)


@pytest.mark.parametrize("release", RELEASES, ids=str)
@pytest.mark.parametrize("guest", GUESTS, ids=lambda guest: guest["name"])
def test_no_form_of_a_guest_shows_its_passwords(guest: dict[str, Any], release: Release) -> None:
    model = normalise(guest, release)
    config = canonical(model, release)
    assert str(config).count(PASSWORD) == str(hidden_json(config)).count("(secret)") > 0
    assert PASSWORD not in str(hidden_json(config))
    assert PASSWORD not in str(hidden(model))
    assert PASSWORD in str(config), "the original is left as it was"


def test_a_configuration_of_an_odd_shape_is_hidden_as_far_as_it_goes() -> None:
    config = {"b_info": [], "vfbs": [3, {"vnc": None}, {"vnc": {"passwd": PASSWORD}}], "disks": {}}
    assert hidden_json(config) == {**config, "vfbs": [3, {"vnc": None}, {"vnc": {"passwd": "(secret)"}}]}
