# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: network interfaces and other channels out of a guest, with their sub-keys."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import (
    ALIAS,
    IGNORED,
    LIVE,
    TRIMMED,
    TRIMMED_VALUE,
    Choice,
    Option,
    at,
    words,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

COLO_KEYS = (
    *(
        f"colo_sock_{socket}_{part}"
        for socket in (
            "mirror",
            "compare_pri_in",
            "compare_sec_in",
            "compare_notify",
            "redirector0",
            "redirector1",
            "redirector2",
            "sec_redirector0",
            "sec_redirector1",
        )
        for part in ("id", "ip", "port")
    ),
    *(
        f"colo_filter_{filter_}"
        for filter_ in (
            "mirror_queue",
            "mirror_outdev",
            "redirector0_queue",
            "redirector0_indev",
            "redirector0_outdev",
            "redirector1_queue",
            "redirector1_indev",
            "redirector1_outdev",
            "sec_redirector0_queue",
            "sec_redirector0_indev",
            "sec_redirector0_outdev",
            "sec_redirector1_queue",
            "sec_redirector1_indev",
            "sec_redirector1_outdev",
            "sec_rewriter0_queue",
        )
    ),
    "colo_compare_pri_in",
    "colo_compare_sec_in",
    "colo_compare_out",
    "colo_compare_notify_dev",
    "colo_checkpoint_host",
    "colo_checkpoint_port",
)

VIF_FIELDS = (
    Option("mac", "mac", (at("mac"),), filled=True),
    Option("bridge", "text", (at("bridge"),), filled=True),
    Option(
        "type",
        "choice",
        (at("nictype"),),
        choices=(Choice("vif"), Choice("ioemu", "vif_ioemu")),
        filled=True,
    ),
    Option("model", "text", (at("model"),), filled=True),
    Option("vifname", "text", (at("ifname"),), filled=True),
    Option("script", "text", (at("script"),), filled=True),
    Option("ip", "text", (at("ip"),)),
    Option("backend", "text", (at("backend_domname"),), filled=True),
    Option("rate", "rate", (at("rate_bytes_per_interval"),)),
    Option("gatewaydev", "text", (at("gatewaydev"),), filled=True),
    Option("netdev", "text", status=ALIAS, instead="gatewaydev"),
    Option("accel", "text", status=IGNORED),
    Option("devid", "integer", (at("devid", silent=-1),), first=Release(4, 9), minimum=0, maximum=65535, filled=True),
    Option("mtu", "integer", (at("mtu"),), first=Release(4, 15), unit="bytes", minimum=68, maximum=65535, filled=True),
    Option("trusted", "flag", (at("trusted"),), flags=("trusted", "untrusted"), first=Release(4, 17), filled=True),
    Option("vlan", "text", (at("vlan"),), first=Release(4, 19)),
    Option("forwarddev", "text", (at("coloft_forwarddev"),), first=Release(4, 7)),
    *(Option(key, "text", (at(key),), first=Release(4, 9)) for key in COLO_KEYS),
)

NETWORK = (
    Option(
        "vif",
        "devices",
        (at("nics"),),
        fields=VIF_FIELDS,
        identity="mac",
        impact=LIVE,
    ),
    Option("vif2", "texts", status=IGNORED, instead="vif"),
    Option(
        "channel",
        "devices",
        (at("channels"),),
        grammar=TRIMMED,
        fields=(
            Option("name", "text", (at("name"),), required=True, pattern=TRIMMED_VALUE, example="org.example.agent"),
            Option("connection", "choice", choices=words("pty", "socket"), required=True),
            Option("path", "text", pattern=TRIMMED_VALUE, example="/run/agent.sock"),
            Option("backend", "text", (at("backend_domname"),), pattern=TRIMMED_VALUE, example="driver1"),
        ),
    ),
    Option(
        "pvcalls",
        "devices",
        (at("pvcallsifs"),),
        first=Release(4, 11),
        fields=(Option("backend", "text", (at("backend_domname"),)),),
    ),
)
