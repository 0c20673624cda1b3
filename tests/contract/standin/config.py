# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the stand-in reads xl.cfg: as the assignments it is, and into libxl's JSON as the recorded transcripts show it.

Made apart from the collection's own writer and canonical form, so that each can prove the other wrong.
"""

from __future__ import annotations

Json = dict

ACTIONS = {"on_poweroff": "destroy", "on_reboot": "restart", "on_watchdog": "destroy", "on_crash": "destroy"}


SCHEDULING = (("cpu_weight", "weight"), ("cap", "cap"))


class Unreadable(Exception):
    """A file that xl refuses; str() is what it says."""


def read(text: str, filename: str) -> Json:
    """The assignments of a file."""
    import ast  # for the files alone: it takes long to load

    try:
        tree = ast.parse(text)
        return {node.targets[0].id: ast.literal_eval(node.value) for node in tree.body}  # type: ignore[attr-defined]
    except (SyntaxError, ValueError, AttributeError):
        raise Unreadable(
            f"{filename}:1: config parsing error near `?': syntax error\nFailed to parse config: Invalid argument"
        ) from None


def to_libxl(settings: Json, minor: int) -> Json:
    kind = settings.get("type") or {"hvm": "hvm", "generic": "pv"}[settings.get("builder", "generic")]
    c_info = {"type": kind, "name": settings["name"], "uuid": settings["uuid"], "run_hotplug_scripts": "True"}
    if "driver_domain" in settings:
        c_info["driver_domain"] = str(bool(settings["driver_domain"]))
    config: Json = {"c_info": c_info, "b_info": _b_info(settings, kind, minor)}
    disks = [disk_of(spec) for spec in settings.get("disk", [])]
    nics = [nic_of(spec, index) for index, spec in enumerate(settings.get("vif", []))]
    config.update({key: value for key, value in (("disks", disks), ("nics", nics)) if value})
    for key, default in ACTIONS.items():
        action = settings.get(key, default)
        if action != "destroy":
            config[key] = action.replace("-", "_")
    if minor >= 7:
        config["on_soft_reset"] = settings.get("on_soft_reset", "soft-reset").replace("-", "_")
    return config


def _b_info(settings: Json, kind: str, minor: int) -> Json:
    b_info: Json = {}
    vcpus = settings.get("vcpus", 0)
    if vcpus:
        b_info["max_vcpus"] = settings.get("maxvcpus", vcpus)
        b_info["avail_vcpus"] = list(range(vcpus))
    if "cpus" in settings and vcpus:
        b_info["vcpu_hard_affinity"] = [_cpus(settings["cpus"])] * b_info["max_vcpus"]
        if minor <= 11:
            b_info["numa_placement"] = "False"
    if "memory" in settings:
        b_info["max_memkb"] = settings.get("maxmem", settings["memory"]) * 1024
        b_info["target_memkb"] = settings["memory"] * 1024
    if minor <= 12:
        b_info["shadow_memkb"] = 4 * (256 * b_info.get("max_vcpus", 0) + 2 * (b_info["max_memkb"] // 1024))
    b_info["sched_params"] = {word: settings[key] for key, word in SCHEDULING if key in settings}
    b_info["claim_mode"] = "True"
    for key in ("kernel", "cmdline", "ramdisk"):
        if key in settings:
            b_info[key] = settings[key]
    b_info[f"type.{kind}"] = {}
    if minor >= 6:
        b_info["arch_arm"] = {}
    if minor >= 15:
        b_info["arch_x86"] = {"msr_relaxed": str(bool(settings["msr_relaxed"]))} if "msr_relaxed" in settings else {}
    return b_info


def _cpus(listed: str) -> list:
    low, _dash, high = listed.partition("-")
    return list(range(8)) if listed == "all" else list(range(int(low), int(high or low) + 1))


def disk_of(spec: str) -> Json:
    words = dict(word.split("=", 1) for word in spec.split(","))
    disk: Json = {"pdev_path": words["target"], "vdev": words["vdev"], "format": words.get("format", "raw")}
    if words.get("access", "rw") == "rw":
        disk["readwrite"] = 1
    return disk


def nic_of(spec: str, index: int) -> Json:
    words = dict(word.split("=", 1) for word in spec.split(","))
    kind = {"nictype": words["type"]} if "type" in words else {}
    return {"devid": index, **{key: words[key] for key in ("mac", "bridge", "script") if key in words}, **kind}


def stored(config: Json, minor: int) -> Json:
    """What libxl keeps of a guest when it is made."""
    kept: Json = {**config, "b_info": {"video_memkb": 0, **config["b_info"]}}
    if minor >= 17:
        kept["c_info"] = {**config["c_info"], "domid": 4294967295}
        kept["b_info"]["arch_x86"] = {"msr_relaxed": "False", **config["b_info"]["arch_x86"]}
        if "disks" in config:
            kept["disks"] = [{**disk, "colo_restore_enable": "False"} for disk in config["disks"]]
        if "nics" in config:
            kept["nics"] = [{"nictype": "vif", **nic} for nic in config["nics"]]
    return kept


def listed(config: Json, minor: int, memory: int) -> Json:
    """What `xl list -l` prints of a running guest."""
    live = stored(config, minor)
    live["b_info"]["target_memkb"] = memory * 1024
    if minor >= 17:
        live["b_info"]["sched_params"] = {
            "sched": "credit2",
            "weight": 256,
            "cap": 0,
            **config["b_info"]["sched_params"],
        }
    return live
