# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SBOM has what CycloneDX asks for, and is the same for the same build."""

from __future__ import annotations

import json
import re

from ansible_collections.xlops.xen.plugins.module_utils._build.manifest import sbom

PROVENANCE = {
    "version": "4.5.0",
    "source": {"name": "xen", "kind": "git", "url": "https://example.org/xen.git", "commit": "a" * 40},
    "patches": [{"sha256": "b" * 64, "xsa": [123, 124]}, {"sha256": "c" * 64, "reason": "ours"}],
    "subsources": [{"name": "seabios", "ref": "rel-1.7.5", "commit": "d" * 40, "url": "https://example.org/s.git"}],
}


def test_what_is_in_it() -> None:
    bill = sbom("4.5.0", "f" * 20, PROVENANCE, "gcc 10.2.1", {"zlib1g-dev": "1.2.11", "gcc": "10.2.1-1"}, 1421280000)
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.5", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    assert bill["metadata"]["timestamp"] == "2015-01-15T00:00:00Z"
    xen = bill["metadata"]["component"]
    assert (xen["name"], xen["version"]) == ("xen", "4.5.0")
    assert xen["externalReferences"] == [{"type": "vcs", "url": "https://example.org/xen.git"}]
    assert [one["type"] for one in xen["pedigree"]["patches"]] == ["backport", "unofficial"]
    assert xen["pedigree"]["patches"][0]["resolves"][1]["id"] == "XSA-124"
    assert [one["name"] for one in bill["components"]] == ["seabios", "gcc", "zlib1g-dev"]
    assert [one.get("scope") for one in bill["components"]] == [None, "excluded", "excluded"]
    references = [xen["bom-ref"], *(one["bom-ref"] for one in bill["components"])]
    assert len(set(references)) == len(references)


def test_the_same_build_has_the_same_sbom() -> None:
    one, two = (
        sbom("4.5.0", "f" * 20, PROVENANCE, "gcc", packages, 0)
        for packages in ({"a": "1", "b": "2"}, {"b": "2", "a": "1"})
    )
    assert json.dumps(one) == json.dumps(two)
