# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: disks, shared directories and trusted platform modules, with their sub-keys."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import (
    DISK,
    LIVE,
    TRIMMED,
    TRIMMED_VALUE,
    Choice,
    Option,
    at,
    words,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, Release

BACKEND = Option("backend", "text", (at("backend_domname"),))

# The sources of 4.7 (colo), 4.17 and 4.18 (trusted) came with a scanner for disks that was made from an older
# description than the one beside it. What it does not know it takes for the target.
COLO_READ, TRUST_READ = Release(4, 8), Release(4, 19)

DISK_FIELDS = (
    Option("vdev", "text", (at("vdev"),), required=True),
    Option("target", "text", (at("pdev_path"),), commas=True),
    Option(
        "format",
        "choice",
        (at("format"),),
        choices=(*words("raw", "qcow", "qcow2", "vhd", "empty"), Choice("qed", first=Release(4, 9))),
        implied="raw",
    ),
    Option("access", "choice", (at("readwrite"),), choices=(Choice("rw", 1), Choice("ro", 0)), implied="rw"),
    Option("devtype", "choice", (at("is_cdrom"),), choices=(Choice("disk", 0), Choice("cdrom", 1)), implied="disk"),
    BACKEND,
    Option(
        "backendtype",
        "choice",
        (at("backend"),),
        choices=(*words("phy", "tap", "qdisk"), Choice("standalone", first=Release(4, 17))),
        filled=True,
    ),
    Option("script", "text", (at("script"),)),
    Option("direct_io_safe", "bit", (at("direct_io_safe"),), flags=("direct-io-safe",)),
    Option("discard", "flag", (at("discard_enable"),), flags=("discard", "no-discard"), filled=True),
    Option("colo", "flag", (at("colo_enable"),), flags=("colo", "no-colo"), first=COLO_READ, filled=True),
    *(
        Option(key, kind, (at(key),), spelling=key.replace("_", "-"), first=COLO_READ, minimum=minimum, maximum=maximum)
        for key, kind, minimum, maximum in (
            ("colo_host", "text", None, None),
            ("colo_port", "integer", 1, 65535),
            ("colo_export", "text", None, None),
            ("active_disk", "text", None, None),
            ("hidden_disk", "text", None, None),
        )
    ),
    Option(
        "specification",
        "choice",
        (at("specification"),),
        choices=words("xen", "virtio"),
        first=Release(4, 17),
        filled=True,
    ),
    Option("trusted", "flag", (at("trusted"),), flags=("trusted", "untrusted"), first=TRUST_READ, filled=True),
    Option("grant_usage", "flag", (at("grant_usage"),), first=Release(4, 19), filled=True),
)

STORAGE = (
    Option(
        "disk",
        "devices",
        (at("disks"),),
        fields=DISK_FIELDS,
        identity="vdev",
        impact=LIVE,
        grammar=DISK,
    ),
    Option(
        "p9",
        "devices",
        (at("p9"), at("p9s", Release(4, 10))),
        first=Release(4, 9),
        grammar=TRIMMED,
        fields=(
            Option("tag", "text", (at("tag"),), pattern=TRIMMED_VALUE, example="share"),
            Option("security_model", "text", (at("security_model"),), pattern=TRIMMED_VALUE, example="none"),
            Option("path", "text", (at("path"),), pattern=TRIMMED_VALUE, example="/srv/share"),
            Option("backend", "text", (at("backend_domname"),), pattern=TRIMMED_VALUE, example="driver1"),
            Option(
                "type",
                "choice",
                (at("type"),),
                choices=words("qemu", "xen_9pfsd"),
                any_case=OLDEST,
                first=Release(4, 19),
                filled=True,
            ),
            *(
                Option(
                    key,
                    "integer",
                    (at(key),),
                    spelling=key.replace("_", "-"),
                    first=Release(4, 19),
                    unit=unit,
                    minimum=0,
                    maximum=2**31 - 1,
                    filled=True,
                )
                for key, unit in (
                    ("max_space", "MiB"),
                    ("max_files", ""),
                    ("max_open_files", ""),
                )
            ),
            Option("auto_delete", "bit", (at("auto_delete"),), spelling="auto-delete", first=Release(4, 19)),
        ),
    ),
    Option(
        "vtpm",
        "devices",
        (at("vtpms"),),
        impact=LIVE,
        fields=(
            Option("backend", "text", (at("backend_domname"),), required=True),
            Option("uuid", "uuid", (at("uuid"),), filled=True),
        ),
    ),
)
