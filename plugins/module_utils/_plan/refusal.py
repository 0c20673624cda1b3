# SPDX-License-Identifier: GPL-3.0-or-later
"""Why something that was declared for a host is not done: one sentence, with what to do instead."""

from __future__ import annotations

from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, ConfigError, Finding
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release


def refusal(
    message: str, remedy: str, key: str | None = None, value: Any = None, release: Release | None = None
) -> ConfigError:
    return ConfigError([Finding(ERROR, message, key=key, value=value, release=release, remedy=remedy)])
