# SPDX-License-Identifier: GPL-3.0-or-later
"""The two ways in which a run can fail: as a whole, or for one guest."""

from __future__ import annotations


class HostError(Exception):
    """Nothing can be done on this host; str() is one sentence that says why and what to do."""


class GuestError(Exception):
    """One guest could not be brought to its declared state; str() is one sentence that says why and what to do."""
