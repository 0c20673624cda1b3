# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules about the resources of a host have in common."""

from __future__ import annotations


class ModuleDocFragment:
    """Options and limits of a change to the running host and to its units."""

    DOCUMENTATION = r"""
options:
  persistent:
    description:
      - Whether what is declared is kept by a systemd unit of the host. Xen forgets it when the host boots. The units
        C(xen-resource@*.service) say it again before the first guest starts.
      - What is said of a guest is forgotten with every new start of it, and is said again by the unit that starts it,
        C(xen-guest@NAME.service). Of a guest without one, and of one that reboots by itself, it is lost until the next
        run. A warning names guests without one.
      - With V(false), a unit that keeps what is declared does so no more.
      - Where systemd does not run the host, nothing is kept, and a warning says so.
    type: bool
    default: true
notes:
  - What somebody changes by hand is reported in check mode and mended by the next run.
  - Whatever C(xl) says, the host is read again after a change. A change that had not its effect is a failure, and
    what was done until then is undone.
"""
