# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be built is known before anything is fetched or made, and what was built stays built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.xlops.xen.plugins.module_utils._build import environment, planner
from ansible_collections.xlops.xen.plugins.module_utils._build.environment import Environment
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._build.order import Order, default_jobs, order
from ansible_collections.xlops.xen.plugins.module_utils._build.planner import plan
from ansible_collections.xlops.xen.plugins.module_utils._build.store import RESULT, Store, write_json
from ansible_collections.xlops.xen.plugins.module_utils._plan.compiler_choice import Untried
from ansible_collections.xlops.xen.plugins.module_utils._schema.build_spec import build_argument_spec
from ansible_collections.xlops.xen.plugins.module_utils._schema.compiler_knowledge import Compiler

GCC10 = Compiler("gcc", (10, 2, 1), "x86_64-linux-gnu")


def ordered(**params: Any) -> Order:
    given = {"user": "nobody", "sources": {"acknowledge_unsupported": True}, **params}
    validated = ArgumentSpecValidator(build_argument_spec()).validate(given)
    assert not validated.error_messages
    return order(validated.validated_parameters, params.get("version", "4.5.0"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(str(tmp_path))
    store.prepare()
    return store


def with_compiler(monkeypatch: pytest.MonkeyPatch, compiler: Compiler | None) -> None:
    def find(wanted: environment.Declared, *_more: Any) -> Environment | None:
        return compiler and Environment(wanted, "/env/root", compiler, {})

    monkeypatch.setattr(planner.environment, "find", find)


def publish(store: Store, made: planner.Plan, version: str = "4.5.0") -> None:
    assert made.ready is not None
    with store.making("results", made.ready.key) as work:
        result = {"fingerprint": made.ready.key, "inputs": made.ready.inputs, "version": version, "finished": 1}
        write_json(str(Path(work, RESULT)), {**result, "package": None})


def test_a_chroot_that_is_not_there_is_a_stage(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with_compiler(monkeypatch, None)
    found = plan(ordered(), store)
    assert found.stages == ["environment", "sources", "configure", "hypervisor", "tools", "package"]
    assert (found.ready, found.reason) == (None, "nothing was built here before")
    assert plan(ordered(options={"tools": False, "docs": True}), store).stages[-3:] == ["hypervisor", "docs", "package"]


def test_a_result_stays_one_without_its_chroot(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with_compiler(monkeypatch, GCC10)
    publish(store, plan(ordered(), store))
    assert plan(ordered(), store).result is not None
    with_compiler(monkeypatch, None)
    assert plan(ordered(), store).result is not None
    other = plan(ordered(options={"monitors": False}), store)
    assert (other.result, [str(one) for one in other.changes]) == (None, ["options.monitors: True -> False"])


def test_jobs_mirrors_and_places_are_no_inputs(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with_compiler(monkeypatch, GCC10)
    publish(store, plan(ordered(), store))
    same = ordered(jobs=7, memory=1024, keep=9, ccache=False, environment={"mirror": "http://m.example.org/debian"})
    assert plan(same, store).result is not None
    for different in (
        {"prefix": "/usr"},
        {"efi": True},
        {"package": "tar"},
        {"epoch": 0},
        {"variables": {"debug": True}},
    ):
        assert plan(ordered(**different), store).result is None, different


def test_a_compiler_that_nobody_tried_is_refused_before_anything_is_done(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_compiler(monkeypatch, Compiler("gcc", (12, 2, 0), "x86_64-linux-gnu"))
    with pytest.raises(Untried, match="was not booted"):
        plan(ordered(), store)
    assert plan(ordered(untried=True), store).ready is not None


def test_a_release_out_of_support_is_refused_before_anything_is_done(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_compiler(monkeypatch, None)
    with pytest.raises(BuildError, match=r"Xen 4\.5 had its last security fixes until .*acknowledge_unsupported"):
        plan(ordered(sources={}), store)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"prefix": "opt/xen"}, "prefix is opt/xen: give an absolute path"),
        ({"variables": {"CC": "gcc"}}, "variables: CC cannot be given: the build sets it itself"),
        ({"variables": {"a b": 1}}, "variables: a b cannot be given: it is no name of a variable of make"),
        ({"version": "newest"}, "version: 'newest' is not a Xen release"),
        ({"user": "no-such-user"}, r"there is no user no-such-user on this host, .*useradd --system no-such-user"),
        ({"user": "root"}, "a build does not run as root"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(
    params: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    with pytest.raises(BuildError, match=said):
        ordered(**params)


def test_a_release_has_a_prefix_of_its_own_unless_it_is_the_only_one() -> None:
    assert ordered(vendor_version="-a").prefix == "/opt/xen/4.5.0-a"
    assert ordered().options["sysconfdir"] == "/opt/xen/4.5.0/etc"
    assert "sysconfdir" not in ordered(prefix="/usr").options
    assert default_jobs() >= 1
