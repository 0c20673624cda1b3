# SPDX-License-Identifier: GPL-3.0-or-later
"""How a module ends that cannot do what it was asked: with the reason, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError, HostError


@contextmanager
def in_one_sentence(module: AnsibleModule) -> Iterator[None]:
    """Run a block; a declaration or a host that does not allow it ends the module with the reason."""
    try:
        yield
    except (ConfigError, GuestError, HostError) as fault:
        module.fail_json(msg=str(fault))
    except OSError as fault:
        module.fail_json(msg=f"the host refused: {fault}")


@contextmanager
def about_guest(name: str) -> Iterator[None]:
    """Run a block; whatever goes wrong in it names the guest."""
    try:
        yield
    except ConfigError as wrong:
        raise ConfigError([replace(finding, guest=finding.guest or name) for finding in wrong.findings]) from None
    except GuestError as fault:
        raise GuestError(f"guest {name}: {fault}") from None
    except HostError as fault:
        raise HostError(f"guest {name}: {fault}") from None
