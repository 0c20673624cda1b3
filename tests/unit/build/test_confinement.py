# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How programs of a build are started, and what is left of them."""

from __future__ import annotations

import os

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build.confinement import Confinement, plain_environment


def test_who_is_root_becomes_somebody_else_in_the_chroot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    argv = Confinement("/env/root", (65534, 65534), 1024).argv(["make"], "/build/tree", {"A": "b c"})
    text = " ".join(argv)
    assert "--net" in argv
    assert "--mount-proc=/env/root/proc" in argv
    assert "chroot /env/root setpriv" in text
    assert "--reuid=65534 --regid=65534 --clear-groups" in text
    assert f"--as={1 << 30}" in argv
    assert argv[-3:] == ["--chdir=/build/tree", "A=b c", "make"]
    assert argv.index("--reuid=65534") < argv.index("make")


def test_who_is_not_root_stays_who_he_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    argv = Confinement(user=(65534, 65534)).argv(["make"], "/", {})
    assert "--map-current-user" in argv
    assert not [word for word in argv if word.startswith("--reuid")]
    assert "chroot" not in argv


def test_nothing_of_our_environment_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFLAGS", "-O3")
    done = Confinement().ask(["env"])
    seen = dict(line.split("=", 1) for line in done.output.splitlines())
    assert seen == plain_environment()


def test_there_is_no_network_and_no_process_of_others() -> None:
    devices = Confinement().ask(["cat", "/proc/net/dev"]).output.splitlines()[2:]
    assert [line.split(":")[0].strip() for line in devices] == ["lo"]
    done = Confinement().ask(["sh", "-c", "echo $$"])
    assert int(done.output) < 10
