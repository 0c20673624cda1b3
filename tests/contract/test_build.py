# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""xen_build makes a package of a tree, once, and says why it would do it again."""

from __future__ import annotations

import json
import subprocess
import tarfile
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


def test_a_build_is_done_once_and_the_second_run_finds_it(build: BuildBench) -> None:
    planned = build.run(check=True)
    assert (planned["changed"], planned["reason"]) == (True, "nothing was built here before")
    assert planned["stages"] == ["sources", "configure", "hypervisor", "tools", "package"]
    assert not build.build_dir.exists()
    built = build.run()
    assert built["changed"] is True
    assert {*built["durations"]} == {*planned["stages"]}
    assert Path(built["package"]).name.startswith("xlops-xen-4.17.5_4.17.5-1_")
    before = sorted((str(path), path.stat().st_mtime_ns) for path in build.build_dir.rglob("*"))
    again = build.run()
    assert (again["changed"], again["reason"], again["changes"], again["stages"]) == (False, "", [], [])
    assert sorted((str(path), path.stat().st_mtime_ns) for path in build.build_dir.rglob("*")) == before
    assert again["package"] == built["package"]
    assert build.run(check=True)["changed"] is False


def test_releases_have_a_prefix_of_their_own_and_share_nothing(build: BuildBench) -> None:
    files = build.files(build.run())
    assert "/boot/xen-4.17.5.gz" in files
    assert "/boot/xen.gz" not in files
    assert all(one.startswith("/opt/xen/4.17.5/") for one in files if not one.startswith("/boot/"))
    assert "/opt/xen/4.17.5/etc/xen/xl.conf" in files


def test_what_is_linked_to_be_loaded_finds_the_libraries_of_its_prefix(build: BuildBench) -> None:
    build.tell("script", f"cat $(command -v cc-tools) > {build.control}/compiler\n")
    build.run()
    assert "-Wl,-rpath,/opt/xen/4.17.5/lib ;;" in (build.control / "compiler").read_text()


def test_the_package_installs_and_removes_cleanly(build: BuildBench, tmp_path: Path) -> None:
    package = build.run()["package"]
    fields = subprocess.run(["dpkg-deb", "--field", package], capture_output=True, text=True, check=True).stdout
    assert "Package: xlops-xen-4.17.5\n" in fields
    assert "Version: 4.17.5-1\n" in fields
    subprocess.run(["dpkg-deb", "--raw-extract", package, str(tmp_path)], check=True)
    assert {path.name for path in (tmp_path / "DEBIAN").iterdir()} == {"control", "md5sums", "conffiles"}
    conffiles = (tmp_path / "DEBIAN/conffiles").read_text().split()
    assert conffiles == ["/opt/xen/4.17.5/etc/xen/scripts/vif-bridge", "/opt/xen/4.17.5/etc/xen/xl.conf"]
    subprocess.run(["md5sum", "--check", "--quiet", "DEBIAN/md5sums"], cwd=tmp_path, check=True)
    listing = subprocess.run(["dpkg-deb", "--contents", package], capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in listing.splitlines()} == {"root/root"}
    assert "/var/run" not in listing


def test_the_manifest_and_the_sbom_are_in_the_package(build: BuildBench, tmp_path: Path) -> None:
    built = build.run(package="tar")
    with tarfile.open(built["package"]) as archive:
        share = "./opt/xen/4.17.5/share/xlops-xen"
        documents = {
            name: json.load(archive.extractfile(f"{share}/{name}"))  # type: ignore[arg-type]
            for name in ("manifest.json", "sbom.cdx.json")
        }
    assert documents["manifest.json"] == json.loads(Path(built["manifest"]).read_text())
    assert documents["manifest.json"]["fingerprint"] == built["fingerprint"]
    assert documents["sbom.cdx.json"]["metadata"]["component"]["version"] == "4.17.5"


@pytest.mark.parametrize("form", ["deb", "tar"])
def test_two_builds_of_the_same_are_identical(build: BuildBench, form: str) -> None:
    first = build.run(package=form)
    time.sleep(1.1)  # so that a time stamp would differ
    second = build.run(package=form, rebuild=True)
    assert (second["changed"], second["reason"]) == (True, "it was asked for (rebuild)")
    assert (second["identical"], second["differences"]) == (True, [])
    assert second["package_sha256"] == first["package_sha256"]


def test_what_differs_between_two_builds_is_listed(build: BuildBench) -> None:
    build.run()
    build.tell("script", "date +%s.%N > /dev/null; od -An -N8 -x /dev/urandom >> xl.c\n")
    second = build.run(rebuild=True)
    assert second["identical"] is False
    assert "/opt/xen/4.17.5/sbin/xl" in second["differences"]
    assert "/boot/xen-4.17.5.gz" not in second["differences"]


def test_a_changed_input_is_named_with_before_and_after(build: BuildBench) -> None:
    build.run()
    planned = build.run(check=True, options={"monitors": False}, vendor_version="-site1")
    assert planned["changed"] is True
    names = {one["input"]: (one["before"], one["after"]) for one in planned["changes"]}
    assert names["options.monitors"] == (True, False)
    assert names["version"] == ("4.17.5", "4.17.5-site1")
    assert "options.monitors: True -> False" in planned["reason"] or "version: 4.17.5" in planned["reason"]
    make_compiler(build.compiler, "12.3.0")
    planned = build.run(check=True)
    assert [one["input"] for one in planned["changes"]] == ["compiler.version"]


def test_the_hypervisor_is_configured_and_what_it_does_not_take_is_named(build: BuildBench) -> None:
    built = build.run(kconfig={"XSM": True, "CONFIG_LIVEPATCH": False, "NR_CPUS": 64}, keep_tree=True)
    assert built["changed"] is True
    (work,) = (build.build_dir / "work").iterdir()
    assert (work / "tree/xen/.config").read_text().splitlines() == [
        "# CONFIG_LIVEPATCH is not set", "CONFIG_NR_CPUS=64", "CONFIG_XSM=y", "CONFIG_X86=y",
    ]  # fmt: skip
    failed = build.run(kconfig={"NOSUCH": True})
    assert "the hypervisor's configuration does not take NOSUCH was to be y and is off" in failed["msg"]
    failed = build.run(check=True, kconfig={"no such": True})
    assert failed["msg"] == "kconfig has no such names: no such"


def test_a_tree_without_configure_has_it_made(build: BuildBench) -> None:
    configure = build.tree / "configure"
    (build.tree / "configure.in").write_text(configure.read_text())
    configure.unlink()
    for name in ("config.guess", "config.sub"):
        (build.tree / name).write_text("")
    (build.tree / "autogen.sh").write_text("#!/bin/sh\ncp configure.in configure && chmod +x configure\n")
    (build.tree / "autogen.sh").chmod(0o755)
    assert build.run()["changed"] is True


def test_a_result_that_was_damaged_is_built_again(build: BuildBench) -> None:
    built = build.run()
    Path(built["package"]).write_bytes(b"")
    planned = build.run(check=True)
    assert planned["reason"] == "the inputs are those of the former build, but its result is gone or damaged"
    assert build.run()["package_sha256"] == built["package_sha256"]
