# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""xl's own messages, from recordings, as a user reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._host.messages import complaint, plain, remedy
from hypothesis import given
from hypothesis import strategies as st

DATA = Path(__file__).resolve().parent.parent / "data"


def errors_of(recording: str) -> str:
    return (DATA / recording).read_text().split("--- stderr\n", 1)[1].split("--- exit code")[0]


@pytest.mark.parametrize(
    ("recording", "said"),
    [
        ("4.17/xl-create-duplicate.txt", 'Domain with name "pv1" already exists.'),
        ("4.5.0/xl-create-duplicate.txt", 'domain with name "pv1" already exists.'),
        (
            "4.5.0/xl-create-hvm-fail.txt",
            "domain 4 device model: spawn failed (rc=-3); device model did not start: -3; Device Model already exited",
        ),
        (
            "4.17/xl-create-nofile.txt",
            "Failed to read config file: nofile.cfg: No such file or directory",
        ),
        ("4.17/xl-destroy-bad.txt", "nope is an invalid domain identifier (rc=-6)"),
        ("4.17/xl-create-pv.txt", ""),
    ],
)
def test_the_noise_goes_and_the_cause_stays(recording: str, said: str) -> None:
    assert complaint(errors_of(recording)) == said


def test_an_aftermath_alone_is_better_than_nothing() -> None:
    assert complaint("libxl: error: a.c:1:f: Domain 3:Non-existant domain\n") == "Non-existant domain"


@pytest.mark.parametrize(
    ("errors", "word"),
    [
        ("libxl: error: x: cannot connect to xenstore: No such file", "start xenstored"),
        ("xencall: error: Could not obtain handle on privileged command interface\ncannot init xl context", "release"),
        ("failed to free memory for the domain", "less memory"),
        ("/etc/xen/scripts/vif-bridge online [3087] exited with error status 1", "xen-hotplug.log"),
        ("PV control interface not available: external graceful shutdown not possible.", "PV drivers"),
        ("something that nobody has seen before", ""),
    ],
)
def test_known_causes_have_a_remedy(errors: str, word: str) -> None:
    assert word in remedy(errors)
    assert bool(remedy(errors)) is bool(word)


@given(st.text())
def test_whatever_xl_says_the_result_is_bounded_and_printable(errors: str) -> None:
    said = complaint(errors)
    assert len(said) < 2200
    assert not any(ord(character) < 32 for character in said.replace("\t", ""))


def test_control_characters_of_a_guest_do_nothing() -> None:
    assert plain("a\x1b[2Jb\x00c\x9bd") == "a?[2Jb?c?d"
