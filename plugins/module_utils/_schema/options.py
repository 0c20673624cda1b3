# SPDX-License-Identifier: GPL-3.0-or-later
"""Every xl.cfg key of every release from 4.5 on, in the order in which it is written.

To add a key is to add a row here and to say what it is for in plugins/doc_fragments/guest.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ansible_collections.xlops.xen.plugins.module_utils._schema.devices_display import PARAVIRTUAL_DISPLAY
from ansible_collections.xlops.xen.plugins.module_utils._schema.devices_network import NETWORK
from ansible_collections.xlops.xen.plugins.module_utils._schema.devices_passthrough import PASSTHROUGH
from ansible_collections.xlops.xen.plugins.module_utils._schema.devices_storage import STORAGE
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import CURRENT, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options_arm import ARM
from ansible_collections.xlops.xen.plugins.module_utils._schema.options_boot import BOOT, LIFECYCLE
from ansible_collections.xlops.xen.plugins.module_utils._schema.options_cpu import (
    FEATURES,
    SCHEDULING,
    TIME,
    TOPOLOGY,
    VCPUS,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.options_display import GRAPHICS, PERIPHERALS, SPICE
from ansible_collections.xlops.xen.plugins.module_utils._schema.options_hvm import DEVICE_MODEL, PLATFORM
from ansible_collections.xlops.xen.plugins.module_utils._schema.options_identity import IDENTITY, LIMITS, MEMORY

ROWS = (
    *IDENTITY,
    *VCPUS,
    *SCHEDULING,
    *MEMORY,
    *TOPOLOGY,
    *BOOT,
    *STORAGE,
    *NETWORK,
    *PASSTHROUGH,
    *GRAPHICS,
    *SPICE,
    *PARAVIRTUAL_DISPLAY,
    *PERIPHERALS,
    *PLATFORM,
    *DEVICE_MODEL,
    *FEATURES,
    *TIME,
    *LIMITS,
    *ARM,
    *LIFECYCLE,
)

# All keys that xl reads, also those it forgets, and those that have a better name.
KEYS: Mapping[str, Option] = MappingProxyType({row.key: row for row in ROWS})

# The keys of the model.
OPTIONS: Mapping[str, Option] = MappingProxyType({row.key: row for row in ROWS if row.status == CURRENT})
