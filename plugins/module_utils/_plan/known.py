# SPDX-License-Identifier: GPL-3.0-or-later
"""What is already known of a guest, as models: what its file says, and who its running domain is."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import read_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import ConfigFile, Domain


def file_model(file: ConfigFile | None) -> Model | None:
    """The model of a guest's file, as far as xl would read it; None when there is none, or nothing in it to read."""
    return (read_xl_cfg(file.text, file.path)[0] or None) if file is not None else None


def running_identity(domain: Domain | None) -> Model | None:
    """uuid and MAC addresses of a domain, as far as xl can read them."""
    if domain is None or domain.config is None:
        return None
    nics = domain.config.get("nics")
    found = [nic for nic in nics if isinstance(nic, Mapping)] if isinstance(nics, list) else []
    vifs = [{"mac": nic.get("mac"), "devid": nic.get("devid", position)} for position, nic in enumerate(found)]
    return {"uuid": domain.uuid, "vif": vifs}
