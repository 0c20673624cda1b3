# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""playbooks/xm_to_xl.yml and its module, run for real."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.tests.unit.xm.guests import CORPUS, PV

ROOT = Path(__file__).resolve().parents[3]
TOOLS = Path(sys.executable).parent
SECRETS = ("correct horse", "letmein")


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """/etc/xen of an old host."""
    etc = tmp_path / "etc"
    (etc / "auto").mkdir(parents=True)
    (etc / "scripts").mkdir()
    for path in CORPUS:
        (etc / path.name).write_bytes(path.read_bytes())
    (etc / "auto/10-web").symlink_to("../debian-xen-tools.cfg")
    (etc / "auto/only-here").write_text(PV)
    (etc / "xend-config.sxp").write_text("(xend-unix-server yes)\n")
    (etc / "broken").write_text("name = 'broken'\nmemory = = 1\n")
    (etc / "latin").write_bytes(PV.replace("guest", "latin").encode() + b"# caf\xe9\n")
    (etc / "passwd").symlink_to("/etc/passwd")
    (etc / "alias").symlink_to("nfs-root")
    os.mkfifo(etc / "pipe")
    (etc / "new.cfg").write_text('name = "new"\ntype = "pvh"\nkernel = "/k"\n')
    return tmp_path


def play(place: Path, *arguments: str, fails: bool = False) -> tuple[dict[str, Any], str]:
    """The result of the conversion, and everything that was shown."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")},
        "PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}",
        "PWD": str(place),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }
    done = subprocess.run(
        ["ansible-playbook", str(ROOT / "playbooks/xm_to_xl.yml"), "-vvv", *arguments],
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    shown = done.stdout + done.stderr
    assert (done.returncode != 0) is fails, shown
    document = json.loads(done.stdout[done.stdout.index("{\n") :])
    tasks = [task["hosts"]["localhost"] for one in document["plays"] for task in one["tasks"] if task["hosts"]]
    results = [task for task in tasks if task.get("action") == "xlops.xen.xm_to_xl" or "guests" in task]
    return (results or tasks)[0 if results else -1], shown


ASK = (
    "-e",
    "xm_to_xl_src=etc",
    "-e",
    "xm_to_xl_dest=out",
    "-e",
    "xen_release=4.17",
    "-e",
    "xm_to_xl_declarations=true",
)


def test_a_directory_is_converted_once(host: Path) -> None:
    planned, _shown = play(host, *ASK, "--check", "--diff")
    assert planned["changed"]
    assert not (host / "out").exists()

    done, shown = play(host, *ASK, "--diff")
    assert (done["changed"], done["guests"]) == (True, planned["guests"])
    out = host / "out"
    written = {path.name for path in out.iterdir()}
    assert written == {Path(path).name for path in done["files"]}
    assert {"web.cfg", "db1.cfg", "north-07.cfg", "latin.cfg", "new.cfg", "report.md", "domains.yml"} <= written
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}

    guests = {guest["source"]: guest for guest in done["guests"]}
    assert guests["debian-xen-tools.cfg"]["autostart"]
    assert guests["auto/only-here"]["file"] == "guest.cfg"
    assert guests["broken"]["file"] is None
    assert guests["new.cfg"]["syntax"] == "xl"
    assert set(done["no_guests"]) == {"auto", "scripts", "xend-config.sxp", "passwd", "alias", "pipe"}

    assert f"{len([name for name in written if name.endswith('.cfg')])} of {len(guests)} guests converted, " in shown
    broken = next(line for line in shown.splitlines() if '"msg": "broken: ' in line)
    assert "broken: not converted; kept 0," in broken
    assert ".;" not in broken
    assert 'to decide 0."' in shown

    report = (out / "report.md").read_text()
    for secret in SECRETS:
        assert secret not in shown
        assert secret not in report
    assert "correct horse" in (out / "windows2003.cfg").read_text()

    again, _shown = play(host, *ASK, "--diff")
    assert not again["changed"]
    assert again["diff"] == []


def test_what_is_there_is_not_replaced(host: Path) -> None:
    out = host / "out"
    out.mkdir()
    (out / "web.cfg").write_text("mine\n")
    refused, _shown = play(host, *ASK, fails=True)
    assert "web.cfg" in refused["msg"]
    assert "force" in refused["msg"]
    assert {path.name for path in out.iterdir()} == {"web.cfg"}
    assert (out / "web.cfg").read_text() == "mine\n"

    done, _shown = play(host, *ASK, "-e", "xm_to_xl_force=true")
    assert done["changed"]
    assert (out / "web.cfg").read_text() != "mine\n"


def test_a_link_in_the_way_is_never_followed(host: Path) -> None:
    (host / "out").mkdir()
    (host / "victim").write_text("keep\n")
    (host / "out/web.cfg").symlink_to(host / "victim")
    refused, _shown = play(host, *ASK, "-e", "xm_to_xl_force=true", fails=True)
    assert "no plain file" in refused["msg"]
    assert (host / "victim").read_text() == "keep\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-e", "xm_to_xl_src=nowhere"], "cannot be read"),
        (["-e", "xm_to_xl_dest=etc"], "another directory"),
        (["-e", "xen_release=new"], "is not a Xen release"),
        (["-e", '{"xm_to_xl_variables": {"vmid": []}}'], "neither a text nor a number"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(host: Path, arguments: list[str], words: str) -> None:
    refused, _shown = play(host, *ASK, *arguments, fails=True)
    assert words in refused["msg"]


def test_what_is_left_fails_the_run_that_asks_for_it(tmp_path: Path) -> None:
    etc = tmp_path / "etc"
    etc.mkdir()
    (etc / "web").write_text(f"{PV}cpu_weight = u'3'\n")

    def ask(*fail_on: str, fails: bool) -> str:
        return play(
            tmp_path, *ASK, "-exm_to_xl_force=true", *(f"-exm_to_xl_fail_on={word}" for word in fail_on), fails=fails
        )[1]

    told = "1 of 1 guest converted, 1 decision to make: "
    assert told in ask(fails=False)
    assert told in ask("unconverted", fails=False)
    assert told in ask("decision", fails=True)
    assert (tmp_path / "out/guest.cfg").exists()
    assert '# Converted from "web" for Xen 4.17, with 1 decision left' in (tmp_path / "out/guest.cfg").read_text()
    assert "1 guest file, 1 of them converted." in (tmp_path / "out/report.md").read_text()
    (etc / "broken").write_text("name = 'broken'\nmemory = = 1\n")
    assert "1 of 2 guests converted" in ask("unconverted", fails=True)
    assert "it is decision, unconverted or never" in ask("always", fails=True)


def test_variables_complete_a_file(host: Path) -> None:
    single = ("-e", "xm_to_xl_src=etc/command-line", "-e", "xm_to_xl_dest=out", "-e", "xen_release=4.5")
    done, _shown = play(host, *single)
    assert done["guests"][0]["file"] is None
    done, _shown = play(host, *single, "-e", '{"xm_to_xl_variables": {"vmid": 3}, "xm_to_xl_force": true}')
    assert done["guests"][0]["file"] == "vm3.cfg"
    assert 'cmdline = "root=/dev/sda1 ro ip=10.0.0.3:' in (host / "out/vm3.cfg").read_text()
