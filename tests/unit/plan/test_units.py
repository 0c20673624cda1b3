# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of guests' systemd units, and the names of the units."""

from __future__ import annotations

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._plan.units import (
    drop_in_text,
    escape,
    escape_path,
    template_text,
    unit_name,
)
from hypothesis import given
from hypothesis import strategies as st

# What systemd-escape of systemd 252 writes.
ESCAPED = {
    "web1": "web1",
    "web-1": "web\\x2d1",
    "a.b": "a.b",
    ".hidden": "\\x2ehidden",
    'd$HOME 9% "q" \\x \u00e9@': "d\\x24HOME\\x209\\x25\\x20\\x22q\\x22\\x20\\x5cx\\x20\\xc3\\xa9\\x40",
}


@pytest.mark.parametrize(("name", "escaped"), ESCAPED.items())
def test_names_are_escaped(name: str, escaped: str) -> None:
    assert escape(name) == escaped


@given(st.text(st.characters(blacklist_categories=("Cs",)), min_size=1))
def test_a_unit_has_a_name_that_a_file_can_have(name: str) -> None:
    assert set(unit_name(name)) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz:_.-\\@")


def test_a_path_is_the_name_of_its_device() -> None:
    assert escape_path("/dev//vg-0/web1") == "dev-vg\\x2d0-web1"


def test_nothing_of_a_path_is_expanded_in_the_template() -> None:
    text = template_text("/opt/x%n/xl", "/etc/$HOME")
    assert 'ExecStart=/opt/x%%n/xl create -q -f "/etc/$$HOME/${XEN_GUEST}.cfg"\n' in text


def test_a_guest_waits_for_what_it_needs() -> None:
    model = {
        "kernel": "/srv/boot/vm linuz",
        "disk": [
            {"vdev": "xvda", "target": '/srv/100%/a"b\\c.img'},
            {"vdev": "xvdb", "target": "/dev/vg0/web1"},
            {"vdev": "xvdc", "target": "/srv/there.img", "backend": "storage"},
            {"vdev": "xvdd", "target": "/srv/a\nWants=evil.service"},
        ],
    }
    assert drop_in_text(model, ["storage", "db-1"], {unit_name("db-1"), unit_name("other")}).splitlines()[1:] == [
        "[Unit]",
        "Wants=xen-guest@db\\x2d1.service",
        "Wants=dev-vg0-web1.device",
        "After=xen-guest@storage.service",
        "After=xen-guest@db\\x2d1.service",
        "After=dev-vg0-web1.device",
        'RequiresMountsFor="/srv/boot/vm linuz"',
        'RequiresMountsFor="/srv/100%%/a\\"b\\\\c.img"',
    ]


def test_a_guest_that_takes_longer_to_stop_is_waited_for_as_long() -> None:
    assert drop_in_text({}, [], set(), 900).endswith("[Service]\nTimeoutStopSec=900\n")
    assert drop_in_text({}, [], set(), 60) == drop_in_text({}, [], set())
