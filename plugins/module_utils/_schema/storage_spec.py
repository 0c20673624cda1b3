# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be declared of a host's storage: the options of the module xen_storage_plan."""

from __future__ import annotations

from typing import Any

ArgumentSpec = dict[str, dict[str, Any]]

# Kinds of pools.
LVM, DIRECTORY, ZFS = "lvm", "directory", "zfs"
POOLS = (LVM, DIRECTORY, ZFS)

# Formats of images, as xl calls them.
RAW, QCOW2, VHD = "raw", "qcow2", "vhd"
FORMATS = (RAW, QCOW2, VHD)
TEMPLATE_FORMATS = (RAW, QCOW2)

PRESENT, ABSENT = "present", "absent"

LAYOUTS = ("stripe", "mirror", "raidz", "raidz2", "raidz3")

POOL: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "type": {"type": "str", "choices": list(POOLS), "required": True},
    "devices": {"type": "list", "elements": "str", "default": []},
    "vg": {"type": "str"},
    "extent_size": {"type": "str", "default": "4M"},
    "thin_pool": {"type": "str"},
    "thin_pool_size": {"type": "str"},
    "path": {"type": "path"},
    "owner": {"type": "str", "default": "root"},
    "group": {"type": "str", "default": "root"},
    "mode": {"type": "str", "default": "0755"},
    "mount": {
        "type": "dict",
        "options": {
            "source": {"type": "str", "required": True},
            "fstype": {"type": "str", "default": "nfs"},
            "options": {"type": "str", "default": "defaults"},
        },
    },
    "dataset": {"type": "str"},
    "layout": {"type": "str", "choices": list(LAYOUTS), "default": LAYOUTS[0]},
    "properties": {"type": "dict", "default": {}},
}

TEMPLATE: ArgumentSpec = {
    "name": {"type": "str", "required": True},
    "path": {"type": "path", "required": True},
    "format": {"type": "str", "choices": list(TEMPLATE_FORMATS), "default": RAW},
    "src": {"type": "path"},
    "url": {"type": "str"},
    "checksum": {"type": "str"},
    "bootstrap": {
        "type": "dict",
        "options": {
            "suite": {"type": "str", "required": True},
            "size": {"type": "str", "required": True},
            "mirror": {"type": "str"},
            "variant": {"type": "str", "default": "minbase"},
            "components": {"type": "list", "elements": "str", "default": ["main"]},
            "packages": {"type": "list", "elements": "str", "default": []},
            "label": {"type": "str", "default": "root"},
        },
    },
}

DISK: ArgumentSpec = {
    "name": {"type": "str"},
    "pool": {"type": "str"},
    "path": {"type": "path"},
    "vg": {"type": "str"},
    "lv": {"type": "str"},
    "thin_pool": {"type": "str"},
    "format": {"type": "str", "choices": list(FORMATS)},
    "size": {"type": "str"},
    "template": {"type": "str"},
    "template_format": {"type": "str", "choices": list(TEMPLATE_FORMATS)},
    "backing": {"type": "str"},
    "cloud_init": {
        "type": "dict",
        "options": {
            "user_data": {"type": "str", "required": True, "no_log": True},
            "meta_data": {"type": "str", "no_log": True},
            "network_config": {"type": "str", "no_log": True},
        },
    },
    "state": {"type": "str", "choices": [PRESENT, ABSENT], "default": PRESENT},
    "delete_data": {"type": "bool", "default": False},
}

STORAGE: ArgumentSpec = {
    "pools": {"type": "list", "elements": "dict", "default": [], "options": POOL},
    "templates": {"type": "list", "elements": "dict", "default": [], "options": TEMPLATE},
    "disks": {"type": "list", "elements": "dict", "default": [], "options": DISK},
    # Files that another declaration brings before the disks are made, and beginnings of paths that are there only then.
    "files": {"type": "list", "elements": "str", "default": []},
    "arriving": {"type": "list", "elements": "str", "default": []},
}
