# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine keys of a declaration: what is done with the guest, not what it is. Rows like those of xl.cfg's keys."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ansible_collections.xlops.xen.plugins.module_utils._schema.argspec import ArgumentSpec, argument_spec
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import Option, words

PRESENT, RUNNING, PAUSED, STOPPED, ABSENT = "present", "running", "paused", "stopped", "absent"
NEVER, ALLOWED = "never", "allowed"

ENGINE_OPTIONS: Mapping[str, Option] = MappingProxyType(
    {
        option.key: option
        for option in (
            Option(
                "state",
                "choice",
                "What the guest shall be. C(present) - its managed file says what is declared; whether it runs is left "
                "as it is. C(running), C(paused) - the guest is there as well. C(stopped) - its file is there, the "
                "guest is not. C(absent) - neither is.",
                choices=words(RUNNING, PRESENT, PAUSED, STOPPED, ABSENT),
                implied=RUNNING,
                default=f"C({RUNNING})",
            ),
            Option(
                "autostart",
                "flag",
                "Whether the host starts the guest when it boots: a link in C(auto/) beside the managed file.",
                default="left as it is",
            ),
            Option(
                "stop_timeout",
                "integer",
                "How long the guest may take to shut down when it has to stop. C(0) does not ask the guest at all and "
                "needs I(destroy=allowed).",
                unit="seconds",
                minimum=0,
                maximum=86400,
                implied=60,
                default="C(60)",
            ),
            Option(
                "destroy",
                "choice",
                "Whether the guest may be destroyed when it does not stop in time, or when it has shut down and was "
                "kept (I(on_poweroff=preserve)).",
                choices=words(NEVER, ALLOWED),
                implied=NEVER,
                default=f"C({NEVER})",
            ),
        )
    }
)


def engine_argument_spec() -> ArgumentSpec:
    """No defaults: a key that a guest does not give can still come from the defaults of all guests."""
    return argument_spec(ENGINE_OPTIONS.values())
