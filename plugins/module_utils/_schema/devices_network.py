# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: network interfaces and other channels out of a guest, with their sub-keys."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import (
    ALIAS,
    IGNORED,
    LIVE,
    TRIMMED,
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
    Option(
        "mac",
        "mac",
        "Hardware address, six hexadecimal octets joined by colons.",
        (at("mac"),),
        default="chosen when the guest is created",
        filled=True,
    ),
    Option(
        "bridge",
        "text",
        "Bridge of the host to which the interface belongs.",
        (at("bridge"),),
        default="that of C(xl.conf), else C(xenbr0)",
        filled=True,
    ),
    Option(
        "type",
        "choice",
        "C(vif) for a paravirtual interface alone, C(ioemu) to have an emulated one beside it.",
        (at("nictype"),),
        choices=(Choice("vif"), Choice("ioemu", "vif_ioemu")),
        default="C(ioemu) for HVM guests, else C(vif)",
        filled=True,
    ),
    Option("model", "text", "Model of the emulated interface.", (at("model"),), default="C(rtl8139)", filled=True),
    Option(
        "vifname",
        "text",
        "Name of the backend interface on the host.",
        (at("ifname"),),
        default="C(vifDOMID.DEVID)",
        filled=True,
    ),
    Option(
        "script",
        "text",
        "Hotplug script, by name in C(/etc/xen/scripts) or by absolute path.",
        (at("script"),),
        default="that of C(xl.conf), else C(vif-bridge)",
        filled=True,
    ),
    Option("ip", "text", "Addresses handed to the hotplug script.", (at("ip"),), default="none"),
    Option(
        "backend",
        "text",
        "Name of the domain that serves the interface.",
        (at("backend_domname"),),
        default="that of C(xl.conf), else C(Domain-0)",
        filled=True,
    ),
    Option(
        "rate",
        "rate",
        "Limit of the outgoing traffic, such as C(10Mb/s) or C(250KB/s@20ms).",
        (at("rate_bytes_per_interval"),),
        default="unlimited",
    ),
    Option(
        "gatewaydev",
        "text",
        "Interface of the host that routes for the guest.",
        (at("gatewaydev"),),
        default="that of C(xl.conf)",
        filled=True,
    ),
    Option("netdev", "text", "Interface of the host that routes for the guest.", status=ALIAS, instead="gatewaydev"),
    Option("accel", "text", "Accelerator.", status=IGNORED),
    Option(
        "devid",
        "integer",
        "Number of the interface.",
        (at("devid", silent=-1),),
        first=Release(4, 9),
        minimum=0,
        maximum=65535,
        default="its position in the list, from 0",
        filled=True,
    ),
    Option(
        "mtu",
        "integer",
        "Largest frame.",
        (at("mtu"),),
        first=Release(4, 15),
        unit="bytes",
        minimum=68,
        maximum=65535,
        default="C(1492)",
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
    Option("vlan", "text", "VLAN handed to the hotplug script.", (at("vlan"),), first=Release(4, 19), default="none"),
    Option(
        "forwarddev",
        "text",
        "Interface that forwards to the other host, for COLO.",
        (at("coloft_forwarddev"),),
        first=Release(4, 7),
        default="none",
    ),
    *(
        Option(
            key,
            "text",
            "Plumbing of the network comparison, for COLO.",
            (at(key),),
            first=Release(4, 9),
            default="none",
        )
        for key in COLO_KEYS
    ),
)

# xl splits a channel at every comma and equals sign, and trims the pieces.
CHANNEL_VALUE = r"[^=,\s](?:[^=,\n]*[^=,\s])?"

NETWORK = (
    Option(
        "vif",
        "devices",
        "Network interfaces of the guest; an empty mapping is an interface with all defaults.",
        (at("nics"),),
        fields=VIF_FIELDS,
        identity="devid",
        impact=LIVE,
        default="none",
    ),
    Option(
        "vif2",
        "texts",
        "Interfaces of the second network channel, which never came to be.",
        status=IGNORED,
        instead="vif",
    ),
    Option(
        "channel",
        "devices",
        "Byte channels between guest and host.",
        (at("channels"),),
        default="none",
        grammar=TRIMMED,
        fields=(
            Option(
                "name",
                "text",
                "Name by which the guest finds it.",
                (at("name"),),
                required=True,
                pattern=CHANNEL_VALUE,
                example="org.example.agent",
            ),
            Option(
                "connection",
                "choice",
                "What it is on the host.",
                choices=words("pty", "socket"),
                required=True,
            ),
            Option(
                "path",
                "text",
                "Path of the socket.",
                default="none; needed with I(connection=socket)",
                pattern=CHANNEL_VALUE,
                example="/run/agent.sock",
            ),
            Option(
                "backend",
                "text",
                "Name of the domain that serves it.",
                (at("backend_domname"),),
                pattern=CHANNEL_VALUE,
                example="driver1",
                default="C(Domain-0)",
            ),
        ),
    ),
    Option(
        "pvcalls",
        "devices",
        "Interfaces that carry the guest's socket calls to another domain.",
        (at("pvcallsifs"),),
        first=Release(4, 11),
        default="none",
        fields=(
            Option(
                "backend", "text", "Name of the domain that serves it.", (at("backend_domname"),), default="C(Domain-0)"
            ),
        ),
    ),
)
