# SPDX-License-Identifier: GPL-3.0-or-later
"""xl list, for several threads that wait for different guests: a reading that began after a question answers it."""

from __future__ import annotations

import threading
import time

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import DomainRow, parse_list
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import Xl


class DomainTable:
    """At most one xl list at a time, however many threads ask."""

    def __init__(self, xl: Xl) -> None:
        self._xl = xl
        self._lock = threading.Lock()
        self._began = float("-inf")
        self._rows: list[DomainRow] = []

    def rows(self) -> list[DomainRow]:
        """Every domain, as it is now."""
        asked = time.monotonic()
        with self._lock:
            if self._began < asked:
                began = time.monotonic()
                self._rows = self._read()
                self._began = began
            return self._rows

    def find(self, uuid: str) -> DomainRow | None:
        """The domain with that uuid, if there is one."""
        return next((row for row in self.rows() if row.uuid == uuid), None)

    def _read(self) -> list[DomainRow]:
        try:
            return parse_list(self._xl.list())
        except ConfigError as fault:
            raise HostError(str(fault)) from None
