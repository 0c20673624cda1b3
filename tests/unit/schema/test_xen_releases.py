# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of releases and advisories: that it is complete, and that it says what the history says."""

from __future__ import annotations

import datetime
import re

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._schema import xen_releases
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import RELEASES, Release
from ansible_collections.xlops.xen.plugins.module_utils._schema.xen_releases_table import (
    SUBSOURCE_COMMITS,
    SUBSOURCE_REVISIONS,
    SUPPORT,
    TAGS,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.xsa_ledger import Ledger, ledger
from ansible_collections.xlops.xen.plugins.module_utils._schema.xsa_table import FIXED

COMMIT = re.compile(r"[0-9a-f]{40}")


def test_every_release_that_the_collection_knows_is_there() -> None:
    assert [Release.parse(minor) for minor in SUPPORT] == list(RELEASES)
    assert {Release.parse(version) for version in TAGS} == set(RELEASES)
    assert all(f"{release}.0" in TAGS for release in RELEASES)
    assert list(TAGS) == sorted(TAGS, key=xen_releases.numbers)


@pytest.mark.parametrize("version", TAGS)
def test_rows_are_complete(version: str) -> None:
    known = xen_releases.known_release(version)
    assert known and COMMIT.fullmatch(known.commit) and known.digest in ("sha1", "sha256", "sha512")
    assert known.tag == f"RELEASE-{version}" and xen_releases.version_of_tag(known.tag) == version
    released = datetime.date.fromisoformat(known.released)
    ends = xen_releases.security_support_ends(Release.parse(version))
    # A last release may come some days later.
    assert datetime.date.fromisoformat(ends) > released - datetime.timedelta(days=60)
    for name in xen_releases.SUBSOURCES:
        revision = xen_releases.subsource_revision(name, version)
        assert "{" not in revision and (revision or name in ("mini-os", "qemu-xen-traditional"))


def test_no_two_releases_are_one() -> None:
    assert len({row[0] for row in TAGS.values()}) == len(TAGS)


def test_what_was_measured_of_4_5_0() -> None:
    known = xen_releases.known_release("4.5.0")
    assert known and known.commit == "a8ac2290ed95dbbc0dc1bdde86fc3a49fe784b28" and known.digest == "sha1"
    assert xen_releases.security_support_ends(Release(4, 5)) == "2018-01-15"
    assert xen_releases.subsource_revision("ipxe", "4.5.0") == "9a93db3f0947484e30e753bbd61a10b17336e20e"
    assert xen_releases.subsource_revision("mini-os", "4.5.0") == ""
    assert xen_releases.subsource_commit("seabios", "rel-1.7.5") == "e51488c5f8800a52ac5c8da7a31b85cca5cc95d2"


def test_sub_sources_that_a_release_no_longer_has() -> None:
    assert xen_releases.subsource_revision("qemu-xen-traditional", "4.20.4") == "xen-4.20.0"
    assert xen_releases.subsource_revision("qemu-xen-traditional", "4.21.0") == ""


def test_sub_sources_are_those_of_the_table() -> None:
    assert set(SUBSOURCE_REVISIONS) == set(xen_releases.SUBSOURCES)
    assert {row.split()[0] for row in SUBSOURCE_COMMITS} <= set(xen_releases.SUBSOURCES)
    assert all(COMMIT.fullmatch(commit) for commit in SUBSOURCE_COMMITS.values())


@pytest.mark.parametrize("ref", ["master", "RELEASE-4.5", "RELEASE-4.5.0-rc1", "xRELEASE-4.5.0", "RELEASE-"])
def test_other_refs_name_no_version(ref: str) -> None:
    assert xen_releases.version_of_tag(ref) == ""


def test_unknown_releases_are_unknown() -> None:
    assert xen_releases.known_release("4.99.0") is None
    assert xen_releases.security_support_ends(Release(4, 99)) == ""


@pytest.mark.parametrize("version", TAGS)
def test_an_advisory_is_in_one_column(version: str) -> None:
    found = ledger(version)
    columns = [set(found.fixed), set(found.open), set(found.later)]
    assert sum(map(len, columns)) == len(set().union(*columns))
    assert set().union(*columns) <= {int(one) for row in FIXED.values() for one in row.split()}


def test_ledger_of_4_5_0() -> None:
    found = ledger("4.5.0")
    assert len(found.open) == 93 and {117, 123, 156, 251} <= set(found.open)
    assert {112, 114, 116} <= set(found.fixed)
    assert min(found.later) > 251 and 254 in found.later


def test_ledger_of_a_supported_release_has_nothing_that_nobody_looked_at() -> None:
    assert ledger("4.20.4") == ledger("4.20.9")
    assert not ledger("4.20.4").open and not ledger("4.20.4").later
    assert set(ledger("4.20.3").open) == set(ledger("4.20.4").fixed) - set(ledger("4.20.3").fixed)


def test_what_took_several_commits_is_fixed_by_the_last_of_them() -> None:
    assert 154 in ledger("4.6.1").open and 154 in ledger("4.6.3").fixed


def test_what_is_not_released_has_what_the_one_before_has() -> None:
    assert ledger("4.20.3", released=False) == ledger("4.20.2")
    assert set(ledger("4.20.0", released=False).fixed) < set(ledger("4.20.0").fixed)
    assert ledger("4.20.9", released=False) == ledger("4.20.4")


def test_patches_count() -> None:
    found = ledger("4.5.0", [117, 254, 9999])
    assert {117, 254, 9999} <= set(found.fixed)
    assert 117 not in found.open and 254 not in found.later


def test_ledger_in_words() -> None:
    assert str(Ledger("2026-07-29", (1,), (3, 4, 5, 9), ())).endswith("1 fixed; 4 open (XSA 3-5, 9)")
    assert str(Ledger("2026-07-29", (1,), (), (11, 12))).endswith(
        "0 open; 2 younger ones (from XSA 11) nobody looked at for this release"
    )
