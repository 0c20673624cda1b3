# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: paravirtual framebuffers, keyboards, displays and sound cards, with their sub-keys."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import PV, PVH, VSND, Option, at, words
from ansible_collections.xlops.xen.plugins.module_utils._schema.options_display import VNC_AND_SDL
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, Release

BACKEND = Option("backend", "text", (at("backend_domname"),))

VFB_PLACES = {
    row.key: at("/".join(row.places[0].path[2:]))  # below type.hvm the same names hold
    for row in VNC_AND_SDL
}

VKB_NUMBERS = ("width", "height", "multi_touch_width", "multi_touch_height", "multi_touch_num_contacts")
VKB_FLAGS = (
    "feature_disable_keyboard",
    "feature_disable_pointer",
    "feature_abs_pointer",
    "feature_raw_pointer",
    "feature_multi_touch",
)

SOUND_PARAMETERS = (
    Option(
        "sample_rates",
        "integers",
        (at("params/sample_rates"),),
        spelling="sample-rates",
        separator=";",
        unit="Hz",
        minimum=0,
        maximum=2**32 - 1,
    ),
    Option(
        "sample_formats",
        "texts",
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
        any_case=OLDEST,
    ),
    *(
        Option(
            key,
            "integer",
            (at(f"params/{key}"),),
            spelling=key.replace("_", "-"),
            unit=unit,
            minimum=0,
            maximum=2**31 - 1,
        )
        for key, unit in (
            ("channels_min", ""),
            ("channels_max", ""),
            ("buffer_size", "bytes"),
        )
    ),
)
STREAM = Option(
    "stream",
    "devices",
    (at("streams"),),
    fields=(
        Option("unique_id", "text", (at("unique_id"),), spelling="unique-id"),
        Option("type", "choice", (at("type"),), choices=words("p", "c"), any_case=OLDEST),
        *SOUND_PARAMETERS,
    ),
)
PCM = Option(
    "pcm",
    "devices",
    (at("pcms"),),
    fields=(Option("name", "text", (at("name"),)), *SOUND_PARAMETERS, STREAM),
)

PARAVIRTUAL_DISPLAY = (
    Option(
        "vfb",
        "devices",
        (at("vfbs"),),
        guests=(PV, PVH),
        fields=tuple(
            Option(
                row.key,
                row.kind,
                (VFB_PLACES[row.key],),
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
        (at("vkbs"),),
        first=Release(4, 12),
        fields=(
            Option(
                "backend_type",
                "choice",
                (at("backend_type"),),
                spelling="backend-type",
                choices=words("qemu", "linux"),
                any_case=OLDEST,
                required=True,
            ),
            BACKEND,
            Option("unique_id", "text", (at("unique_id"),), spelling="unique-id"),
            *(Option(key, "bit", (at(key),), spelling=key.replace("_", "-")) for key in VKB_FLAGS),
            *(
                Option(key, "integer", (at(key),), spelling=key.replace("_", "-"), minimum=0, maximum=2**32 - 1)
                for key in VKB_NUMBERS
            ),
        ),
    ),
    Option(
        "vdispl",
        "devices",
        (at("vdispls"),),
        first=Release(4, 10),
        fields=(
            BACKEND,
            Option("be_alloc", "bit", (at("be_alloc"),), spelling="be-alloc"),
            Option(
                "connectors",
                "texts",
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
        (at("vsnds"),),
        first=Release(4, 12),
        grammar=VSND,
        fields=(
            BACKEND,
            Option("short_name", "text", (at("short_name"),), spelling="short-name"),
            Option("long_name", "text", (at("long_name"),), spelling="long-name"),
            *SOUND_PARAMETERS,
            PCM,
        ),
    ),
)
