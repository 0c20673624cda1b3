# SPDX-License-Identifier: GPL-3.0-or-later
"""Canonical JSON of labels, firmware, the emulated platform and limits: keys whose value is not simply carried over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.canonical_devices import rdm_in_json
from ansible_collections.xlops.xen.plugins.module_utils._config.cpuid_policy import policy_in_json
from ansible_collections.xlops.xen.plugins.module_utils._config.firmware import bios_of
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import Context, Json, plain
from ansible_collections.xlops.xen.plugins.module_utils._config.numbers import c_number
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.options_hvm import VIRIDIAN_BITS

VIRIDIAN_SET_SIZE = 64
MACHINE_CHECK_BITS = {"lmce": 1}
GENERATION_ID_LENGTH = 16

GRANT_LIMITS = ("max_grant_frames", "max_maptrack_frames", "max_grant_version")


def write_platform(config: Json, model: Mapping[str, Any], context: Context) -> None:
    b_info = config["b_info"]
    _write_labels(config, model)
    _write_firmware(b_info, model, context)
    _write_limits(b_info, model, context)
    if model.get("rtc_timeoffset"):
        b_info["rtc_timeoffset"] = model["rtc_timeoffset"] % 2**32
    if model.get("cpuid"):
        policy, _faults = policy_in_json(model["cpuid"], context.release)
        b_info.update({"cpuid": policy} if policy else {})
    restricted = model.get("bootloader_restrict", context.host.xl_conf.bootloader_restrict)
    if restricted is not None and OPTIONS["bootloader_restrict"].known_to(context.release):
        b_info["bootloader_restrict"] = str(restricted)
    if "arm_sci" in model:
        plain(b_info["arch_arm"]["arm_sci"], model["arm_sci"], OPTIONS["arm_sci"].fields, context)
    if context.guest == HVM:
        _write_hvm(b_info["type.hvm"], model, context)


def _write_labels(config: Json, model: Mapping[str, Any]) -> None:
    """A guest that is built under another label runs under its own afterwards."""
    if "init_seclabel" in model:
        config["c_info"]["ssid_label"] = model["init_seclabel"]
    if "seclabel" in model:
        if "init_seclabel" in model:
            config["b_info"]["exec_ssid_label"] = model["seclabel"]
        else:
            config["c_info"]["ssid_label"] = model["seclabel"]


def _write_firmware(b_info: Json, model: Mapping[str, Any], context: Context) -> None:
    kernel, firmware = model.get("kernel"), model.get("firmware")
    if kernel is not None and not (context.guest == HVM and kernel.rpartition("/")[2] == "hvmloader"):
        b_info["kernel"] = kernel
    if firmware is None:
        return
    if context.guest != HVM:
        b_info["kernel"] = f"{context.host.firmware_dir}/{firmware}.bin"
    elif bios_of(firmware):
        b_info["type.hvm"]["bios"] = bios_of(firmware)
    elif not "bios".startswith(firmware):
        b_info["type.hvm"]["firmware"] = firmware


def _write_limits(b_info: Json, model: Mapping[str, Any], context: Context) -> None:
    for key in GRANT_LIMITS:
        value = model.get(key, getattr(context.host.xl_conf, key))
        if value is not None:
            plain({"b_info": b_info}, {key: value}, (OPTIONS[key],), context)
    if model.get("xenstore_quota"):
        pairs = [quota.partition("=") for quota in model["xenstore_quota"]]
        b_info["xenstore_quota"]["quota"] = [
            {"name": name, **({"val": c_number(number)} if c_number(number) else {})} for name, _equals, number in pairs
        ]
    if model.get("llc_colors"):
        ranges = [colours.partition("-") for colours in model["llc_colors"]]
        b_info["llc_colors"] = [
            colour for low, _dash, high in ranges for colour in range(int(low), int(high or low) + 1)
        ]


def _write_hvm(hvm: Json, model: Mapping[str, Any], context: Context) -> None:
    if "viridian" in model:
        hvm.update(viridian_in_json(model["viridian"]))
    if model.get("ms_vm_genid") == "generate":
        hvm["ms_vm_genid"] = [0] * GENERATION_ID_LENGTH
    if model.get("smbios"):
        pairs = [entry.partition("=") for entry in model["smbios"]]
        hvm["smbios"] = [{"key": key.lower(), "value": value} for key, _equals, value in pairs]
    if model.get("mca_caps"):
        hvm["mca_caps"] = sum(MACHINE_CHECK_BITS[word] for word in set(model["mca_caps"]))
    if "gfx_passthru" in model:
        kind = model["gfx_passthru"]
        hvm["gfx_passthru"] = str(bool(kind))
        if isinstance(kind, str) and kind != "default":
            hvm["gfx_passthru_kind"] = kind
    for key in ("serial", "usbdevice"):
        if model.get(key) is not None and model[key] != []:
            hvm[f"{key}_list" if isinstance(model[key], list) else key] = model[key]
    if "rdm" in model:
        hvm["rdm"].update(rdm_in_json(model, context))


def viridian_in_json(viridian: bool | list[str]) -> Json:
    """A boolean, or two sets of bits; ``defaults`` sets the boolean, ``all`` every bit there is room for."""
    if isinstance(viridian, bool):
        return {"viridian": str(viridian)}
    enabled: set[int] = set()
    disabled: set[int] = set()
    written: Json = {}
    for word in viridian:
        if word == "all":
            enabled.update(range(VIRIDIAN_SET_SIZE))
        elif word == "defaults":
            written["viridian"] = "True"
        else:
            bit = VIRIDIAN_BITS[word.lstrip("!")]
            on, off = (disabled, enabled) if word.startswith("!") else (enabled, disabled)
            on.add(bit)
            off.discard(bit)
    sets = {"viridian_enable": sorted(enabled), "viridian_disable": sorted(disabled)}
    return {**written, **{key: bits for key, bits in sets.items() if bits}}
