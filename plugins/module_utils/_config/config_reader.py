# SPDX-License-Identifier: GPL-3.0-or-later
"""The model's value of an option in libxl's JSON: what a running guest has, in the words of xl.cfg."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Callable

from ansible_collections.xlops.xen.plugins.module_utils._config import affinity
from ansible_collections.xlops.xen.plugins.module_utils._config.cpuid_policy import policy_from_json
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import KIB_PER_MIB, found, from_json
from ansible_collections.xlops.xen.plugins.module_utils._config.pci_address import address_from_json
from ansible_collections.xlops.xen.plugins.module_utils._config.vif_rate import rate_from_json
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options_hvm import VIRIDIAN_BITS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Json = Mapping[str, Any]


def read_option(option: Option, release: Release, config: Json) -> Any:
    """The value, or None where the guest has none. What is of no known form comes back as it is.

    A place of an older release counts where the newer is empty.
    """
    special = SPECIAL.get(option.key)
    if special is not None and option.kind != "devices":
        return _guarded(special, config)
    if option.key == "cpuid":
        return _guarded(lambda known: policy_from_json(found(known, ("b_info", "cpuid")), release), config)
    usable = option.places_until(release) or option.places
    for place in reversed(usable):
        value = found(config, place.path)
        if value is not None:
            return _valued(value, option, release, config)
    silent = usable[-1].silent if usable else None
    return next((choice.word for choice in option.choices if choice.in_json == silent), None)


def _valued(value: Any, option: Option, release: Release, config: Json) -> Any:
    if option.kind == "devices":
        return read_devices(option, release, config)
    if option.kind == "struct":
        return _device(value, option, release) or None if isinstance(value, Mapping) else None
    return from_json(value, option)


def read_devices(option: Option, release: Release, config: Json) -> list[dict[str, Any]]:
    """The devices of a class in the model's terms."""
    for place in reversed(option.places):
        listed = found(config, place.path)
        if isinstance(listed, list):
            return [_device(device, option, release) for device in listed if isinstance(device, Mapping)]
    return []


def _device(device: Json, option: Option, release: Release) -> dict[str, Any]:
    values = {row.key: read_option(row, release, device) for row in _readable(device, option)}
    special = DEVICES.get(option.key)
    extra = _guarded(special, device) if special else None
    if isinstance(extra, Mapping):
        values.update(extra)
    return {key: value for key, value in values.items() if value is not None and value != []}


def _readable(device: Json, option: Option) -> list[Option]:
    """The sub-keys that have a value in the device: what stands there, and words, which libxl may leave out."""
    present = {row for member in device for row in option.fields_by_member.get(member, ())}
    return [row for row in option.fields if row in present or (row.choices and row.places)]


def _guarded(reader: Callable[[Any], Any], value: Any) -> Any:
    """A reader's answer; a configuration of an odd shape has no such value."""
    try:
        return reader(value)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _in_hvm(config: Json, key: str) -> Any:
    return found(config, ("b_info", "type.hvm", key))


def _affinity(place: str) -> Callable[[Json], Any]:
    def read(config: Json) -> Any:
        sets = found(config, ("b_info", place))
        if sets is None:
            return None
        lists = [affinity.as_text(cpus) for cpus in sets]
        all_alike = len(set(lists)) == 1 and len(lists) == found(config, ("b_info", "max_vcpus"))
        return lists[0] if all_alike else lists

    return read


def _either(key: str) -> Callable[[Json], Any]:
    def read(config: Json) -> Any:
        return _in_hvm(config, f"{key}_list") or _in_hvm(config, key)

    return read


def _label(config: Json) -> Any:
    own = found(config, ("b_info", "exec_ssid_label"))
    return own if own is not None else found(config, ("c_info", "ssid_label"))


def _init_label(config: Json) -> Any:
    """The label during the build, where another one follows."""
    return found(config, ("c_info", "ssid_label")) if found(config, ("b_info", "exec_ssid_label")) is not None else None


def _vcpus(config: Json) -> Any:
    online = found(config, ("b_info", "avail_vcpus"))
    return None if online is None else len(online)


def _rtc_timeoffset(config: Json) -> Any:
    offset = found(config, ("b_info", "rtc_timeoffset"))
    return None if offset is None else (offset if offset < 2**31 else offset - 2**32)


def _viridian(config: Json) -> Any:
    enabled, disabled = _in_hvm(config, "viridian_enable") or [], _in_hvm(config, "viridian_disable") or []
    flag = _in_hvm(config, "viridian")
    if not enabled and not disabled:
        return None if flag is None else flag == "True"
    names = {bit: name for name, bit in VIRIDIAN_BITS.items()}
    # all leaves what was disabled before it disabled, which is both then
    both = [bit for bit in disabled if bit in enabled]
    words = (["defaults"] if flag == "True" else []) + [f"!{names.get(bit, str(bit))}" for bit in both]
    words += ["all"] if len(enabled) > len(names) else [names.get(bit, str(bit)) for bit in enabled]
    return words + [f"!{names.get(bit, str(bit))}" for bit in disabled if bit not in both]


def _gfx_passthru(config: Json) -> Any:
    flag = _in_hvm(config, "gfx_passthru")
    return None if flag is None else (_in_hvm(config, "gfx_passthru_kind") or flag == "True")


def _pairs(path: Sequence[str], name: str, value: str) -> Callable[[Json], Any]:
    def read(config: Json) -> Any:
        entries = found(config, path)
        return None if entries is None else [f"{entry[name]}={entry.get(value, 0)}" for entry in entries]

    return read


def _ioports(config: Json) -> Any:
    ranges = found(config, ("b_info", "ioports"))
    if ranges is None:
        return None
    spans = [(one.get("first", 0), (one.get("first", 0) + one["number"] - 1) % 2**32) for one in ranges]
    return [f"{low:x}" if low == high else f"{low:x}-{high:x}" for low, high in spans]


def _iomem(config: Json) -> Any:
    ranges = found(config, ("b_info", "iomem"))
    if ranges is None:
        return None
    return [
        f"{one.get('start', 0):x},{one.get('number', 0):x}" + (f"@{one['gfn']:x}" if "gfn" in one else "")
        for one in ranges
    ]


def _colours(config: Json) -> Any:
    colours = found(config, ("b_info", "llc_colors"))
    return None if colours is None else affinity.ranges(colours)


SPECIAL: Mapping[str, Callable[[Json], Any]] = {
    "vcpus": _vcpus,
    "cpus": _affinity("vcpu_hard_affinity"),
    "cpus_soft": _affinity("vcpu_soft_affinity"),
    "seclabel": _label,
    "init_seclabel": _init_label,
    "rtc_timeoffset": _rtc_timeoffset,
    "viridian": _viridian,
    "gfx_passthru": _gfx_passthru,
    "serial": _either("serial"),
    "usbdevice": _either("usbdevice"),
    "ms_vm_genid": lambda config: "generate" if _in_hvm(config, "ms_vm_genid") else "none",
    "mca_caps": lambda config: ["lmce"] if _in_hvm(config, "mca_caps") else None,
    "smbios": _pairs(("b_info", "type.hvm", "smbios"), "key", "value"),
    "xenstore_quota": _pairs(("b_info", "xenstore_quota", "quota"), "name", "val"),
    "ioports": _ioports,
    "iomem": _iomem,
    "llc_colors": _colours,
    "dtdev": lambda config: [device["path"] for device in config["dtdevs"]] if "dtdevs" in config else None,
}


def _vif(nic: Json) -> dict[str, Any]:
    amount, interval = nic.get("rate_bytes_per_interval", 0), nic.get("rate_interval_usecs", 0)
    return {"rate": rate_from_json(amount, interval)} if amount or interval else {}


def _pci(device: Json) -> dict[str, Any]:
    slot = {"vslot": device["vdevfn"] >> 3} if device.get("vdevfn") else {}
    return {**slot, **({} if "name" in device else {"bdf": address_from_json(device)})}


def _channel(channel: Json) -> dict[str, Any]:
    connection = next(key[len("connection.") :] for key in channel if key.startswith("connection."))
    path = found(channel, ("connection.socket", "path"))
    return {"connection": connection, **({"path": path} if path is not None else {})}


def _display(display: Json) -> dict[str, Any]:
    connectors = display.get("connectors", ())
    return {
        "connectors": [
            f"{one.get('unique_id', one.get('id', ''))}:{one.get('width', 0)}x{one.get('height', 0)}"
            for one in connectors
        ]
    }


def _node(node: Json) -> dict[str, Any]:
    return {"size": node["memkb"] // KIB_PER_MIB, "vcpus": affinity.as_text(node["vcpus"])}


DEVICES: Mapping[str, Callable[[Json], Any]] = {
    "vif": _vif,
    "pci": _pci,
    "channel": _channel,
    "vdispl": _display,
    "vnuma": _node,
}
