# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guests of a host together: their order, what is purged, and what becomes of the others when one fails."""

from __future__ import annotations

from typing import Any

import pytest


def commands(bench: Any, *wanted: str) -> list[str]:
    return [call[0] for call in bench.acts() if call[0] in wanted]


def test_who_is_needed_is_created_first(bench: Any) -> None:
    result = bench.domains(bench.guest("web", depends_on=["db"]), bench.guest("db"))
    assert not result.get("failed")
    assert int(bench.domain("db")["domid"]) < int(bench.domain("web")["domid"])


def test_who_needs_a_guest_that_fails_is_not_created(bench: Any) -> None:
    bench.set(faults={"create": {"code": 3, "errors": "no\n", "once": True}})
    result = bench.domains(bench.guest("web", depends_on=["db"]), bench.guest("db"), bench.guest("alone"))
    assert "it depends on db, which failed" in result["domains"]["web"]["error"]
    assert bench.names() == ["alone"]
    assert "web.cfg" not in bench.files()


def test_who_is_needed_stays_while_the_other_does(bench: Any) -> None:
    guests = [bench.guest("web", depends_on=["db"], cmdline="deaf"), bench.guest("db")]
    bench.domains(*guests)
    result = bench.domains(*[{**one, "state": "stopped", "stop_timeout": 1} for one in guests])
    assert "web, which depends on it, is still there" in result["domains"]["db"]["error"]
    assert bench.names() == ["db", "web"]


@pytest.mark.parametrize("check", [True, False])
def test_nothing_is_done_where_one_fails_beforehand(bench: Any, check: bool) -> None:
    bench.calls()
    result = bench.domains(bench.guest("a"), bench.guest("b", kernel="/nowhere"), continue_on_error=False, check=check)
    assert "guest b failed and continue_on_error is false" in result["domains"]["a"]["error"]
    assert bench.acts() == []
    assert bench.names() == []


def test_the_first_that_fails_ends_the_run(bench: Any) -> None:
    bench.set(faults={"create": {"code": 3, "errors": "no\n", "after": 1, "once": True}})
    result = bench.domains(bench.guest("a"), bench.guest("b"), bench.guest("c"), continue_on_error=False)
    assert [bool(result["domains"][name]["error"]) for name in "abc"] == [False, True, True]
    assert bench.names() == ["a"]


def test_guests_of_ours_that_are_declared_no_more_are_purged(bench: Any) -> None:
    bench.domains(*[bench.guest(name) for name in ("a", "b", "keep")])
    (bench.etc / "theirs.cfg").write_text('name = "theirs"\n')
    options = {"purge": True, "max_removals": 2}
    check = bench.domains(bench.guest("keep"), check=True, **options)
    run = bench.domains(bench.guest("keep"), **options)
    assert [check["domains"][name]["actions"] for name in ("a", "b", "keep")] == [["stop", "remove"]] * 2 + [[]]
    assert {name: one["actions"] for name, one in run["domains"].items()} == {
        name: one["actions"] for name, one in check["domains"].items()
    }
    assert bench.names() == ["keep"]
    assert sorted(name for name in bench.files() if name.endswith(".cfg")) == ["keep.cfg", "theirs.cfg"]
    assert bench.domains(bench.guest("keep"), **options)["changed"] is False


def test_not_more_are_purged_than_may_be(bench: Any) -> None:
    bench.domains(*[bench.guest(name) for name in ("a", "b", "keep")])
    bench.calls()
    result = bench.domains(bench.guest("keep", memory=128), purge=True)
    assert "purge would remove 2 guests (a, b), and max_removals is 1" in result["msg"]
    assert bench.acts() == []


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("defaults", "words"),
    [
        ({"stop_timeout": 0}, "defaults.stop_timeout: 0 seconds leave the guest no time to shut down"),
        ({"stop_timeout": -1}, "defaults.stop_timeout: -1 is below 0"),
    ],
)
def test_how_guests_are_purged_is_held_to_what_holds_for_each(
    bench: Any, defaults: dict[str, Any], words: str, check: bool
) -> None:
    """Guests that are declared may say otherwise, or there may be none; those that are purged have the defaults."""
    bench.domains(bench.guest("a"), bench.guest("keep"))
    bench.calls()
    for declared in ([bench.guest("keep", stop_timeout=5)], []):
        result = bench.domains(*declared, defaults=defaults, purge=True, max_removals=2, check=check)
        assert result["failed"]
        assert words in result["msg"]
    assert bench.names() == ["a", "keep"]
    assert bench.acts() == []


def test_what_serves_others_and_what_is_protected_is_not_purged(bench: Any) -> None:
    bench.domains(bench.guest("net", driver_domain=True), bench.guest("vault", protect=["destroy"]))
    assert bench.domains(bench.guest("web1"), purge=True, max_removals=9)["domains"].keys() == {"web1"}
    assert bench.names() == ["net", "vault", "web1"]


@pytest.mark.parametrize("check", [True, False])
def test_who_is_needed_by_a_guest_that_stays_is_not_purged(bench: Any, check: bool) -> None:
    web = bench.guest("web", depends_on=["db"])
    bench.domains(bench.guest("db"), web)
    files = bench.files()
    bench.calls()
    result = bench.domains(web, purge=True, check=check)
    assert 'guest "web": it needs db, which is not declared, so that purge would remove it' in result["msg"]
    assert "declare db too, or remove what needs it from web" in result["msg"]
    assert (bench.acts(), bench.names(), bench.files()) == ([], ["db", "web"], files)


def test_who_is_needed_by_nobody_any_more_is_purged(bench: Any) -> None:
    bench.domains(bench.guest("db"), bench.guest("web", depends_on=["db"]))
    assert "msg" not in bench.domains(bench.guest("web"), purge=True)
    assert bench.names() == ["web"]
    bench.domains(bench.guest("db"), bench.guest("web", depends_on=["db"]))
    going = {"name": "web", "state": "absent", "depends_on": ["db"]}
    assert "msg" not in bench.domains(going, purge=True)
    assert bench.names() == []


def test_a_guest_that_somebody_else_made_is_not_purged(bench: Any) -> None:
    bench.domains(bench.guest("theirs"))
    (bench.etc / "theirs.cfg").unlink()
    bench.domains(purge=True)
    assert bench.names() == ["theirs"]


def test_the_defaults_of_declared_guests_say_no_more_of_purged_ones(bench: Any) -> None:
    bench.domains(*[bench.guest(name) for name in ("old", "web")])
    result = bench.domains(bench.guest("web"), purge=True, defaults={"protect": ["destroy"], "former_name": "web2"})
    assert "msg" not in result
    assert result["domains"]["old"]["actions"] == ["stop", "remove"]
    assert bench.names() == ["web"]


def test_purged_guests_go_as_the_defaults_say(bench: Any) -> None:
    bench.domains(bench.guest("old", cmdline="deaf"))
    result = bench.domains(purge=True, defaults={"stop_timeout": 1})
    assert "did not shut down within 1 s" in result["msg"]
    result = bench.domains(purge=True, defaults={"stop_timeout": 1, "destroy": "allowed"})
    assert result["domains"]["old"]["forced"] is True
