# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of xen_build."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.argspec import ArgumentSpec
from ansible_collections.xlops.xen.plugins.module_utils._schema.build_sources_spec import build_sources_spec
from ansible_collections.xlops.xen.plugins.module_utils._schema.configure_options import (
    PRESETS,
    configure_argument_spec,
)

BUILD_DIR = "/var/lib/xlops.xen/build"
CACHE_DIR = "/var/cache/xlops.xen/sources"
ENVIRONMENTS = ("chroot", "host")
FORMS = ("deb", "tar", "none")


def build_argument_spec() -> ArgumentSpec:
    return {
        **build_sources_spec(),
        "version": {"type": "str"},
        "vendor_version": {"type": "str", "default": ""},
        "preset": {"type": "str", "choices": list(PRESETS), "default": "system-qemu"},
        "options": {"type": "dict", "options": configure_argument_spec()},
        "variables": {"type": "dict", "default": {}},
        "kconfig": {"type": "dict", "default": {}},
        "prefix": {"type": "str", "default": "/opt/xen/{version}"},
        "efi": {"type": "bool", "default": False},
        "environment": {
            "type": "dict",
            "options": {
                "kind": {"type": "str", "choices": list(ENVIRONMENTS), "default": ENVIRONMENTS[0]},
                "suite": {"type": "str"},
                "packages": {"type": "list", "elements": "str", "default": []},
                "mirror": {"type": "str"},
            },
        },
        "compiler": {"type": "str", "default": "gcc"},
        "untried": {"type": "bool", "default": False},
        "ccache": {"type": "bool", "default": False},
        "jobs": {"type": "int"},
        "memory": {"type": "int", "default": 4096},
        "user": {"type": "str", "default": "xen-build"},
        "epoch": {"type": "int"},
        "package": {"type": "str", "choices": list(FORMS), "default": FORMS[0]},
        "package_revision": {"type": "str", "default": "1"},
        "package_maintainer": {"type": "str", "default": "xlops.xen <root@localhost>"},
        "build_dir": {"type": "path", "default": BUILD_DIR},
        "cache_dir": {"type": "path", "default": CACHE_DIR},
        "keep": {"type": "int", "default": 3},
        "keep_tree": {"type": "bool", "default": False},
        "rebuild": {"type": "bool", "default": False},
    }
