# SPDX-License-Identifier: GPL-3.0-or-later
"""What a result is made of, for people and for machines: a manifest of ours, and an SBOM in CycloneDX.

Both are in the package, so that neither may say when or how fast it was built.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

SPEC_VERSION = "1.5"
# Of the identifiers of our SBOMs: one is derived from the fingerprint of what it describes.
NAMESPACE = uuid.UUID("a3d29a1c-0f0a-5f6e-8a4a-6a2f3f4f5b10")


def manifest(
    version: str, fingerprint: str, inputs: Mapping[str, Any], provenance: Mapping[str, Any], facts: Mapping[str, Any],
    files: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """``facts``: the prefix, the command line of configure, the packages of the environment."""
    return {
        "format": 1,
        "version": version,
        "fingerprint": fingerprint,
        "inputs": dict(inputs),
        "provenance": dict(provenance),
        **facts,
        "files": [dict(one) for one in files],
    }


def sbom(
    version: str,
    fingerprint: str,
    provenance: Mapping[str, Any],
    compiler: str,
    packages: Mapping[str, str],
    epoch: int,
) -> dict[str, Any]:
    """Xen with its patches, the sources that are built into it, and the system that it was built by."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": SPEC_VERSION,
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, fingerprint)}",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch)),
            "tools": {"components": [{"type": "application", "name": "xlops.xen"}]},
            "component": _xen(version, provenance),
            "properties": _properties({"fingerprint": fingerprint, "compiler": compiler}),
        },
        "components": [
            *(_source(one) for one in _listed(provenance, "subsources")),
            *(_tool(name, packages[name]) for name in sorted(packages)),
        ],
    }


def _xen(version: str, provenance: Mapping[str, Any]) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "platform",
        "bom-ref": "xen",
        "name": "xen",
        "version": version,
        "cpe": f"cpe:2.3:o:xen:xen:{version}:*:*:*:*:*:*:*",
        **_origin(provenance.get("source") or {}),
    }
    patches = _listed(provenance, "patches")
    if patches:
        component["pedigree"] = {"patches": [_patch(one) for one in patches]}
    return component


def _origin(one: Mapping[str, Any]) -> dict[str, Any]:
    """Commit and digest, as far as they are known."""
    found: dict[str, Any] = {}
    if one.get("sha256"):
        found["hashes"] = [{"alg": "SHA-256", "content": one["sha256"]}]
    if one.get("url"):
        kind = "vcs" if one.get("commit") else "distribution"
        found["externalReferences"] = [{"type": kind, "url": one["url"]}]
    if one.get("commit"):
        found["properties"] = _properties({"commit": one["commit"]})
    return found


def _source(one: Mapping[str, Any]) -> dict[str, Any]:
    name = str(one.get("name", ""))
    return {
        "type": "library",
        "bom-ref": f"source:{name}",
        "name": name,
        "version": str(one.get("version") or one.get("ref") or one.get("commit") or ""),
        **_origin(one),
    }


def _patch(one: Mapping[str, Any]) -> dict[str, Any]:
    advisories = one.get("xsa") or []
    patch: dict[str, Any] = {"type": "backport" if advisories or one.get("commit") else "unofficial"}
    if advisories:
        patch["resolves"] = [{"type": "security", "id": f"XSA-{number}"} for number in advisories]
    return patch


def _tool(name: str, version: str) -> dict[str, Any]:
    """A package of the system that the build happened in. It is not in the result."""
    return {
        "type": "application",
        "bom-ref": f"build:{name}",
        "name": name,
        "version": version,
        "scope": "excluded",
        "purl": f"pkg:deb/debian/{name}@{version}",
    }


def _properties(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": f"xlops:{name}", "value": value} for name, value in sorted(values.items())]


def _listed(provenance: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    return provenance.get(key) or ()
