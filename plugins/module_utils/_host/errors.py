# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two ways in which a run can fail: as a whole, or for one guest."""

from __future__ import annotations


class HostError(Exception):
    """Nothing can be done on this host; str() is one sentence that says why and what to do."""


class GuestError(Exception):
    """One guest could not be brought to its declared state; str() is one sentence that says why and what to do."""
