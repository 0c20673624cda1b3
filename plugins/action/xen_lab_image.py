# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the disk image of an emulated host, or find it in the cache."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.xlops.xen.plugins.module_utils._lab import firmware, image, machine
from ansible_collections.xlops.xen.plugins.module_utils._lab.commands import require
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError
from ansible_collections.xlops.xen.plugins.plugin_utils.lab import LabAction, cache_of, progress_of


def _package(path: str) -> Path:
    if not path.endswith(".deb") or not Path(path).is_file():
        raise LabError(f"{path} is no package of Debian. xen_build makes one, and role xen_source fetches it.")
    return Path(path)


class ActionModule(LabAction):
    ARGUMENTS: ClassVar[dict[str, dict[str, Any]]] = {
        "label": {"type": "str", "required": True},
        "suite": {"type": "str", "required": True},
        "packages": {"type": "list", "elements": "str", "required": True},
        "archives": {"type": "list", "elements": "str", "default": []},
        "overlays": {"type": "list", "elements": "path", "required": True},
        "guests": {"type": "path", "required": True},
        "settings": {"type": "dict", "default": {}},
        "built": {"type": "list", "elements": "path", "default": []},
        "firmware": {"type": "str", "choices": list(firmware.CHOICES), "default": firmware.BIOS},
        "size": {"type": "int", "default": 6},
        "mirror": {"type": "str"},
        "keep": {"type": "int", "default": 4},
        "cache_dir": {"type": "path", "required": True},
    }

    def act(self, args: dict[str, Any], check: bool) -> dict[str, Any]:
        spec = image.ImageSpec(
            label=args["label"],
            suite=args["suite"],
            packages=tuple(args["packages"]),
            archives=tuple(args["archives"]),
            overlays=tuple(Path(path) for path in args["overlays"]),
            guests=Path(args["guests"]),
            settings={name: str(value) for name, value in args["settings"].items()},
            size_gib=args["size"],
            mirror=args["mirror"],
            firmware=args["firmware"],
            built=tuple(_package(path) for path in args["built"]),
        )
        cache = cache_of(args)
        key = spec.key
        changed = cache.find("images", key) is None
        result = {
            "changed": changed,
            "key": key,
            "path": str(cache.root / "images" / key / image.DISK),
            "diff": {"before": "" if changed else f"{args['label']}: {key}\n", "after": f"{args['label']}: {key}\n"},
        }
        if changed:
            # All that the lab needs later on, too: better now than after minutes of building.
            require((*image.PROGRAMS, *machine.PROGRAMS))
            firmware.require(args["firmware"])
        if not check:
            image.obtain(spec, cache, progress_of(args))
            cache.prune("images", args["keep"])
        return result
