# SPDX-License-Identifier: GPL-3.0-or-later
"""What /etc/xen/xl.conf says about the guests of a host. It has the grammar of xl.cfg."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._config.host_facts import XlConf
from ansible_collections.xlops.xen.plugins.module_utils._config.numbers import c_number
from ansible_collections.xlops.xen.plugins.module_utils._config.syntax import Scalar, effective, parse_settings


def read_xl_conf(text: str, filename: str = "/etc/xen/xl.conf") -> XlConf:
    """The settings in force; what is absent, or of no use to xl, keeps xl's default. Bad syntax is a ConfigError."""
    settings = effective(parse_settings(text, filename))
    texts = {key: setting.value.text for key, setting in settings.items() if isinstance(setting.value, Scalar)}
    numbers = {
        key: number for key, number in ((key, c_number(value)) for key, value in texts.items()) if number is not None
    }
    return XlConf(
        run_hotplug_scripts=bool(numbers.get("run_hotplug_scripts", 1)),
        claim_mode=bool(numbers.get("claim_mode", 1)),
        autoballoon=_autoballoon(texts.get("autoballoon", "auto")),
        blkdev_start=texts.get("blkdev_start"),
        vif_bridge=texts.get("vif.default.bridge", texts.get("defaultbridge")),
        vif_script=texts.get("vif.default.script", texts.get("vifscript")),
        vif_gatewaydev=texts.get("vif.default.gatewaydev"),
        vif_backend=texts.get("vif.default.backend"),
        max_grant_frames=numbers.get("max_grant_frames"),
        max_maptrack_frames=numbers.get("max_maptrack_frames"),
        max_grant_version=numbers.get("max_grant_version"),
        cpumask=texts.get("vm.cpumask", "all"),
        pv_cpumask=texts.get("vm.pv.cpumask", "all"),
        hvm_cpumask=texts.get("vm.hvm.cpumask", "all"),
        bootloader_restrict=bool(numbers["bootloader_restrict"]) if "bootloader_restrict" in numbers else None,
    )


def _autoballoon(text: str) -> str:
    return {"1": "on", "0": "off"}.get(text, text) if text in ("on", "off", "auto", "0", "1") else "auto"
