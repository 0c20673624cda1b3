# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: paravirtual framebuffers, keyboards, displays and sound cards, with their sub-keys."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import PV, VSND, Option, at, words
from ansible_collections.xlops.xen.plugins.module_utils._schema.options_display import VNC_AND_SDL
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

BACKEND = Option(
    "backend", "text", "Name of the domain that serves the device.", (at("backend_domname"),), default="C(Domain-0)"
)

VFB_PLACES = {
    row.key: at("/".join(row.places[0].path[2:]))  # below type.hvm the same names hold
    for row in VNC_AND_SDL
}

VKB_NUMBERS = (
    ("width", "Width of the absolute pointer's range."),
    ("height", "Height of the absolute pointer's range."),
    ("multi_touch_width", "Width of the touch screen."),
    ("multi_touch_height", "Height of the touch screen."),
    ("multi_touch_num_contacts", "Contacts the touch screen can tell apart."),
)
VKB_FLAGS = (
    ("feature_disable_keyboard", "Offer no keyboard."),
    ("feature_disable_pointer", "Offer no pointer."),
    ("feature_abs_pointer", "Offer absolute coordinates."),
    ("feature_raw_pointer", "Offer unscaled coordinates."),
    ("feature_multi_touch", "Offer a touch screen."),
)

SOUND_PARAMETERS = (
    Option(
        "sample_rates",
        "integers",
        "Sample rates that can be used.",
        (at("params/sample_rates"),),
        spelling="sample-rates",
        separator=";",
        unit="Hz",
    ),
    Option(
        "sample_formats",
        "texts",
        "Sample formats that can be used, such as C(s16_le).",
        (at("params/sample_formats"),),
        spelling="sample-formats",
        separator=";",
        choices=words(
            "s8",
            "u8",
            "s16_le",
            "s16_be",
            "u16_le",
            "u16_be",
            "s24_le",
            "s24_be",
            "u24_le",
            "u24_be",
            "s32_le",
            "s32_be",
            "u32_le",
            "u32_be",
            "f32_le",
            "f32_be",
            "f64_le",
            "f64_be",
            "iec958_subframe_le",
            "iec958_subframe_be",
            "mu_law",
            "a_law",
            "ima_adpcm",
            "mpeg",
            "gsm",
        ),
    ),
    *(
        Option(
            key,
            "integer",
            description,
            (at(f"params/{key}"),),
            spelling=key.replace("_", "-"),
            unit=unit,
            minimum=0,
            maximum=2**31 - 1,
        )
        for key, description, unit in (
            ("channels_min", "Smallest number of channels.", ""),
            ("channels_max", "Largest number of channels.", ""),
            ("buffer_size", "Size of the buffer.", "bytes"),
        )
    ),
)
STREAM = Option(
    "stream",
    "devices",
    "Streams of the device.",
    (at("streams"),),
    fields=(
        Option("unique_id", "text", "Name by which the backend knows it.", (at("unique_id"),), spelling="unique-id"),
        Option("type", "choice", "Playback or capture.", (at("type"),), choices=words("p", "c")),
        *SOUND_PARAMETERS,
    ),
)
PCM = Option(
    "pcm",
    "devices",
    "Devices of the card.",
    (at("pcms"),),
    fields=(Option("name", "text", "Name of the device.", (at("name"),)), *SOUND_PARAMETERS, STREAM),
)

PARAVIRTUAL_DISPLAY = (
    Option(
        "vfb",
        "devices",
        "Paravirtual framebuffers, each with its keyboard and pointer.",
        (at("vfbs"),),
        guests=(PV,),
        default="none",
        fields=tuple(
            Option(
                row.key,
                row.kind,
                row.description,
                (VFB_PLACES[row.key],),
                row.default,
                minimum=row.minimum,
                maximum=row.maximum,
                secret=row.secret,
                filled=True,
            )
            for row in VNC_AND_SDL
        ),
    ),
    Option(
        "vkb",
        "devices",
        "Paravirtual keyboards, pointers and touch screens.",
        (at("vkbs"),),
        first=Release(4, 12),
        default="none",
        fields=(
            Option(
                "backend_type",
                "choice",
                "Program that serves it.",
                (at("backend_type"),),
                spelling="backend-type",
                choices=words("qemu", "linux"),
                required=True,
            ),
            BACKEND,
            Option(
                "unique_id", "text", "Name by which the backend knows it.", (at("unique_id"),), spelling="unique-id"
            ),
            *(
                Option(key, "bit", description, (at(key),), spelling=key.replace("_", "-"))
                for key, description in VKB_FLAGS
            ),
            *(
                Option(
                    key,
                    "integer",
                    description,
                    (at(key),),
                    spelling=key.replace("_", "-"),
                    minimum=0,
                    maximum=2**32 - 1,
                )
                for key, description in VKB_NUMBERS
            ),
        ),
    ),
    Option(
        "vdispl",
        "devices",
        "Paravirtual displays.",
        (at("vdispls"),),
        first=Release(4, 10),
        default="none",
        fields=(
            BACKEND,
            Option("be_alloc", "bit", "Let the backend allocate the buffers.", (at("be_alloc"),), spelling="be-alloc"),
            Option(
                "connectors",
                "texts",
                "Connectors, each as C(ID:WIDTHxHEIGHT).",
                (at("connectors"),),
                pattern=r"[^;:,\n]+:[0-9]{1,9}x[0-9]{1,9}",
                example="0:1920x1080",
                separator=";",
                required=True,
            ),
        ),
    ),
    Option(
        "vsnd",
        "devices",
        "Paravirtual sound cards.",
        (at("vsnds"),),
        first=Release(4, 12),
        default="none",
        grammar=VSND,
        fields=(
            BACKEND,
            Option("short_name", "text", "Short name of the card.", (at("short_name"),), spelling="short-name"),
            Option("long_name", "text", "Long name of the card.", (at("long_name"),), spelling="long-name"),
            *SOUND_PARAMETERS,
            PCM,
        ),
    ),
)
