# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: disks, shared directories and trusted platform modules, with their sub-keys."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import (
    DISK,
    LIVE,
    TRIMMED,
    Choice,
    Option,
    at,
    words,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

BACKEND = Option(
    "backend", "text", "Name of the domain that serves the device.", (at("backend_domname"),), default="C(Domain-0)"
)

DISK_FIELDS = (
    Option(
        "vdev",
        "text",
        "Name of the device in the guest, such as C(xvda), C(hda) or C(sda).",
        (at("vdev"),),
        required=True,
    ),
    Option(
        "target",
        "text",
        "Block device, image file or argument of I(script) that backs the disk. Only a cdrom may be without.",
        (at("pdev_path"),),
        commas=True,
    ),
    Option(
        "format",
        "choice",
        "Format of the image.",
        (at("format"),),
        choices=(*words("raw", "qcow", "qcow2", "vhd", "empty"), Choice("qed", first=Release(4, 9))),
        default="C(raw), and C(empty) for a cdrom without I(target)",
        implied="raw",
    ),
    Option(
        "access",
        "choice",
        "Whether the guest may write.",
        (at("readwrite"),),
        choices=(Choice("rw", 1), Choice("ro", 0)),
        default="C(rw), and C(ro) for a cdrom",
        implied="rw",
    ),
    Option(
        "devtype",
        "choice",
        "What the guest sees.",
        (at("is_cdrom"),),
        choices=(Choice("disk", 0), Choice("cdrom", 1)),
        default="C(disk)",
        implied="disk",
    ),
    BACKEND,
    Option(
        "backendtype",
        "choice",
        "Driver that serves the disk.",
        (at("backend"),),
        choices=(*words("phy", "tap", "qdisk"), Choice("standalone", first=Release(4, 17))),
        default="chosen when the guest is created",
        filled=True,
    ),
    Option(
        "script",
        "text",
        "Block script that prepares I(target), by name in C(/etc/xen/scripts) or by absolute path.",
        (at("script"),),
        default="none",
    ),
    Option(
        "direct_io_safe",
        "bit",
        "Let the backend use direct I/O even where it is not known to be safe.",
        (at("direct_io_safe"),),
        flags=("direct-io-safe",),
        default="C(false)",
    ),
    Option(
        "discard",
        "flag",
        "Pass discard requests of the guest on to the backend.",
        (at("discard_enable"),),
        flags=("discard", "no-discard"),
        default="C(true) for a writable disk",
        filled=True,
    ),
    Option(
        "colo",
        "flag",
        "Replicate the disk for COLO.",
        (at("colo_enable"),),
        flags=("colo", "no-colo"),
        first=Release(4, 7),
        default="C(false)",
        filled=True,
    ),
    *(
        Option(
            key,
            kind,
            description,
            (at(key),),
            spelling=key.replace("_", "-"),
            first=Release(4, 7),
            minimum=minimum,
            maximum=maximum,
            default="none",
        )
        for key, kind, description, minimum, maximum in (
            ("colo_host", "text", "Address of the other host, for COLO.", None, None),
            ("colo_port", "integer", "Port on the other host, for COLO.", 1, 65535),
            ("colo_export", "text", "Name of the export, for COLO.", None, None),
            ("active_disk", "text", "File that takes the writes of the secondary guest, for COLO.", None, None),
            ("hidden_disk", "text", "File that takes the writes of the primary guest, for COLO.", None, None),
        )
    ),
    Option(
        "specification",
        "choice",
        "Kind of device the guest drives, Xen's paravirtual block device or virtio.",
        (at("specification"),),
        choices=words("xen", "virtio"),
        first=Release(4, 17),
        default="C(xen)",
        filled=True,
    ),
    Option(
        "trusted",
        "flag",
        "Whether the guest may trust the backend.",
        (at("trusted"),),
        flags=("trusted", "untrusted"),
        first=Release(4, 17),
        default="C(true)",
        filled=True,
    ),
    Option(
        "grant_usage",
        "flag",
        "Whether a virtio disk uses grants.",
        (at("grant_usage"),),
        first=Release(4, 19),
        default="C(false) where I(backend) is C(Domain-0), else C(true)",
        filled=True,
    ),
)

# xl trims what it finds between commas and equals signs.
P9_VALUE = r"[^=,\s](?:[^=,\n]*[^=,\s])?"

STORAGE = (
    Option(
        "disk",
        "devices",
        "Disks of the guest, in the order in which they are attached.",
        (at("disks"),),
        fields=DISK_FIELDS,
        identity="vdev",
        impact=LIVE,
        default="none",
        grammar=DISK,
    ),
    Option(
        "p9",
        "devices",
        "Directories of the host that the guest mounts over 9pfs.",
        (at("p9"), at("p9s", Release(4, 10))),
        first=Release(4, 9),
        default="none",
        grammar=TRIMMED,
        fields=(
            Option(
                "tag",
                "text",
                "Name by which the guest mounts it.",
                (at("tag"),),
                pattern=P9_VALUE,
                example="share",
                default="C(Xen) with I(type=xen_9pfsd)",
            ),
            Option(
                "security_model",
                "text",
                "How ownership is kept, such as C(none).",
                (at("security_model"),),
                pattern=P9_VALUE,
                example="none",
                default="C(none) with I(type=xen_9pfsd)",
            ),
            Option(
                "path",
                "text",
                "Directory on the host.",
                (at("path"),),
                pattern=P9_VALUE,
                example="/srv/share",
                default="the guest's log directory with I(type=xen_9pfsd)",
            ),
            BACKEND,
            Option(
                "type",
                "choice",
                "Program that serves it.",
                (at("type"),),
                choices=words("qemu", "xen_9pfsd"),
                first=Release(4, 19),
                default="C(qemu)",
                filled=True,
            ),
            *(
                Option(
                    key,
                    "integer",
                    description,
                    (at(key),),
                    spelling=key.replace("_", "-"),
                    first=Release(4, 19),
                    unit=unit,
                    minimum=0,
                    maximum=2**31 - 1,
                    default="the server's",
                    filled=True,
                )
                for key, description, unit in (
                    ("max_space", "Space the guest may use.", "MiB"),
                    ("max_files", "Files the guest may create.", ""),
                    ("max_open_files", "Files the guest may have open.", ""),
                )
            ),
            Option(
                "auto_delete",
                "bit",
                "Delete the oldest files when the limits are reached.",
                (at("auto_delete"),),
                spelling="auto-delete",
                first=Release(4, 19),
                default="C(false)",
            ),
        ),
    ),
    Option(
        "vtpm",
        "devices",
        "Virtual trusted platform modules.",
        (at("vtpms"),),
        impact=LIVE,
        default="none",
        fields=(
            Option("backend", "text", "Name of the domain that serves it.", (at("backend_domname"),), required=True),
            Option("uuid", "uuid", "Identity of the module.", (at("uuid"),), default="random", filled=True),
        ),
    ),
)
