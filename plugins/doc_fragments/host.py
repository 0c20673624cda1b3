# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all modules that run on a Xen host have in common."""

from __future__ import annotations


class ModuleDocFragment:
    """Options and requirements of a Xen host."""

    DOCUMENTATION = r"""
options:
  executable:
    description:
      - Name or absolute path of C(xl) on the host.
    type: str
    default: xl
attributes:
  action_group:
    description: Use C(group/xlops.xen.xl) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - xlops.xen.xl
    details:
      - All modules of the group have I(executable), and it is the only option that all of them have.
requirements:
  - Xen 4.5 or later with the C(xl) toolstack; the task runs on its control domain, as root
  - Python 3.9 or later on the host
"""

    CONFIG_DIR = r"""
options:
  config_dir:
    description:
      - Directory of the guests' files. A guest's file is C(NAME.cfg) in it, the link that starts it with the host is
        in its subdirectory C(auto).
    type: path
    default: /etc/xen
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - The module changes nothing in any mode.
  diff_mode:
    support: N/A
    details:
      - There is nothing to show.
  platform:
    support: full
"""

    RUN = r"""
options:
  settle_timeout:
    description:
      - How many seconds a guest may take from one state to another (being built, rebooting, migrating, dying) before it
        is reported instead of waited for. A guest in such a state is never touched and never created a second time.
    type: int
    default: 30
"""

    LOCK = r"""
options:
  lock_timeout:
    description:
      - How many seconds to wait for another run that is changing the same host.
    type: int
    default: 300
"""

    ACTING = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - The plan is the one the run then follows, and what the host must have for it is looked for. Nothing is written
        and no command that changes anything is run.
  diff_mode:
    support: full
  platform:
    support: full
"""

    SAVING = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - Everything is looked at that a run looks at beforehand. Nothing is written and no command that changes anything
        is run.
  diff_mode:
    support: none
    details:
      - The result has the states before and after, and there is no more to show.
  platform:
    support: full
"""

    GUESTS = r"""
options: {}
notes:
  - A declaration is complete, what it leaves out the guest does not have. A disk or an interface that is declared no
    more is taken from the running guest at once. To change one value, edit the whole declaration, and look at what
    would happen with C(--check --diff).
  - A guest that runs is restarted with permission alone (C(restart), C(recreate)). Without it, what cannot be changed
    while it runs goes into its file and, by C(xl config-update), into its next boot; until then it is reported as
    pending.
  - Disks are never made, changed or deleted.
  - C(Domain-0) is refused.
  - The C(xl) that watches a guest must outlive the connection. Where C(KillUserProcesses=yes) is set in C(logind.conf),
    log in as a user who is exempt, or guests lose their monitor and with it their reboots.
"""
