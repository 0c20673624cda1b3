# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules about the resources of a host have in common."""

from __future__ import annotations


class ModuleDocFragment:
    """Options and limits of a change to the running host."""

    DOCUMENTATION = r"""
options:
  lock_timeout:
    description:
      - How many seconds to wait for another run that is changing the same host.
    type: int
    default: 300
notes:
  - What is set is set in the running host. Xen forgets it at the next boot of the host, so run the play again then.
  - Whatever C(xl) says, the host is read again after a change. A change that had not its effect is a failure, and
    what was done until then is undone.
"""
