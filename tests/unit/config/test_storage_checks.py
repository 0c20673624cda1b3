# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with storage is told at once, by number, name and remedy."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.image_heads import (
    APPLICATION,
    image_format,
    image_size,
    seed_digest,
    seed_mark,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.sizes import MIB, read_size, rounded_up, size_words
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_checks import check_storage
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_model import read_storage
from hypothesis import given
from hypothesis import strategies as st

Said = dict[str, Any]

VG: Said = {"name": "fast", "type": "lvm", "vg": "vg0", "devices": ["/dev/vdb"]}
THIN: Said = {**VG, "name": "thin", "thin_pool": "t", "thin_pool_size": "1G"}
IMAGES: Said = {"name": "images", "type": "directory", "path": "/srv/xen/"}
TANK: Said = {"name": "tank", "type": "zfs", "devices": ["/dev/vdc"]}
TEMPLATE: Said = {"name": "debian", "path": "/srv/t.qcow2", "format": "qcow2", "src": "t.qcow2"}
SHA = "sha256:" + 64 * "0"


@pytest.mark.parametrize(
    ("text", "size"),
    [("2G", 2 << 30), ("1.5K", 1536), ("512MB", 512 << 20), ("7", None), ("7b", 7), ("1GiB", 1 << 30)]
    + [(wrong, None) for wrong in ("", "big", "-1G", "1 G", "0", "1X", "G", "1e3")],
)
def test_sizes(text: str, size: int | None) -> None:
    assert read_size(text) == size


def test_a_number_without_a_unit_is_what_the_tool_takes_it_for() -> None:
    assert read_size("512", MIB) == 512 << 20
    assert read_size("512b", MIB) == 512


@given(st.integers(1, 1 << 60))
def test_sizes_in_messages_can_be_declared(size: int) -> None:
    assert read_size(size_words(size)) == size


@given(st.integers(1, 1 << 50), st.sampled_from([MIB, 4 * MIB, 32 * MIB]))
def test_rounding_adds_less_than_a_step(size: int, step: int) -> None:
    assert 0 <= rounded_up(size, step) - size < step
    assert rounded_up(size, step) % step == 0


def test_what_the_first_bytes_say() -> None:
    qcow2 = b"QFI\xfb\0\0\0\3" + bytes(16) + (9 << 20).to_bytes(8, "big")
    assert (image_format(qcow2), image_size(qcow2, "qcow2", 5)) == ("qcow2", 9 << 20)
    assert (image_format(b"conectix"), image_size(b"conectix", "vhd", 5)) == ("vhd", None)
    assert (image_format(b""), image_size(b"", "", 5)) == ("", 5)


def test_a_seed_carries_the_digest_of_its_contents() -> None:
    disk = read_storage({"disks": [{"path": "/s.iso", "cloud_init": {"user_data": "a"}}]}).disks[0]
    head = bytes(APPLICATION.start) + seed_mark(disk.digest).encode().ljust(128)
    assert seed_digest(head) == disk.digest
    assert seed_digest(bytes(len(head))) == seed_digest(b"") == ""
    other = read_storage({"disks": [{"path": "/s.iso", "cloud_init": {"user_data": "b"}}]}).disks[0]
    assert other.digest != disk.digest
    named = read_storage({"disks": [{"path": "/x/web1-seed.iso", "cloud_init": {"user_data": "b"}}]}).disks[0]
    assert 'local-hostname: "web1"' in named.meta_data


@pytest.mark.parametrize(
    ("said", "place", "form"),
    [
        ({"pool": "fast", "name": "a", "size": "1G"}, "/dev/vg0/a", "raw"),
        ({"pool": "thin", "name": "a", "size": "1G"}, "/dev/vg0/a", "raw"),
        ({"pool": "images", "name": "a", "size": "1G"}, "/srv/xen/a.img", "raw"),
        ({"pool": "images", "name": "a", "backing": "debian"}, "/srv/xen/a.qcow2", "qcow2"),
        ({"pool": "images", "name": "a", "cloud_init": {"user_data": "#"}}, "/srv/xen/a.iso", "raw"),
        ({"pool": "tank", "name": "a", "size": "1G"}, "/dev/zvol/tank/a", "raw"),
        ({"vg": "vg1", "lv": "a", "size": "50%FREE"}, "/dev/vg1/a", "raw"),
        ({"path": "/a", "template": "debian", "size": "1G"}, "/a", "raw"),
    ],
)
def test_where_a_disk_is(said: Said, place: str, form: str) -> None:
    storage = read_storage({"pools": [VG, THIN, IMAGES, TANK], "templates": [TEMPLATE], "disks": [said]})
    assert not check_storage(storage)
    (disk,) = storage.disks
    assert disk.place is not None
    assert (disk.place.path, disk.format) == (place, form)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"pool": "imagse", "name": "a", "size": "1G"}, "did you mean images?"),
        ({"pool": "images", "size": "1G"}, "a disk in a pool needs a name"),
        ({"pool": "images", "name": "../a", "size": "1G"}, 'its name is "../a"'),
        ({"pool": "images", "name": "a", "path": "/a", "size": "1G"}, "it has pool and path"),
        ({"pool": "images", "name": "a"}, "it has no size, and no template"),
        ({"pool": "fast", "name": "a"}, "it has no size"),
        ({"pool": "fast", "name": "a", "size": "1G", "format": "qcow2"}, "format and backing are for image files"),
        ({"pool": "fast", "name": "a", "cloud_init": {"user_data": "#"}}, "is a file, not in lvm"),
        ({"path": "/a", "size": "50%VG"}, "only a thick logical volume takes a part"),
        ({"pool": "thin", "name": "a", "size": "50%VG"}, "only a thick logical volume takes a part"),
        ({"path": "/a", "size": "1G", "template": "/t", "backing": "/b"}, "it has template and backing"),
        ({"path": "/a", "size": "1G", "format": "raw", "backing": "/b"}, "has format qcow2"),
        ({"path": "/a", "size": "1G", "template_format": "raw"}, "template_format needs template"),
        ({"path": "/a", "size": "1G", "cloud_init": {"user_data": "#"}}, "a seed of cloud-init has no size"),
        ({"path": "/a", "state": "absent"}, "needs delete_data: true besides"),
        ({"path": "/a", "size": "1G", "delete_data": True}, "goes with state: absent"),
        ({"path": "/a.new", "size": "1G"}, 'its name ends in ".new"'),
        ({"path": "/srv/t.qcow2", "size": "1G"}, "it is the file of template debian"),
        ({"path": "/f", "size": "1G"}, "another declaration brings a file to the same path"),
        ({"vg": "v g", "lv": "a", "size": "1G"}, 'its vg is "v g"'),
        ({"path": "/a", "thin_pool": "t", "size": "1G"}, "thin_pool goes with vg and lv"),
    ],
)
def test_a_wrong_disk(said: Said, words: str) -> None:
    storage = {"pools": [VG, THIN, IMAGES], "templates": [TEMPLATE], "disks": [said], "files": ["/f"]}
    found = check_storage(read_storage(storage))
    assert [one for one in found.disks if words in one and "(number 1): " in one], found.disks
    assert not found.pools + found.templates


def test_what_others_are_based_on_is_not_deleted() -> None:
    gone = {"path": "/base.img", "state": "absent", "delete_data": True}
    found = check_storage(read_storage({"disks": [gone, {"path": "/a.qcow2", "backing": "/base.img"}]}))
    assert found.disks == [
        "/base.img (number 1): /a.qcow2 (number 2) has it as its backing; keep it, or declare that one absent too"
    ]


def test_one_disk_has_one_declaration() -> None:
    disks = [{"pool": "images", "name": "a", "size": "1G"}, {"path": "/srv/xen//a.img", "size": "2G"}]
    found = check_storage(read_storage({"pools": [IMAGES], "disks": disks}))
    assert found.disks == ["/srv/xen//a.img (number 2): number 1 is the same image file"]


@pytest.mark.parametrize(
    ("pools", "words"),
    [
        ([{**VG, "name": "a/b"}], 'its name is "a/b"'),
        ([{**IMAGES, "devices": ["/dev/vdb"]}], "devices is for pools of type lvm and zfs"),
        ([{**IMAGES, "path": "/"}], 'its path is "/"'),
        ([{**VG, "devices": ["vdb"]}], 'its device "vdb" is no full path'),
        ([{**VG, "thin_pool_size": "1G"}], "thin_pool_size needs thin_pool"),
        ([{**THIN, "thin_pool_size": "much"}], 'its thin_pool_size is "much"'),
        ([{**VG, "extent_size": "3M"}], "it takes a power of two"),
        ([{**TANK, "dataset": "tank//x"}], 'its dataset is "tank//x"'),
        ([VG, VG], "number 1 has the same name"),
        ([VG, {**TANK, "devices": ["/dev//vdb"]}], "belongs to fast (number 1) too; a device has one owner"),
        ([VG, {**VG, "name": "b", "vg": "vg1"}], "belongs to fast (number 1) too"),
        ([{**VG, "devices": ["/dev/vdb", "/dev/vdb"]}], "it names /dev/vdb twice"),
    ],
)
def test_wrong_pools(pools: list[Said], words: str) -> None:
    found = check_storage(read_storage({"pools": pools}))
    assert [one for one in found.pools if words in one], found.pools


def test_two_pools_may_share_a_volume_group() -> None:
    assert not check_storage(read_storage({"pools": [VG, THIN]}))


@pytest.mark.parametrize(
    ("templates", "words"),
    [
        ([{**TEMPLATE, "src": None}], "it has neither src"),
        ([{**TEMPLATE, "url": "https://e/t", "checksum": SHA}], "it has src and url"),
        ([{**TEMPLATE, "src": None, "url": "https://e/t"}], "a download needs a checksum"),
        ([{**TEMPLATE, "src": None, "url": "https://e/t", "checksum": "md5:1"}], "its checksum is"),
        ([{**TEMPLATE, "src": None, "bootstrap": {"suite": "bookworm", "size": "much"}}], "the size of its bootstrap"),
        ([{**TEMPLATE, "src": None, "bootstrap": {"suite": "bookworm", "size": "1G"}}], "leave format out"),
        ([{**TEMPLATE, "name": "a/b"}], "its name has a slash"),
        ([{**TEMPLATE, "path": "t"}], 'its path is "t"'),
        ([TEMPLATE, TEMPLATE], "number 1 has the same path"),
    ],
)
def test_wrong_templates(templates: list[Said], words: str) -> None:
    found = check_storage(read_storage({"templates": templates}))
    assert [one for one in found.templates if words in one], found.templates
