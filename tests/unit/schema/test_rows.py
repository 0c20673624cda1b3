# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows, held against what Xen's sources say."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.kinds import NORMAL_FORM
from ansible_collections.xlops.xen.plugins.module_utils._schema.argspec import guest_argument_spec
from ansible_collections.xlops.xen.plugins.module_utils._schema.cpuid_flags import cpuid_flags
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import ANSIBLE_TYPES, CURRENT, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import KEYS, OPTIONS, ROWS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, RELEASES, Release
from ansible_collections.xlops.xen.tests.unit.transcripts import DATA

# The model has one key for the type of a guest, whatever the release calls it.
NEUTRAL = {"type"}

# Words of xl that libxl's own enumerations do not have, or the other way round.
ENUMS = {
    "on_crash": "libxl_action_on_shutdown",
    "tsc_mode": "libxl_tsc_mode",
    "timer_mode": "libxl_timer_mode",
    "bios": "libxl_bios_type",
    "altp2m": "libxl_altp2m_mode",
    "hdtype": "libxl_hdtype",
    "passthrough": "libxl_passthrough",
    "gic_version": "libxl_gic_version",
    "vuart": "libxl_vuart_type",
    "tee": "libxl_tee_type",
    "sve": "libxl_sve_type",
    "vendor_device": "libxl_vendor_device",
    "gfx_passthru": "libxl_gfx_passthru_kind",
    "vga": "libxl_vga_interface_type",
    "device_model_version": "libxl_device_model_version",
}
FIELD_ENUMS = {
    ("disk", "format"): "libxl_disk_format",
    ("disk", "backendtype"): "libxl_disk_backend",
    ("disk", "specification"): "libxl_disk_specification",
    ("vif", "type"): "libxl_nic_type",
    ("usbctrl", "type"): "libxl_usbctrl_type",
    ("usbdev", "type"): "libxl_usbdev_type",
    ("vkb", "backend_type"): "libxl_vkb_backend",
    ("p9", "type"): "libxl_p9_type",
    ("channel", "connection"): "libxl_channel_connection",
}


@functools.lru_cache
def facts(name: str) -> Any:
    return json.loads((DATA / "facts" / f"{name}.json").read_text())


def span(first: Release, last: Release | None) -> str:
    return f"{first}-{last or ''}"


def all_options(options: tuple[Option, ...] = ROWS) -> Iterator[Option]:
    for option in options:
        yield option
        yield from all_options(option.fields)


def test_every_key_that_xl_reads_has_a_row_with_its_releases() -> None:
    known = {key: span(option.first, option.last) for key, option in KEYS.items()}
    expected = facts("keys")
    assert set(known) == set(expected)
    wrong = {key: known[key] for key in known if known[key] != expected[key] and key not in NEUTRAL}
    assert wrong == {}


def test_every_device_has_the_releases_of_its_sub_keys() -> None:
    assert {name.partition(".")[0] for name in facts("sub_keys")} == {row.key for row in KEYS.values() if row.fields}


@pytest.mark.parametrize("device", sorted(facts("sub_keys")))
def test_every_sub_key_that_xl_reads_has_a_row_with_its_releases(device: str) -> None:
    name, *inner = device.split(".")
    owner = row = KEYS[name]
    for key in inner:
        row = row.current_fields[key]
    known = {
        word: span(max(field.first, owner.first, field.word_since), field.last or owner.last)
        for field in row.fields
        for word in (field.flags or (field.word,))
    }
    assert known == {word: releases for word, releases in facts("sub_keys")[device].items() if word != "cdrom"}


@pytest.mark.parametrize("option", ROWS, ids=lambda option: option.key)
def test_every_place_is_one_that_libxl_has(option: Option) -> None:
    assert _wrong_places(option, "", OLDEST, option.last) == []


def _wrong_places(option: Option, prefix: str, first: Release, last: Release | None) -> list[tuple[str, str]]:
    """The paths of an option, and of its sub-keys, that releases do not have in which they are read or written."""
    wrong = []
    for place, following in zip(option.places, (*option.places[1:], None)):
        path = prefix + ".".join(place.path)
        begin = max(option.first, place.first, first)
        end = RELEASES[RELEASES.index(following.first) - 1] if following else option.last or last
        if not _covers(facts("json_paths").get(path), begin, end):
            wrong.append((path, span(begin, end)))
        for row in option.fields:
            wrong += _wrong_places(row, f"{path}[]." if option.kind == "devices" else f"{path}.", begin, end)
    return wrong


def _covers(releases: str | None, begin: Release, end: Release | None) -> bool:
    first, _dash, last = (releases or "").partition("-")
    if end is not None and end < begin:  # a sub-key that came after its device had moved
        return True
    return (
        bool(first) and Release.parse(first) <= begin and (not last or (end is not None and end <= Release.parse(last)))
    )


@pytest.mark.parametrize(
    ("option", "owner", "enumeration"),
    [
        *((KEYS[key], KEYS[key], name) for key, name in ENUMS.items()),
        *(
            (row, KEYS[device], name)
            for (device, key), name in FIELD_ENUMS.items()
            for row in KEYS[device].fields
            if row.key == key
        ),
    ],
    ids=lambda value: getattr(value, "key", value),
)
def test_every_word_is_one_that_libxl_has_from_that_release_on(option: Option, owner: Option, enumeration: str) -> None:
    expected = facts("enums")[enumeration]
    known = {choice.in_json: choice for choice in option.choices}
    assert set(expected) - set(known) <= {"unknown"}
    for word, choice in known.items():
        first, _dash, last = expected[word].partition("-")
        readable = max(option.first, owner.first)
        assert max(choice.first, readable) == max(Release.parse(first), readable)
        assert choice.last is None or not last or choice.last >= Release.parse(last)


def test_every_row_can_be_acted_on() -> None:
    for option in all_options():
        assert option.kind in ANSIBLE_TYPES
        assert option.kind in NORMAL_FORM or option.kind in ("devices", "struct")
        assert option.first >= OLDEST
        assert (option.kind == "choice") <= bool(option.choices)
        assert bool(option.pattern) == bool(option.example)
        assert option.kind in ("devices", "struct") or not option.fields
        assert option.status == CURRENT or option.instead or option.key == "accel"


def test_secrets_are_kept_from_the_log() -> None:
    spec = guest_argument_spec()
    assert spec["vncpasswd"]["no_log"] is True
    assert spec["spicepasswd"]["no_log"] is True
    assert spec["vfb"]["options"]["vncpasswd"]["no_log"] is True
    assert spec["passthrough"]["no_log"] is False


def test_the_argument_spec_has_the_keys_of_the_model() -> None:
    spec = guest_argument_spec()
    assert list(spec) == list(OPTIONS)
    assert "builder" not in spec
    assert "netdev" not in spec["vif"]["options"]
    assert spec["disk"]["elements"] == "dict"
    assert spec["irqs"] == {"type": "list", "elements": "int"}
    assert spec["viridian"] == {"type": "raw"}


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_cpu_flags_fit_into_their_registers(release: Release) -> None:
    flags = cpuid_flags(release)
    assert {"sse3", "family", "svm_npt"} <= set(flags)
    for flag in flags.values():
        assert 0 <= flag.bit < flag.bit + flag.width <= (64 if flag.register.name == "msr" else 32)
