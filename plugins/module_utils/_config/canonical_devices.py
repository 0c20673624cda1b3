# SPDX-License-Identifier: GPL-3.0-or-later
"""Canonical JSON of devices: what xl adds to the sub-keys, and to what it spreads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Callable

from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import Context, Json, inside, plain
from ansible_collections.xlops.xen.plugins.module_utils._config.pci_address import address_in_json
from ansible_collections.xlops.xen.plugins.module_utils._config.vif_rate import rate_in_json
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, PV, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.options_display import VNC_AND_SDL
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Device = Mapping[str, Any]

NUMBERED_BY_SUB_KEY_FROM = Release(4, 9)
PCI_DEFAULTS_UNREAD = Release(4, 13)
RDM_REFUSES_POLICY_FROM = Release(4, 15)
P9_KEEPS_BACKEND_UNTIL = Release(4, 17)
CONNECTOR_ID = (("id", Release(4, 10)), ("unique_id", Release(4, 12)))
SHARES_DIRECTORY_BY_GUEST = "/var/log/xen/guests"
MULTI_TOUCH = ("multi_touch_width", "multi_touch_height", "multi_touch_num_contacts")


def write_devices(config: Json, model: Mapping[str, Any], context: Context) -> None:
    for key, render in RENDERERS.items():
        devices = model.get(key)
        place = OPTIONS[key].place(context.release)
        if devices and place is not None and OPTIONS[key].known_to(context.release):
            config[place.path[-1]] = [render(device, index, context) for index, device in enumerate(devices)]
    _write_framebuffers(config, model, context)
    _write_shared_directories(config, model, context)
    _write_pci(config, model, context)
    _write_host_resources(config, model)


def _fields(device: Device, option: Option, context: Context) -> Json:
    written: Json = {}
    plain(written, device, option.fields, context)
    return written


def _disk(disk: Device, index: int, context: Context) -> Json:
    cdrom = disk.get("devtype") == "cdrom"
    forced: dict[str, Any] = {"access": "ro"} if cdrom else {}
    if cdrom and not disk.get("target"):
        forced["format"] = "empty"
    return {**({"removable": 1} if cdrom else {}), **_fields({**disk, **forced}, OPTIONS["disk"], context)}


def _nic(vif: Device, index: int, context: Context) -> Json:
    xl_conf = context.host.xl_conf
    from_host = {
        "bridge": xl_conf.vif_bridge,
        "script": xl_conf.vif_script,
        "gatewaydev": xl_conf.vif_gatewaydev,
        "backend": xl_conf.vif_backend,
    }
    values = {"devid": index, **{key: value for key, value in from_host.items() if value is not None}, **vif}
    rate = rate_in_json(values.pop("rate")) if "rate" in values else (0, 0)
    written: Json = {} if context.release >= NUMBERED_BY_SUB_KEY_FROM else {"devid": values["devid"]}
    written.update(_fields(values, OPTIONS["vif"], context))
    numbers = zip(("rate_bytes_per_interval", "rate_interval_usecs"), rate)
    return {**written, **{key: number for key, number in numbers if number}}


def _numbered(key: str) -> Callable[[Device, int, Context], Json]:
    """Devices whose sub-keys are carried over as they are, with their position as devid."""

    def render(device: Device, index: int, context: Context) -> Json:
        return {"devid": index, **_fields(device, OPTIONS[key], context)}

    return render


def _channel(channel: Device, index: int, context: Context) -> Json:
    connection = f"connection.{channel['connection']}"
    holder = {"path": channel["path"]} if channel["connection"] == "socket" else {}
    return {"devid": index, **_fields(channel, OPTIONS["channel"], context), connection: holder}


def _usb_device(device: Device, index: int, context: Context) -> Json:
    return {"type.hostdev": {}, **_fields(device, OPTIONS["usbdev"], context)}


def _display(display: Device, index: int, context: Context) -> Json:
    name = [name for name, first in CONNECTOR_ID if first <= context.release][-1]
    connectors = [connector.partition(":") for connector in display["connectors"]]
    written = _fields({**display, "connectors": []}, OPTIONS["vdispl"], context)
    written["connectors"] = [
        {name: identity, **_sizes(*(int(number) for number in size.split("x")))}
        for identity, _colon, size in connectors
    ]
    return {"devid": index, **written}


def _sizes(width: int, height: int) -> Json:
    return {key: number for key, number in (("width", width), ("height", height)) if number}


def _sound_card(card: Device, index: int, context: Context) -> Json:
    return {"devid": index, **_sound_part(card, OPTIONS["vsnd"], context)}


def _sound_part(part: Device, option: Option, context: Context) -> Json:
    """A card, a device or a stream: each has parameters, and the first two have parts."""
    written: Json = {"params": {}}
    nested = {row.key for row in option.fields if row.kind == "devices"}
    plain(written, {key: value for key, value in part.items() if key not in nested}, option.fields, context)
    for row in option.fields:
        if row.key in nested and part.get(row.key):
            written[row.places[0].path[-1]] = [_sound_part(one, row, context) for one in part[row.key]]
    return written


RENDERERS: Mapping[str, Callable[[Device, int, Context], Json]] = {
    "disk": _disk,
    "vif": _nic,
    "vtpm": _numbered("vtpm"),
    "channel": _channel,
    "pvcalls": _numbered("pvcalls"),
    "usbctrl": _numbered("usbctrl"),
    "usbdev": _usb_device,
    "vdispl": _display,
    "vsnd": _sound_card,
    "virtio": _numbered("virtio"),
}


def _write_framebuffers(config: Json, model: Mapping[str, Any], context: Context) -> None:
    """Each framebuffer brings a keyboard, ahead of those of vkb=. Without vfb=, vnc=1 gives a paravirtual guest one."""
    framebuffers: Sequence[Device] = model.get("vfb", ())
    if not framebuffers and context.guest == PV and model.get("vnc"):
        framebuffers = [{row.key: model[row.key] for row in VNC_AND_SDL if row.key in model}]
    if framebuffers:
        config["vfbs"] = [
            {"devid": index, "vnc": {}, "sdl": {}, **_fields(vfb, OPTIONS["vfb"], context)}
            for index, vfb in enumerate(framebuffers)
        ]
    keyboards: list[Json] = [{} for _vfb in framebuffers] + [
        _fields(_touching(vkb), OPTIONS["vkb"], context) for vkb in model.get("vkb", ())
    ]
    if keyboards:
        config["vkbs"] = [{"devid": index, **keyboard} for index, keyboard in enumerate(keyboards)]


def _touching(keyboard: Device) -> Device:
    """A keyboard with the size of a touch screen has one."""
    return {**keyboard, "feature_multi_touch": True} if any(keyboard.get(key) for key in MULTI_TOUCH) else keyboard


def _write_shared_directories(config: Json, model: Mapping[str, Any], context: Context) -> None:
    """xl up to 4.17 gave a directory without a backend that of the one before it. A devid is never written."""
    place = OPTIONS["p9"].place(context.release)
    if not model.get("p9") or place is None:
        return
    written, backend = [], None
    for share in model["p9"]:
        values = dict(share)
        if context.release <= P9_KEEPS_BACKEND_UNTIL:
            backend = values.get("backend", backend)
            values.update({"backend": backend} if backend is not None else {})
        elif share.get("type") == "xen_9pfsd":
            values.setdefault("path", f"{SHARES_DIRECTORY_BY_GUEST}/{model['name']}")
        written.append(_fields(values, OPTIONS["p9"], context))
    config[place.path[-1]] = written


def _write_pci(config: Json, model: Mapping[str, Any], context: Context) -> None:
    unread = context.release == PCI_DEFAULTS_UNREAD
    defaults = {
        key[len("pci_") :]: model[key]
        for key in ("pci_permissive", "pci_msitranslate", "pci_power_mgmt", "pci_seize")
        if key in model and not unread
    }
    if model.get("pci"):
        config["pcidevs"] = [_pci({**defaults, **device}, model, context) for device in model["pci"]]
    if context.guest == PV and (model.get("pci") or "e820_host" in model):
        inside(config, ("b_info", "type.pv"))["e820_host"] = str(bool(model.get("pci")) or model["e820_host"])


def _pci(device: Device, model: Mapping[str, Any], context: Context) -> Json:
    written = _fields(device, OPTIONS["pci"], context)
    if "bdf" in device:
        written.update(address_in_json(device["bdf"]))
    if device.get("vslot"):
        written["vdevfn"] = device["vslot"] << 3
    if "rdm_policy" not in device and OPTIONS["rdm"].known_to(context.release):
        written.update(_default_rdm_policy(model, context))
    return written


def _default_rdm_policy(model: Mapping[str, Any], context: Context) -> Json:
    """That of rdm for HVM guests. For others xl reads memory that means something else there, which is zero: strict."""
    if context.guest != HVM:
        return {"rdm_policy": "strict"}
    unread = context.release == PCI_DEFAULTS_UNREAD
    policy = None if unread else rdm_in_json(model, context).get("policy")
    return {"rdm_policy": policy} if policy else {}


def rdm_in_json(model: Mapping[str, Any], context: Context) -> Json:
    """xl up to 4.14 passes over one without a policy, later ones over one with a policy.

    The policy that was not given they take from memory that nobody wrote. It is zero: strict.
    """
    rdm = model.get("rdm", {})
    if not rdm or ("policy" in rdm) != (context.release < RDM_REFUSES_POLICY_FROM):
        return {}
    written: Json = {}
    plain(written, {"policy": "strict", **rdm}, OPTIONS["rdm"].fields, context)
    return written


def _write_host_resources(config: Json, model: Mapping[str, Any]) -> None:
    b_info = config["b_info"]
    if model.get("dtdev"):
        config["dtdevs"] = [{"path": path} for path in model["dtdev"]]
    if model.get("ioports"):
        b_info["ioports"] = [_port_range(ports) for ports in model["ioports"]]
    if model.get("iomem"):
        b_info["iomem"] = [_page_range(pages) for pages in model["iomem"]]


def _port_range(ports: str) -> Json:
    low, _dash, high = ports.partition("-")
    first, last = int(low, 16), int(high or low, 16)
    return {**({"first": first} if first else {}), "number": (last - first + 1) % 2**32}


def _page_range(pages: str) -> Json:
    host, _at, guest = pages.partition("@")
    start, _comma, count = host.partition(",")
    numbers = {"start": int(start, 16), "number": int(count, 16)}
    return {
        **{key: number for key, number in numbers.items() if number},
        **({"gfn": int(guest, 16)} if guest else {}),
    }
