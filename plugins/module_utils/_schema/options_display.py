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
    Option("vnc", "flag", (at("b_info/type.hvm/vnc/enable"),)),
    Option("vnclisten", "text", (at("b_info/type.hvm/vnc/listen"),)),
    Option("vncdisplay", "integer", (at("b_info/type.hvm/vnc/display"),), minimum=0, maximum=59635),
    Option("vncunused", "flag", (at("b_info/type.hvm/vnc/findunused"),)),
    Option("vncpasswd", "text", (at("b_info/type.hvm/vnc/passwd"),), secret=True),
    Option("sdl", "flag", (at("b_info/type.hvm/sdl/enable"),)),
    Option("opengl", "flag", (at("b_info/type.hvm/sdl/opengl"),)),
    Option("display", "text", (at("b_info/type.hvm/sdl/display"),)),
    Option("xauthority", "text", (at("b_info/type.hvm/sdl/xauthority"),)),
    Option("keymap", "text", (at("b_info/type.hvm/keymap"),)),
)

GRAPHICS = (
    *(
        Option(
            row.key,
            row.kind,
            row.places,
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
        (
            at("b_info/type.hvm/vga/kind", silent="cirrus"),
            at("b_info/type.hvm/vga/kind", Release(4, 7), silent="unknown"),
        ),
        choices=VGA,
        guests=(HVM,),
        filled=True,
    ),
    Option("stdvga", "flag", status=ALIAS, instead="vga"),
    Option("nographic", "flag", (at("b_info/type.hvm/nographic"),), guests=(HVM,), filled=True),
    Option(
        "gfx_passthru",
        "flag_or_choice",
        (at("b_info/type.hvm/gfx_passthru"),),
        choices=(Choice("default", first=Release(4, 7)), Choice("igd", first=Release(4, 7))),
        any_case=OLDEST,
        guests=(HVM,),
        filled=True,
    ),
    Option("vncviewer", "integer", status=IGNORED, instead="xl create -V"),
)

SPICE = tuple(
    Option(
        key,
        kind,
        (at(f"b_info/type.hvm/spice/{place}"),),
        guests=(HVM,),
        first=first,
        minimum=0 if kind == "integer" else None,
        maximum=maximum,
        secret=key == "spicepasswd",
        filled=True,
    )
    for key, kind, place, first, maximum in (
        ("spice", "flag", "enable", OLDEST, None),
        ("spicehost", "text", "host", OLDEST, None),
        ("spiceport", "integer", "port", OLDEST, 65535),
        ("spicetls_port", "integer", "tls_port", OLDEST, 65535),
        ("spicedisable_ticketing", "flag", "disable_ticketing", OLDEST, None),
        ("spicepasswd", "text", "passwd", OLDEST, None),
        ("spiceagent_mouse", "flag", "agent_mouse", OLDEST, None),
        ("spicevdagent", "flag", "vdagent", OLDEST, None),
        ("spice_clipboard_sharing", "flag", "clipboard_sharing", OLDEST, None),
        ("spiceusbredirection", "integer", "usbredirection", OLDEST, 4),
        ("spice_image_compression", "text", "image_compression", Release(4, 6), None),
        ("spice_streaming_video", "text", "streaming_video", Release(4, 6), None),
    )
)

PERIPHERALS = (
    Option("serial", "text_or_texts", (at("b_info/type.hvm/serial"),), guests=(HVM,)),
    Option("soundhw", "text", (at("b_info/type.hvm/soundhw"),), guests=(HVM,)),
    Option("usb", "flag", (at("b_info/type.hvm/usb"),), guests=(HVM,), filled=True),
    Option("usbversion", "integer", (at("b_info/type.hvm/usbversion"),), guests=(HVM,), minimum=0, maximum=3),
    Option("usbdevice", "text_or_texts", (at("b_info/type.hvm/usbdevice"),), guests=(HVM,)),
)
