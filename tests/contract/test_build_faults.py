# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""xen_build fails with one sentence, leaves nothing half-made, and goes on where it was killed."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from build_bench import BuildBench, build_bench
from source_tree import make_compiler


@pytest.fixture
def build() -> Iterator[BuildBench]:
    with build_bench() as bench:
        yield bench


def gone(build: BuildBench) -> bool:
    """Whether nothing of the build is at work any more, as soon as the kernel is through."""
    deadline = time.monotonic() + 60
    while build.at_work() and time.monotonic() < deadline:
        time.sleep(0.02)
    return not build.at_work()


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("stage", "cleaned"), [("configure", []), ("hypervisor", ["xen"]), ("tools", ["tools"])], ids=lambda one: str(one)
)
def test_killed_at_a_stage_the_next_run_goes_on_there(build: BuildBench, stage: str, cleaned: list[str]) -> None:
    build.kill_at(stage)
    assert gone(build)
    assert not list((build.build_dir / "results").iterdir())
    built = build.run()
    assert built["changed"] is True
    # Upstream's clean takes away what the killed compiler may have left; finished stages are not done again.
    assert build.cleaned == cleaned
    assert build.run()["changed"] is False
    other = build.run(build_dir=str(build.root / "elsewhere"))
    assert other["package_sha256"] == built["package_sha256"]


def test_a_second_run_waits_for_the_first_and_finds_its_result(build: BuildBench) -> None:
    build.tell("block-tools")
    first = build.start()
    build.wait_for(build.control / "at-tools", first)
    second = build.start()
    time.sleep(0.5)
    assert second.poll() is None
    # The first is woken by the end of what it waits for.
    build.forget("block-tools")
    first.kill()
    first.communicate()
    output, _errors = second.communicate(timeout=60)
    assert json.loads(output)["changed"] is True


def test_a_result_is_found_while_something_else_is_built(build: BuildBench) -> None:
    built = build.run()
    build.tell("block-tools")
    process = build.start(vendor_version="-other")
    build.wait_for(build.control / "at-tools", process)
    assert build.run()["package"] == built["package"]
    process.kill()
    process.communicate()


def test_progress_can_be_read_while_the_build_is_at_work(build: BuildBench) -> None:
    build.run(preset="minimal")
    build.tell("block-tools")
    process = build.start(preset="minimal", rebuild=True)
    build.wait_for(build.control / "at-tools", process)
    state = json.loads((build.build_dir / "progress.json").read_text())
    assert (state["stage"], state["build"]) == ("tools", "4.17.5 minimal")
    assert state["expected_files"] == 1
    assert state["pid"] == process.pid
    process.kill()
    process.communicate()


def test_a_full_disk_is_named_and_the_finished_stages_stay(build: BuildBench) -> None:
    build.tell("script", "cat xl.c > /dev/full\n")
    failed = build.run()
    assert failed["failed"] is True
    assert "the file system is full" in failed["msg"]
    assert "make room, or set build_dir" in failed["msg"]
    log = failed["msg"].rsplit(" ", 1)[1]
    assert "No space left on device" in Path(log).read_text()
    build.forget("script")
    assert build.run()["changed"] is True
    assert build.cleaned == ["tools"]


def test_make_has_no_network(build: BuildBench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        build.tell("script", f"exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port}'\n")
        failed = build.run()
        assert failed["failed"] is True
        assert "Network is unreachable" in failed["msg"]
        assert "there is no network during make" in failed["msg"]


def test_make_runs_without_rights(build: BuildBench) -> None:
    build.tell("script", "id -u > who; cat /proc/self/status > status; touch /etc/xlops-was-here || true\n")
    build.run(keep_tree=True)
    (work,) = (build.build_dir / "work").iterdir()
    assert (work / "tree/tools/who").read_text().strip() == str(os.geteuid() or 65534)
    assert "NoNewPrivs:\t1" in (work / "tree/tools/status").read_text()
    assert not Path("/etc/xlops-was-here").exists() or os.geteuid() != 0


def test_a_compiler_that_is_not_there(build: BuildBench) -> None:
    failed = build.run(compiler=str(build.root / "none"))
    assert failed["failed"] is True
    assert f"this host has no compiler {build.root}/none that works" in failed["msg"]
    assert "build in a chroot" in failed["msg"]


def test_a_compiler_that_nobody_tried_is_refused_with_the_nearest_that_was(build: BuildBench) -> None:
    make_compiler(build.compiler, "15.1.0")
    failed = build.run(check=True)
    assert "Xen 4.17 by gcc 15.1.0 is not known to work" in failed["msg"]
    assert "Xen 4.17 by gcc 12" in failed["msg"]
    assert build.run(untried=True)["changed"] is True


def test_a_compilation_that_fails_says_what_the_compiler_said(build: BuildBench) -> None:
    build.tell("fail", "xl.c:7:3: error: 'struct foo' has no member named 'bar'\n")
    failed = build.run()
    assert "the stage tools failed: xl.c:7:3: error: 'struct foo' has no member named 'bar'" in failed["msg"]
    assert "Error 1" not in failed["msg"]


def test_what_configure_left_out_in_silence_is_found(build: BuildBench) -> None:
    build.tell("no-systemd")
    failed = build.run()
    assert "configure went on without what was asked for: systemd was to be on and is off" in failed["msg"]


def test_what_make_left_out_in_silence_is_found(build: BuildBench) -> None:
    build.tell("no-xl")
    failed = build.run()
    assert "what was asked for is not there: /opt/xen/4.17.5/sbin/xl" in failed["msg"]


def test_a_tree_of_another_release_is_refused(build: BuildBench) -> None:
    failed = build.run(version="4.16.0", untried=True)
    assert "the sources were to be Xen 4.16.0, and are 4.17.5" in failed["msg"]


def test_an_option_of_another_release_is_refused_with_its_lifetime(build: BuildBench) -> None:
    failed = build.run(check=True, options={"blktap2": True, "pygrub": False})
    assert "configure of Xen 4.17 has no option blktap2 (up to Xen 4.12)" in failed["msg"]
    assert "no option pygrub (since Xen 4.18)" in failed["msg"]
