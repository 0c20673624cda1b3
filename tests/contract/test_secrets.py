# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A password is in no result, message or command, and in no file but those that are for root alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS

# With a quote and a backslash, which xl.cfg writes otherwise.
FIRST, SECOND = 'Tulip-"4711"', "Crocus\\0815"
HVM_GUEST = {"type": "hvm", "kernel": None, "disk": []}
SPICE = {"spice": True, "spiceport": 6000, "spicedisable_ticketing": False}
# What a key needs beside it. A vfb is a paravirtual guest's.
BESIDE: dict[str, dict[str, Any]] = {"vncpasswd": {**HVM_GUEST, "vnc": True}, "spicepasswd": {**HVM_GUEST, **SPICE}}

ECHO = {"code": 3, "errors": "libxl: error: no luck\n", "echoes": True}


def secret_rows(options: Iterable[Option] = tuple(OPTIONS.values()), path: tuple[str, ...] = ()) -> Iterator[str]:
    for option in options:
        if option.secret:
            yield ".".join((*path, option.key))
        yield from secret_rows(option.fields, (*path, option.key))


ROWS = list(secret_rows())


def guest(bench: Any, row: str, password: str | None, **more: Any) -> dict[str, Any]:
    key, _dot, field = row.partition(".")
    value = {key: [{"vnc": True, field: password}]} if field else {key: password, **BESIDE[key]}
    if password is None and "spice" in value:
        value = {**value, "spicedisable_ticketing": True}
    keys = {name: one for name, one in {**value, **more}.items() if one is not None or name == "kernel"}
    found: dict[str, Any] = bench.guest(**keys)
    return {name: one for name, one in found.items() if one is not None}


def written(password: str) -> tuple[str, ...]:
    """As it is, as xl.cfg has it, and as JSON has it."""
    escaped = password.replace("\\", "\\\\").replace('"', '\\"')
    return tuple({password, escaped, escaped.replace("\\", "\\\\").replace('"', '\\"')})


def hiding_places(bench: Any) -> dict[str, Path]:
    """Every file of the run but the stand-in's own memory; what the modules said and were called with among them."""
    return {str(path.relative_to(bench.root)): path for path in bench.root.rglob("*") if path.is_file()}


def leaks(bench: Any) -> list[str]:
    found = []
    for name, path in hiding_places(bench).items():
        text = path.read_bytes().decode("utf-8", "replace")
        if name in ("world", "world.new") or not any(
            form in text for password in (FIRST, SECOND) for form in written(password)
        ):
            continue
        if not name.startswith(("etc/", "userdata/")) or path.stat().st_mode & 0o077:
            found.append(name)
    return found


@pytest.fixture
def told(bench: Any) -> Any:
    bench.set(by_schema=True)
    return bench


def test_the_rows_that_are_secret_are_known() -> None:
    assert ROWS == ["vncpasswd", "spicepasswd", "vfb.vncpasswd"]
    assert OPTIONS["vncpasswd"].guests != (HVM,), "a paravirtual guest may have one framebuffer by the same key"


@pytest.mark.parametrize("row", ROWS)
def test_a_password_is_made_changed_read_and_removed(told: Any, row: str) -> None:
    bench = told
    for password in (FIRST, FIRST, SECOND):
        for check in (True, False):
            result = bench.domains(guest(bench, row, password), check=check)
            assert not result.get("failed"), result["msg"]
    assert FIRST not in bench.files()["web1.cfg"][0]
    assert any(form in bench.files()["web1.cfg"][0] for form in written(SECOND))
    assert result["domains"]["web1"]["pending"], "the change is told, and not what it is"
    bench.run("xl_domain_info")
    bench.run("libxl_config", name="web1", state="read")
    bench.domains(guest(bench, row, None))
    bench.domains(guest(bench, row, SECOND, restart="allowed"))
    bench.domains({"name": "web1", "state": "absent"})
    assert leaks(bench) == []


@pytest.mark.parametrize("command", ["create", "-N create", "config-update"])
@pytest.mark.parametrize("row", ROWS)
def test_a_password_is_hidden_where_xl_says_the_text_of_its_file(told: Any, row: str, command: str) -> None:
    bench = told
    if command == "config-update":
        bench.domains(guest(bench, row, FIRST))
    bench.set(faults={command: ECHO})
    result = bench.domains(guest(bench, row, SECOND))
    assert "no luck" in result["msg"]
    assert leaks(bench) == []


@pytest.mark.parametrize("row", ROWS)
def test_a_password_that_is_declared_no_more_is_hidden_too(told: Any, row: str) -> None:
    """Ansible knows what is declared, and hides that; what was, it does not know."""
    bench = told
    bench.domains(guest(bench, row, FIRST, state="stopped"))
    text = bench.files()["web1.cfg"][0]
    told_first = "\n".join(sorted(text.splitlines(), key=lambda line: "passwd" not in line))
    bench.set(faults={"create": {"code": 3, "errors": f"libxl: error: near:\n{told_first}\n"}})
    result = bench.domains(guest(bench, row, None))
    assert result["failed"]
    assert leaks(bench) == []
    (bench.root / "log/xl-web1.log").write_text(text)
    (bench.root / "log/xl-web1.log").chmod(0o600)
    bench.set(faults={})
    result = bench.domains(guest(bench, row, None, cmdline="crashes", kernel=str(bench.root / "images/kernel")))
    assert "ends with:" in result["msg"]
    (bench.root / "log/xl-web1.log").unlink()
    assert leaks(bench) == []


@pytest.mark.parametrize("row", ROWS)
def test_a_password_that_xl_reads_otherwise_is_not_shown(told: Any, row: str) -> None:
    bench = told
    bench.set(misreads={"type.hvm": {"vnc": {"passwd": SECOND}}, "vfbs": 1})
    assert bench.domains(guest(bench, row, FIRST))["failed"]
    assert leaks(bench) == []


@pytest.mark.parametrize("row", ROWS)
def test_a_password_that_no_file_can_hold_is_not_repeated(told: Any, row: str) -> None:
    bench = told
    assert bench.domains(guest(bench, row, f"{FIRST}\0"))["failed"]
    assert leaks(bench) == []


@pytest.mark.parametrize("row", ROWS)
def test_a_guest_with_a_password_may_start_by_its_unit(told: Any, row: str) -> None:
    bench = told
    (bench.root / "systemd/system").mkdir(parents=True)
    start = {"autostart": True, "autostart_by": "unit"}
    assert not bench.domains(guest(bench, row, FIRST, **start)).get("failed")
    assert leaks(bench) == []


@pytest.mark.parametrize("row", ROWS)
def test_a_password_that_is_staged_alone_is_hidden_too(told: Any, row: str) -> None:
    bench = told
    bench.domains(guest(bench, row, FIRST))
    other = guest(bench, row, SECOND)
    del other["name"]
    bench.set(faults={"config-update": {**ECHO, "once": True}})
    failed = bench.run("libxl_config", name="web1", state="staged", guest=other)
    assert "no luck" in failed["msg"]
    staged = bench.run("libxl_config", name="web1", state="staged", guest=other)
    assert (staged.get("failed"), staged["changed"]) == (None, True), staged
    bench.run("libxl_config", name="web1", state="read")
    bench.run("xl_domain_info")
    assert leaks(bench) == []
