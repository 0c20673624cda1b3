# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a declaration before anything is fetched: what it will be, or that it can be nothing."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BadDeclaration
from ansible_collections.xlops.xen.plugins.module_utils._build.sources import identify

from .makers import Ring

C450 = "a8ac2290ed95dbbc0dc1bdde86fc3a49fe784b28"


def test_identity_of_a_release_needs_no_network_and_no_mirror() -> None:
    known = identify({}, [])
    assert known == identify({"git": {"url": "https://mirror.example.org/xen.git", "ref": "RELEASE-4.5.0"}}, [])
    assert known["source"] == {"kind": "git", "commit": C450} and known["version"] == "4.5.0"
    assert identify({"git": {"commit": C450}}, [])["source"] == known["source"]
    seabios = identify({"subsources": [{"name": "seabios"}]}, [])["subsources"]["seabios"]
    assert seabios == {"kind": "git", "commit": "e51488c5f8800a52ac5c8da7a31b85cca5cc95d2"}


def test_identity_has_what_determines_the_tree(ring: Ring) -> None:
    key = ring.key("upstream")
    signed = identify({"tarball": {"version": "4.20.0", "keys": [key]}}, [])
    assert signed["source"]["url"].endswith("/4.20.0/xen-4.20.0.tar.gz")
    assert signed["source"]["keys"] == [key["fingerprint"]]
    pinned = identify({"tarball": {"path": "/x", "sha256": "0" * 64}}, [])
    assert pinned["source"] == {"kind": "archive", "sha256": "0" * 64}
    assert identify({"git": {"ref": "v", "keys": [key]}}, [])["source"]["ref"] == "v"
    assert identify({"distribution": {"suite": "bookworm"}}, [])["source"]["suite"] == "bookworm"
    given = {"path": "/x.patch", "sha256": "0" * 64, "reason": "a test"}
    other = {**given, "sha256": "1" * 64}
    assert identify({}, [given]) != identify({}, [])
    assert identify({}, [given]) == identify({}, [{**given, "path": "/y"}])
    assert identify({}, [given, other]) != identify({}, [other, given])


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ({"git": {}, "tree": {"path": "/x", "commit": C450}}, "only one can be"),
        ({"git": {"ref": "master"}}, "pin its commit, or give keys"),
        ({"git": {"ref": "RELEASE-4.99.0"}}, "no release whose commit is known"),
        ({"tarball": {"version": "4.20.0"}}, "pin its sha256, or give keys"),
        ({"tarball": {"version": "4.20"}}, "no version like"),
        ({"tarball": {"sha256": "0" * 64}}, "it needs a version"),
        ({"tarball": {"url": "ftp://x/y", "sha256": "0" * 64}}, "neither an"),
        ({"tarball": {"path": "relative", "sha256": "0" * 64}}, "neither an"),
        ({"tree": {"path": "/x"}}, "either the commit .* or the sha256"),
        ({"tree": {"path": "x", "sha256": "0" * 64}}, "no absolute path"),
        ({"distribution": {}}, "cannot be one"),
        ({"distribution": {"suite": "x", "mirror": "http://a b [trusted=yes]"}}, "cannot be one"),
        ({"distribution": {"suite": "x", "package": "xen -t"}}, "cannot be one"),
        ({"git": {"keys": [{"fingerprint": "57E82BD9", "text": "x"}]}}, "no full fingerprint"),
        ({"git": {"keys": [{}]}}, "needs either a path or a text"),
        ({"subsources": [{"name": "linux"}]}, "is none of qemu-xen"),
        ({"subsources": [{"name": "seabios"}, {"name": "seabios"}]}, "declared twice"),
        ({"subsources": [{"name": "mini-os"}]}, r"Xen 4\.5\.0 has no such sub-source"),
        ({"subsources": [{"name": "seabios", "ref": "rel-1.7.5", "commit": C450}]}, "is commit e51488c"),
    ],
)
def test_declarations_that_are_never_tried(sources: dict[str, Any], message: str) -> None:
    with pytest.raises(BadDeclaration, match=message):
        identify(sources, [])
