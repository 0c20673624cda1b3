# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""USB controllers and devices come to a running guest and go from it, and where they cannot, that is said."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.tests.contract.twice import check_then_run_twice

STICK = {"hostbus": 1, "hostaddr": 4}
KEY = {"hostbus": 2, "hostaddr": 4}
CONTROLLER = {"version": 2}
ATTACH = "usbdev-attach 1 type=hostdev hostbus={} hostaddr={} controller={} port={}"


@pytest.fixture
def usb_bench(bench: Any) -> Any:
    bench.set(by_schema=True)
    return bench


def changed(bench: Any, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The report of a guest that is made and then declared otherwise."""
    bench.domains(bench.guest(**before))
    return check_then_run_twice(bench, bench.guest(**after))


def there(bench: Any) -> list[tuple[int, int]]:
    return [(one["ctrl"], one["port"]) for one in bench.domain("web1")["config"].get("usbdevs", [])]


CHANGES = [
    ({}, {"usbctrl": [CONTROLLER]}, ["usbctrl-attach 1 type=auto version=2"]),
    ({"usbctrl": [CONTROLLER]}, {"usbctrl": []}, ["usbctrl-detach 1 0"]),
    ({"usbctrl": [{}]}, {"usbctrl": [{}], "usbdev": [STICK]}, [ATTACH.format(1, 4, 0, 1)]),
    (
        {},
        {"usbctrl": [CONTROLLER], "usbdev": [STICK, {**KEY, "controller": 0, "port": 1}]},
        ["usbctrl-attach 1 type=auto version=2", ATTACH.format(1, 4, 0, 2), ATTACH.format(2, 4, 0, 1)],
    ),
    (
        {"usbctrl": [{}], "usbdev": [STICK, KEY]},
        {"usbctrl": [{}], "usbdev": [KEY]},
        ["usbdev-detach 1 0 1"],
    ),
    (
        {"usbctrl": [{}], "usbdev": [STICK]},
        {"usbctrl": [{}], "usbdev": [KEY]},
        ["usbdev-detach 1 0 1", ATTACH.format(2, 4, 0, 1)],
    ),
    (
        {"usbctrl": [{}], "usbdev": [STICK]},
        {"usbctrl": [], "usbdev": []},
        ["usbdev-detach 1 0 1", "usbctrl-detach 1 0"],
    ),
    ({"usbdev": [STICK]}, {"usbdev": []}, ["usbdev-detach 1 0 1", "usbctrl-detach 1 0"]),
]
NAMES = ["a controller", "no controller", "a device", "both", "one of two", "another", "none of both", "an implied one"]


@pytest.mark.parametrize(("before", "after", "commands"), CHANGES, ids=NAMES)
def test_usb_comes_and_goes(usb_bench: Any, before: dict[str, Any], after: dict[str, Any], commands: list[str]) -> None:
    report = changed(usb_bench, before, after)
    assert report["commands"] == [f"xl {command}" for command in commands]
    assert report["pending"] == []
    assert len(there(usb_bench)) == len(after.get("usbdev", []))


REFUSED = [
    ({}, {"usbdev": [STICK]}, "none of its controllers has a free port; declare a usbctrl"),
    (
        {"usbctrl": [{}]},
        {"usbctrl": [{}], "usbdev": [{**STICK, "controller": 1}]},
        "controller 1 has no such free port; declare a usbctrl",
    ),
    ({"usbctrl": [{}]}, {"usbctrl": [{}], "usbdev": [{**STICK, "port": 3}]}, "no port without the number"),
    ({"type": "pvh"}, {"type": "pvh", "usbctrl": [{"type": "devicemodel"}]}, "only an HVM guest has a device model"),
    ({"usbctrl": [{"version": 1}]}, {"usbctrl": [{"version": 2}]}, "xl changes no usbctrl that stays"),
    (
        {"usbctrl": [{}, {}], "usbdev": [{**STICK, "controller": 1, "port": 1}]},
        {"usbctrl": [{}], "usbdev": [{**STICK, "controller": 1, "port": 1}]},
        "a USB device that stays is attached to it",
    ),
]


@pytest.mark.parametrize(("before", "after", "why"), REFUSED)
def test_what_cannot_come_waits_and_says_why(
    usb_bench: Any, before: dict[str, Any], after: dict[str, Any], why: str
) -> None:
    report = changed(usb_bench, before, after)
    assert (report["commands"], report["actions"]) == ([], ["write", "stage"])
    assert why in str([one["how"] for one in report["pending"]])


def test_what_waits_waits_with_what_it_is_attached_to(usb_bench: Any) -> None:
    report = changed(usb_bench, {}, {"usbctrl": [{}], "usbdev": [{**STICK, "controller": 7}]})
    assert (report["commands"], len(report["pending"])) == ([], 2)


def test_an_attachment_of_which_xl_lies_is_a_failure(usb_bench: Any) -> None:
    bench = usb_bench
    bench.domains(bench.guest(usbctrl=[{}]))
    bench.set(faults={"usbdev-attach": {"code": 0}})
    result = bench.domains(bench.guest(usbctrl=[{}], usbdev=[STICK]))
    assert "usbdev[1:4] is still null after xl usbdev-attach" in result["msg"]
    assert there(bench) == []


def test_what_came_goes_again_where_a_later_change_fails(usb_bench: Any) -> None:
    bench = usb_bench
    bench.domains(bench.guest())
    files = bench.files()
    bench.set(faults={"usbdev-attach": {"code": 1, "errors": "libxl_device_usbdev_add failed.\n", "after": 1}})
    result = bench.domains(bench.guest(usbctrl=[{}], usbdev=[STICK, KEY]))
    assert "usbdev-attach" in result["msg"]
    assert (there(bench), bench.domain("web1")["config"]["usbctrls"], bench.files()) == ([], [], files)
