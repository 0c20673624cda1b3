# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules about the resources of a host have in common."""

from __future__ import annotations


class ModuleDocFragment:
    """Options, attributes and limits of a change to the running host."""

    DOCUMENTATION = r"""
options:
  lock_timeout:
    description:
      - How many seconds to wait for another run that is changing the same host.
    type: int
    default: 300
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details:
      - The plan is the one the run then follows. Nothing is written and no command that changes anything is run.
  diff_mode:
    description:
      - Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: full
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: posix
notes:
  - What is set is set in the running host. Xen forgets it at the next boot of the host, so run the play again then.
  - Whatever C(xl) says, the host is read again after a change. A change that had not its effect is a failure, and
    what was done until then is undone.
"""
