# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of libxl_config ask of a stand-in host with guest web1."""

from __future__ import annotations

from pathlib import Path
from typing import Any

MORE_MEMORY = [{"key": "memory", "before": 64, "after": 128, "impact": "next_boot"}]


def keep(bench: Any, state: str = "read", **options: Any) -> dict[str, Any]:
    """The result for guest web1."""
    result: dict[str, Any] = bench.run("libxl_config", **{"name": "web1", "state": state, **options})
    return result


def described(bench: Any, **keys: Any) -> dict[str, Any]:
    """A guest as the module's option has it: without its name."""
    guest: dict[str, Any] = bench.guest(**keys)
    del guest["name"]
    return guest


def userdata(bench: Any) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(bench.place.userdata).iterdir()}


def staged(bench: Any) -> str:
    domain = bench.domain("web1")
    return Path(bench.place.staged_path(domain["domid"], domain)).read_text()


def staged_files(bench: Any) -> list[str]:
    return [name for name in userdata(bench) if name.endswith(".xl")]


def everything(bench: Any) -> Any:
    return bench.files(), userdata(bench), bench.names()
