# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the emulated platform: firmware, graphics, remote displays, USB, the device model."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.xlops.xen.plugins.module_utils._config.checks import Check, Model, Objection
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.firmware import bios_of
from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import (
    TRADITIONAL,
    UPSTREAM,
    device_model_of,
    guest_type,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, PV
from ansible_collections.xlops.xen.plugins.module_utils._schema.options_display import VNC_AND_SDL
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

DEVICE_MODEL = ("device_model_version", "device_model_stubdomain_override")  # what says which one the guest has

# MiB of graphics memory without which a guest is not created, by device model and card.
LEAST_VIDEORAM = {
    (TRADITIONAL, "stdvga"): 8,
    (UPSTREAM, "stdvga"): 16,
    (UPSTREAM, "cirrus"): 8,
    (UPSTREAM, "qxl"): 128,
}

LINUX_STUBDOMAINS_FROM = Release(4, 14)

# Before, the device model was handed the word as it was, and each of its versions knew others.
SOUND_CARDS_FROM = Release(4, 17)
SOUND_CARDS = ("ac97", "adlib", "cs4231a", "es1370", "gus", "hda", "sb16")


def device_model_for(model: Model, release: Release | None) -> str | None:
    """The device model of an HVM guest, None where nobody knows."""
    in_stubdomain = bool(model.get("device_model_stubdomain_override"))
    return device_model_of(model.get("device_model_version"), in_stubdomain, release)


def upstream(model: Model, release: Release | None) -> bool:
    """Whether qemu-xen emulates devices for the guest."""
    return guest_type(model) == HVM and device_model_for(model, release) == UPSTREAM


def firmware(model: Model, release: Release | None) -> Iterator[Objection]:
    named = bios_of(model["firmware"]) if "firmware" in model else None
    key, bios = ("firmware", named) if named else ("bios", model.get("bios"))
    if guest_type(model) != HVM or bios is None:
        return
    emulator = device_model_for(model, release)
    if emulator == TRADITIONAL and bios != "rombios":
        message = f"the guest is not created with {bios} and {TRADITIONAL}"
        yield Objection("bios-and-device-model", key, message, "write rombios")
    elif emulator == UPSTREAM and bios == "rombios":
        message = f"the guest is not created with rombios and {UPSTREAM}"
        yield Objection("bios-and-device-model", key, message, "write seabios")


def firmware_twice(model: Model, release: Release | None) -> Iterator[Objection]:
    if guest_type(model) == HVM and "firmware" in model:
        for key in ("bios", "firmware_override"):
            if key in model:
                message = "firmware stands beside it, and wins"
                yield Objection("firmware-twice", key, message, "remove one of the two")
    if guest_type(model) == HVM and "bios_path_override" in model and "bios" not in model:
        message = "it stands without bios, and xl uses it for the default one"
        yield Objection("bios-path-alone", "bios_path_override", message, "give bios")


def videoram(model: Model, release: Release | None) -> Iterator[Objection]:
    if guest_type(model) != HVM:
        return
    emulator = device_model_for(model, release)
    if model.get("vga") == "qxl" and emulator == TRADITIONAL:
        message = f"the guest is not created with qxl and {TRADITIONAL}"
        yield Objection("qxl-and-device-model", "vga", message, "use qemu-xen")
    least = LEAST_VIDEORAM.get((emulator or "", model.get("vga", "cirrus")), 0)
    if model.get("videoram", least) < least:
        message = f"the guest is not created with {model['videoram']} MiB for its graphics card"
        yield Objection("videoram", "videoram", message, f"write {least} or more")


def vnc_display(model: Model, release: Release | None) -> Iterator[Objection]:
    if guest_type(model) == HVM and ":" in model.get("vnclisten", "") and model.get("vncdisplay"):
        message = "vnclisten names a display too, and xl refuses both"
        yield Objection("display-twice", "vncdisplay", message, "name it in one of the two")


def vnc_beside_framebuffer(model: Model, release: Release | None) -> Iterator[Objection]:
    if guest_type(model) == PV and model.get("vfb"):
        for row in VNC_AND_SDL:
            if row.key in model:
                message = "vfb stands beside it, and xl reads the sub-keys of that alone"
                yield Objection("vnc-beside-vfb", row.key, message, f"write it as vfb[].{row.key}")


def spice(model: Model, release: Release | None) -> Iterator[Objection]:
    if guest_type(model) != HVM:
        return
    if not model.get("spice"):
        if model.get("spiceusbredirection"):
            message = "it has no effect without spice"
            yield Objection("without-spice", "spiceusbredirection", message, "set spice, or remove it")
        return
    if device_model_for(model, release) == TRADITIONAL:
        yield Objection("spice-and-device-model", "spice", f"{TRADITIONAL} has none", "use qemu-xen")
        return
    if not model.get("spiceport") and not model.get("spicetls_port"):
        message = "the guest is not created without a port for it"
        yield Objection("spice-without-port", "spice", message, "give spiceport or spicetls_port")
    if not model.get("spicedisable_ticketing") and not model.get("spicepasswd"):
        message = "the guest is not created without a password for it"
        yield Objection("spice-without-password", "spice", message, "give spicepasswd or spicedisable_ticketing")


def usb(model: Model, release: Release | None) -> Iterator[Objection]:
    if guest_type(model) != HVM:
        return
    later = [key for key in ("usbversion", "spiceusbredirection") if model.get(key)]
    earlier = [key for key in ("usb", "usbdevice") if model.get(key)]
    if later and earlier and (later[0] == "usbversion" or model.get("spice")):
        message = f"the guest is not created with it and {' and '.join(earlier)}"
        yield Objection("usb-twice", later[0], message, "remove one of them")


def sound(model: Model, release: Release | None) -> Iterator[Objection]:
    if not upstream(model, release) or release is None or release < SOUND_CARDS_FROM:
        return
    card = model.get("soundhw", "")
    if card and card.lower() not in SOUND_CARDS:
        message = f"{shown(card)} is no sound card that qemu-xen has, and the guest is not created"
        yield Objection("sound-card", "soundhw", message, f"write one of {', '.join(SOUND_CARDS)}", card, DEVICE_MODEL)


def hyper_v(model: Model, release: Release | None) -> Iterator[Objection]:
    groups = model.get("viridian")
    if isinstance(groups, list) and groups and not {"base", "defaults", "all"} & set(groups):
        message = "the other groups have no effect without base"
        yield Objection("viridian-without-base", "viridian", message, "add base")


def device_model(model: Model, release: Release | None) -> Iterator[Objection]:
    if "device_model_override" in model and "device_model_version" not in model:
        message = "xl has to guess its version, and warns"
        yield Objection("device-model-unknown", "device_model_override", message, "give device_model_version")
    stubdomain = model.get("device_model_stubdomain_override") and model.get("device_model_version") == UPSTREAM
    if guest_type(model) == HVM and stubdomain and release is not None and release < LINUX_STUBDOMAINS_FROM:
        message = f"stub domains of this release run nothing but {TRADITIONAL}, and the guest is not created"
        remedy = f"remove device_model_version, or use Xen {LINUX_STUBDOMAINS_FROM}"
        yield Objection("stubdomain", "device_model_stubdomain_override", message, remedy)


CHECKS: tuple[Check, ...] = (
    firmware,
    firmware_twice,
    videoram,
    vnc_display,
    vnc_beside_framebuffer,
    spice,
    usb,
    sound,
    hyper_v,
    device_model,
)
