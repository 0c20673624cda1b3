# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of sources and of the patch queue. docs/building-sources.md explains them."""

from __future__ import annotations

from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.xen_releases import COMPONENTS, SUBSOURCES

# Public keys: Ansible takes whatever has "key" in its name for a secret, unless it is told.
KEYS: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "no_log": False,
    "options": {
        "fingerprint": {"type": "str"},
        "path": {"type": "path"},
        "text": {"type": "str"},
    },
    "mutually_exclusive": [("path", "text")],
    "required_one_of": [("path", "text")],
}
SIGNED: dict[str, Any] = {
    "keys": KEYS,
    "allow_weak_digest": {"type": "bool", "default": False},
}
REVISION: dict[str, Any] = {
    "url": {"type": "str"},
    "ref": {"type": "str"},
    "commit": {"type": "str"},
}
ARCHIVE: dict[str, Any] = {
    "url": {"type": "str"},
    "path": {"type": "path"},
    "sha256": {"type": "str"},
    "signature": {"type": "str"},
}

SOURCES: dict[str, Any] = {
    "git": {"type": "dict", "options": {**REVISION, **SIGNED}},
    "tarball": {
        "type": "dict",
        "options": {**ARCHIVE, **SIGNED, "version": {"type": "str"}, "mirror": {"type": "str"}},
        "mutually_exclusive": [("url", "path"), ("url", "mirror"), ("path", "mirror")],
        "required_one_of": [("version", "url", "path")],
    },
    "tree": {
        "type": "dict",
        "options": {
            "path": {"type": "path", "required": True},
            "sha256": {"type": "str"},
            "commit": {"type": "str"},
        },
        "mutually_exclusive": [("sha256", "commit")],
        "required_one_of": [("sha256", "commit")],
    },
    "distribution": {
        "type": "dict",
        "options": {
            "package": {"type": "str", "default": "xen"},
            "suite": {"type": "str", "required": True},
            "version": {"type": "str"},
            "mirror": {"type": "str"},
            "components": {"type": "list", "elements": "str", "default": ["main"]},
            "keyring": {"type": "path", "default": "/usr/share/keyrings/debian-archive-keyring.gpg"},
        },
    },
    "subsources": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True, "choices": list(SUBSOURCES)},
            **REVISION,
            **ARCHIVE,
            **SIGNED,
        },
    },
    "files": {
        "type": "list",
        "elements": "dict",
        "options": {"place": {"type": "str", "required": True}, **ARCHIVE, **SIGNED},
        "mutually_exclusive": [("url", "path")],
        "required_one_of": [("url", "path")],
    },
    "acknowledge_unsupported": {"type": "bool", "default": False},
}
ONE_ORIGIN = [("git", "tarball", "tree", "distribution")]

PATCHES: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": {
        "url": {"type": "str"},
        "path": {"type": "path"},
        "sha256": {"type": "str", "required": True},
        "commit": {"type": "str"},
        "xsa": {"type": "list", "elements": "int"},
        "reason": {"type": "str"},
        "component": {
            "type": "str",
            "default": "xen",
            "choices": list(COMPONENTS),
        },
        "strip": {"type": "int", "default": 1},
        "offset": {"type": "int", "default": 0},
    },
    "mutually_exclusive": [("url", "path")],
    "required_one_of": [("url", "path"), ("xsa", "reason")],
}


def build_sources_spec() -> dict[str, Any]:
    """``sources`` and ``patches`` of a module."""
    return {
        "sources": {"type": "dict", "default": {}, "options": SOURCES, "mutually_exclusive": ONE_ORIGIN},
        "patches": PATCHES,
    }
