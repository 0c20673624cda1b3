# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: graphics, remote access to them, input, sound, serial ports and emulated USB."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import (
    ALIAS,
    HVM,
    IGNORED,
    PV,
    Choice,
    Option,
    at,
    words,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, Release

VGA = (
    Choice("stdvga", "std"),
    *words("cirrus", "none"),
    Choice("qxl", first=Release(4, 6)),
)

# Of these a paravirtual guest without vfb gets one framebuffer, if vnc is on.
VNC_AND_SDL = (
    Option(
        "vnc",
        "flag",
        "Offer the display by VNC.",
        (at("b_info/type.hvm/vnc/enable"),),
        default="C(true) for HVM guests",
    ),
    Option(
        "vnclisten",
        "text",
        "Address on which VNC listens, with C(:DISPLAY) or without.",
        (at("b_info/type.hvm/vnc/listen"),),
        default="C(127.0.0.1)",
    ),
    Option(
        "vncdisplay",
        "integer",
        "Number of the VNC display; its port is 5900 higher.",
        (at("b_info/type.hvm/vnc/display"),),
        default="C(0)",
        minimum=0,
        maximum=59635,
    ),
    Option(
        "vncunused",
        "flag",
        "Take the first free display from I(vncdisplay) on.",
        (at("b_info/type.hvm/vnc/findunused"),),
        default="C(true)",
    ),
    Option("vncpasswd", "text", "Password for VNC.", (at("b_info/type.hvm/vnc/passwd"),), default="none", secret=True),
    Option(
        "sdl",
        "flag",
        "Show the display in a window on the host.",
        (at("b_info/type.hvm/sdl/enable"),),
        default="C(false)",
    ),
    Option("opengl", "flag", "Use OpenGL for the window.", (at("b_info/type.hvm/sdl/opengl"),), default="C(false)"),
    Option("display", "text", "X display of the window.", (at("b_info/type.hvm/sdl/display"),), default="C(DISPLAY)"),
    Option(
        "xauthority",
        "text",
        "File with the right to use the X display.",
        (at("b_info/type.hvm/sdl/xauthority"),),
        default="C(XAUTHORITY)",
    ),
    Option("keymap", "text", "Keyboard layout, such as C(de).", (at("b_info/type.hvm/keymap"),), default="C(en-us)"),
)

GRAPHICS = (
    *(
        Option(
            row.key,
            row.kind,
            row.description,
            row.places,
            row.default,
            guests=(HVM, PV),
            minimum=row.minimum,
            maximum=row.maximum,
            secret=row.secret,
            filled=True,
        )
        for row in VNC_AND_SDL
    ),
    Option(
        "vga",
        "choice",
        "Emulated graphics card.",
        (
            at("b_info/type.hvm/vga/kind", silent="cirrus"),
            at("b_info/type.hvm/vga/kind", Release(4, 7), silent="unknown"),
        ),
        choices=VGA,
        guests=(HVM,),
        default="C(cirrus)",
        filled=True,
    ),
    Option(
        "stdvga",
        "flag",
        "Emulate a standard VGA card instead of a Cirrus Logic one.",
        status=ALIAS,
        instead="vga",
    ),
    Option(
        "nographic",
        "flag",
        "Give the guest no graphics card.",
        (at("b_info/type.hvm/nographic"),),
        guests=(HVM,),
        default="C(false)",
        filled=True,
    ),
    Option(
        "gfx_passthru",
        "flag_or_choice",
        "Pass the host's graphics card through as the guest's first one. A boolean, or from Xen 4.7 on its kind.",
        (at("b_info/type.hvm/gfx_passthru"),),
        choices=(Choice("default", first=Release(4, 7)), Choice("igd", first=Release(4, 7))),
        guests=(HVM,),
        default="C(false)",
        filled=True,
    ),
    Option("vncviewer", "integer", "Start a VNC viewer.", status=IGNORED, instead="xl create -V"),
)

SPICE = tuple(
    Option(
        key,
        kind,
        description,
        (at(f"b_info/type.hvm/spice/{place}"),),
        guests=(HVM,),
        first=first,
        default=default,
        minimum=0 if kind == "integer" else None,
        maximum=maximum,
        secret=key == "spicepasswd",
        filled=True,
    )
    for key, kind, description, place, default, first, maximum in (
        ("spice", "flag", "Offer the display by SPICE.", "enable", "C(false)", OLDEST, None),
        ("spicehost", "text", "Address on which SPICE listens.", "host", "all addresses", OLDEST, None),
        ("spiceport", "integer", "Port for SPICE.", "port", "none", OLDEST, 65535),
        ("spicetls_port", "integer", "Port for SPICE with TLS.", "tls_port", "none", OLDEST, 65535),
        (
            "spicedisable_ticketing",
            "flag",
            "Let clients connect without a password.",
            "disable_ticketing",
            "C(false)",
            OLDEST,
            None,
        ),
        ("spicepasswd", "text", "Password for SPICE.", "passwd", "none", OLDEST, None),
        ("spiceagent_mouse", "flag", "Let the agent move the pointer.", "agent_mouse", "C(true)", OLDEST, None),
        ("spicevdagent", "flag", "Offer the agent's channel.", "vdagent", "C(false)", OLDEST, None),
        (
            "spice_clipboard_sharing",
            "flag",
            "Share the clipboard; needs I(spicevdagent).",
            "clipboard_sharing",
            "C(false)",
            OLDEST,
            None,
        ),
        (
            "spiceusbredirection",
            "integer",
            "USB devices that clients may redirect to the guest.",
            "usbredirection",
            "C(0)",
            OLDEST,
            4,
        ),
        (
            "spice_image_compression",
            "text",
            "Compression of images.",
            "image_compression",
            "QEMU's own",
            Release(4, 6),
            None,
        ),
        (
            "spice_streaming_video",
            "text",
            "Which video streams to compress.",
            "streaming_video",
            "QEMU's own",
            Release(4, 6),
            None,
        ),
    )
)

PERIPHERALS = (
    Option(
        "serial",
        "text_or_texts",
        "Serial ports as QEMU names them, such as C(pty). A text for one port, or a list.",
        (at("b_info/type.hvm/serial"),),
        guests=(HVM,),
        default="none",
    ),
    Option(
        "soundhw",
        "text",
        "Emulated sound card.",
        (at("b_info/type.hvm/soundhw"),),
        guests=(HVM,),
        default="none",
    ),
    Option(
        "usb",
        "flag",
        "Emulate a USB controller.",
        (at("b_info/type.hvm/usb"),),
        guests=(HVM,),
        default="C(false)",
        filled=True,
    ),
    Option(
        "usbversion",
        "integer",
        "Emulate USB controllers of this version; not together with I(usb).",
        (at("b_info/type.hvm/usbversion"),),
        guests=(HVM,),
        default="none",
        minimum=0,
        maximum=3,
    ),
    Option(
        "usbdevice",
        "text_or_texts",
        "Emulated USB devices as QEMU names them, such as C(tablet), or C(host:VVVV:PPPP) for one of the host. "
        "A text for one device, or a list.",
        (at("b_info/type.hvm/usbdevice"),),
        guests=(HVM,),
        default="none",
    ),
)
