# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What xl dmesg prints: the hypervisor's boot, and a guest that says of itself what the hypervisor says."""

from __future__ import annotations

from standin.world import World

LOG = """\
(XEN) Xen version {release} (Debian) (pkg@example.org) (gcc 12.2.0) debug=n Tue Nov  3 20:11:50 UTC 2026
(XEN) Using scheduler: SMP Credit Scheduler rev2 (credit2)
(XEN) Platform timer is 100.000MHz HPET
(XEN) I/O virtualisation disabled
(XEN) Scrubbing Free RAM on 1 nodes using 2 CPUs
(XEN) ............done.
(XEN) Std. Loglevel: Errors, warnings and info
(XEN) *** Serial input to DOM0 (type 'CTRL-a' three times to switch input)
(XEN) Freed 288kB init memory
(d1) I/O virtualisation enabled
"""


def dmesg(world: World) -> int:
    print(LOG.format(release=world["release"]), end="")
    return 0
