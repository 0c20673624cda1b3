# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.model import normalise
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import quoted, to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

XEN_4_5, XEN_4_9, XEN_4_17 = Release(4, 5), Release(4, 9), Release(4, 17)


def written(release: Release, **declared: Any) -> str:
    """The text of a guest that is there for the sake of some keys; it boots K."""
    return to_xl_cfg(normalise({"name": "web1", "kernel": "K", **declared}, release), release)


def test_a_guest_is_written_in_the_order_of_the_rows() -> None:
    text = written(
        XEN_4_17,
        vif=[{"bridge": "xenbr0", "mac": "00:16:3e:01:02:03"}],
        disk=[{"target": "/dev/vg0/web1", "vdev": "xvda", "access": "rw"}, {"vdev": "xvdb", "target": "/b"}],
        cpus=["0", "1"],
        vcpus=2,
        type="pvh",
        kernel="/boot/vmlinuz",
    )
    assert text == (
        'name = "web1"\n'
        'type = "pvh"\n'
        "vcpus = 2\n"
        'cpus = [\n    "0",\n    "1",\n]\n'
        'kernel = "/boot/vmlinuz"\n'
        'disk = [\n    "vdev=xvda,access=rw,target=/dev/vg0/web1",\n    "vdev=xvdb,target=/b",\n]\n'
        'vif = [ "mac=00:16:3e:01:02:03,bridge=xenbr0" ]\n'
    )


def test_the_guest_type_is_written_as_the_release_reads_it() -> None:
    assert 'builder = "hvm"\n' in written(XEN_4_5, type="hvm")
    assert 'builder = "generic"\n' in written(XEN_4_9, type="pv")
    assert 'type = "hvm"\n' in written(XEN_4_17, type="hvm")
    assert "type" not in written(XEN_4_17)
    assert "builder" not in written(XEN_4_5)


def test_no_value_escapes_its_quotes() -> None:
    assert quoted('a"\n b\\') == '"a\\"\\n b\\\\"'
    assert written(XEN_4_17, cmdline='"\nbuilder = "hvm') == (
        'name = "web1"\nkernel = "K"\ncmdline = "\\"\\nbuilder = \\"hvm"\n'
    )


def test_flags_of_a_device_are_bare_words() -> None:
    text = written(
        Release(4, 19),
        disk=[{"vdev": "xvda", "target": "/a", "direct_io_safe": True, "discard": False, "trusted": True}],
    )
    assert '"vdev=xvda,direct-io-safe,no-discard,trusted,target=/a"' in text


def test_a_target_may_hold_commas() -> None:
    assert '"vdev=xvda,target=/a,b,,"' in written(XEN_4_17, disk=[{"vdev": "xvda", "target": "/a,b,"}])


def test_empty_lists_and_empty_devices_stay() -> None:
    assert written(XEN_4_17, vif=[{}], disk=[]).endswith('disk = [ ]\nvif = [ "" ]\n')
