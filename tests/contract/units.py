# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of guests' units ask of a stand-in host."""

from __future__ import annotations

from typing import Any

TEMPLATE = "xen-guest@.service"
UNIT = "xen-guest@web1.service"
DROP_IN = f"{UNIT}.d/50-xlops.conf"
LINK = f"multi-user.target.wants/{UNIT}"
START = ["systemctl", "start", "--job-mode=ignore-dependencies", "--", UNIT]
RELOAD = ["systemctl", "daemon-reload"]


def with_systemd(bench: Any) -> Any:
    (bench.root / "systemd/system").mkdir(parents=True)
    return bench


def by_unit(bench: Any, name: str = "web1", **keys: Any) -> dict[str, Any]:
    """The declaration of a guest that its unit starts."""
    found: dict[str, Any] = bench.guest(name, **{"autostart": True, "autostart_by": "unit", **keys})
    return found


def systemctl(bench: Any) -> list[str]:
    """The commands of systemctl since the last time that calls were asked for, without their arguments."""
    return [call[1] for call in bench.calls() if call[0] == "systemctl"]
