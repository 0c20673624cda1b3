# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the stand-in saves guests, and restores them."""

from __future__ import annotations

from standin.config import listed
from standin.guests import add, remove
from standin.world import Place, World

MONITOR_NOTICES = 0.3  # seconds, after which the monitor of a guest that was suspended is gone
HEADER = "<32sIIII"
MAGIC = b"Xen saved domain, xl format\n \0 \r\0"


def save(world: World, domid: str, path: str, options: list[str], place: Place) -> None:
    import json
    import struct

    domain = world["domains"][domid]
    minor = int(world["release"].split(".")[1])
    text = json.dumps(listed(domain["config"], minor, domain["memory"])).encode() + b"\0"
    data = struct.pack("<I", len(text)) + text
    flags = 3 if minor >= 6 else 1
    with open(path, "wb") as file:
        file.write(struct.pack(HEADER, MAGIC, 0x01020304, flags, 0, len(data)) + data + b"memory" * 100 + bytes(8))
    if not options:
        remove(world, domid, place)
    domain["paused"] = "-p" in options
    domain["was_suspended"] = True


def restore(world: World, path: str, paused: bool, place: Place) -> str:
    import json
    import struct

    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack_from("<I", content, struct.calcsize(HEADER))
    start = struct.calcsize(HEADER) + 4
    return add(world, json.loads(content[start : start + length].rstrip(b"\0")), paused, place)
