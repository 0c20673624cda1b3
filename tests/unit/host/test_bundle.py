# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read off a host into a bundle, and which bundles are refused."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._host import bundle
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._schema.kept_configuration import PATTERNS, afterwards, belongs


def put(root: Path, name: str, text: str = "x", mode: int = 0o644) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def packed(*members: tuple[str, dict[str, Any]], content: bytes = b"x") -> bytes:
    """A bundle as somebody else may write one."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, facts in members:
            member = tarfile.TarInfo(name)
            for key, value in facts.items():
                setattr(member, key, value)
            if member.type == tarfile.REGTYPE:
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(buffer.getvalue())


FILE: dict[str, Any] = {}


def test_the_table_has_plain_names() -> None:
    for pattern in PATTERNS:
        assert pattern.startswith("etc/") and not pattern.endswith("/") and "**" not in pattern and ".." not in pattern


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("etc/xen/xl.conf", True),
        ("etc/xen/auto/web1.cfg", True),
        ("etc/xen", True),
        ("etc/xenon/secret", False),
        ("etc/xen/scripts/vif-bridge", False),
        ("etc/default/grub", True),
        ("etc/default/grub.d/xlops-xen.cfg", True),
        ("etc/default/grubby", False),
        ("etc/default/xendomains", True),
        ("etc/default/locale", False),
        ("etc/systemd/system/xen-guest@web1.service.d/xlops.conf", True),
        ("etc/systemd/system/multi-user.target.wants/xen-guest@web1.service", True),
        ("etc/systemd/system/proc-xen.mount.d/xlops-xen.conf", True),
        ("etc/systemd/system/ssh.service", False),
        ("etc/ssh/sshd_config", False),
        ("etc/ssh/sshd_config.d/00-xlops-xen.conf", True),
        ("etc/shadow", False),
        ("root/.ssh/authorized_keys", False),
    ],
)
def test_what_belongs_to_the_configuration(name: str, kept: bool) -> None:
    assert belongs(name) == kept


def test_what_was_put_back_is_followed_by_what_it_takes() -> None:
    assert afterwards(["etc/xen/xl.conf"]) == []
    told = afterwards(["etc/systemd/network/a", "etc/default/grub", "etc/default/grub.d/x", "etc/network/interfaces"])
    assert [one.split(":")[0] for one in told] == ["GRUB", "the network"]


def test_files_and_links_are_read_as_they_are(tmp_path: Path) -> None:
    put(tmp_path, "etc/xen/web1.cfg", "vncpasswd\n", 0o600)
    put(tmp_path, "etc/xen/scripts/vif-bridge")
    put(tmp_path, "etc/xen/.web1.cfg.abc.xlops")
    put(tmp_path, "etc/passwd")
    (tmp_path / "etc/xen/auto").mkdir()
    (tmp_path / "etc/xen/auto/web1.cfg").symlink_to("../web1.cfg")
    (tmp_path / "etc/xen/elsewhere").symlink_to("/etc")
    (tmp_path / "etc/xen/broken").symlink_to("nowhere")
    os.mkfifo(tmp_path / "etc/xen/fifo")
    found = bundle.gather(str(tmp_path))
    assert found.left_out == ()
    told = {name: (entry.mode, entry.content, entry.target) for name, entry in found.entries.items()}
    assert told == {
        "etc/xen/auto/web1.cfg": (0o777, b"", "../web1.cfg"),
        "etc/xen/broken": (0o777, b"", "nowhere"),
        "etc/xen/elsewhere": (0o777, b"", "/etc"),
        "etc/xen/web1.cfg": (0o600, b"vncpasswd\n", None),
    }


def test_what_is_behind_a_link_or_too_large_is_left_out_by_name(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/grub")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/default").symlink_to(tmp_path / "elsewhere")
    large = put(tmp_path, "etc/xen/disk.img")
    os.truncate(large, bundle.FILE_LIMIT + 1)
    os.truncate(put(tmp_path, "etc/xen/limit"), bundle.FILE_LIMIT)
    found = bundle.gather(str(tmp_path))
    assert found.left_out == ("etc/default/grub", "etc/xen/disk.img")
    assert list(found.entries) == ["etc/xen/limit"]


def test_what_is_no_configuration_any_more_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "LIMIT", 3 * bundle.OVERHEAD)
    for number in range(3):
        put(tmp_path, f"etc/xen/{number}.cfg")
    with pytest.raises(HostError, match=r"up to etc/xen/2\.cfg: move what is no configuration"):
        bundle.gather(str(tmp_path))


def test_the_same_files_are_the_same_bundle(tmp_path: Path) -> None:
    contents = []
    for place, names in (("one", ("a", "b")), ("two", ("b", "a"))):
        for name in names:
            put(tmp_path / place, f"etc/xen/{name}.cfg", name, 0o600)
            os.utime(tmp_path / place / f"etc/xen/{name}.cfg", (len(contents), len(contents)))
        contents.append(bundle.packed(bundle.gather(str(tmp_path / place)).entries))
    assert contents[0] == contents[1]


def test_a_bundle_has_what_it_was_made_of(tmp_path: Path) -> None:
    put(tmp_path, "etc/xen/" + "n" * 200 + ".cfg", "x" * 70000, 0o640)
    put(tmp_path, "etc/xen/empty", "")
    put(tmp_path, os.fsdecode(b"etc/xen/\xff\n.cfg"))
    (tmp_path / "etc/xen/link").symlink_to("t" * 300)
    entries = bundle.gather(str(tmp_path)).entries
    assert len(entries) == 4
    assert bundle.unpacked(bundle.packed(entries), "b") == entries
    assert bundle.unpacked(bundle.packed({}), "b") == {}


@pytest.mark.parametrize(
    ("name", "facts", "said"),
    [
        ("/etc/xen/a", FILE, "/etc/xen/a is no plain name relative to the root"),
        ("../etc/xen/a", FILE, "is no plain name"),
        ("etc/xen/../shadow", FILE, "is no plain name"),
        ("etc/xen/../../root/.bashrc", FILE, "is no plain name"),
        ("./etc/xen/a", FILE, "is no plain name"),
        ("etc//xen/a", FILE, "is no plain name"),
        ("etc/shadow", FILE, "etc/shadow is no configuration that the collection keeps"),
        ("etc/xen/scripts/vif-bridge", FILE, "is no configuration"),
        ("etc/systemd/system/evil.service", FILE, "is no configuration"),
        ("etc/xen/\x1b[2J", {"type": tarfile.FIFOTYPE}, "etc/xen/\\x1b[2J is neither a plain file"),
        ("etc/xen/a", {"type": tarfile.LNKTYPE, "linkname": "etc/shadow"}, "is neither a plain file nor"),
        ("etc/xen/a", {"type": tarfile.DIRTYPE}, "is neither a plain file nor"),
        ("etc/xen/a", {"type": tarfile.BLKTYPE, "devmajor": 8}, "is neither a plain file nor"),
        ("etc/xen/a", {"type": tarfile.SYMTYPE, "linkname": ""}, "is a link to nowhere"),
        ("etc/xen/a", {"mode": 0o4755}, "etc/xen/a has the mode 4755"),
    ],
)
def test_a_member_that_is_no_configuration_is_refused(name: str, facts: dict[str, Any], said: str) -> None:
    with pytest.raises(HostError) as refused:
        bundle.unpacked(packed(("etc/xen/good", FILE), (name, facts)), "/b/one.tar.gz")
    assert str(refused.value).startswith("/b/one.tar.gz is not restored, and nothing was changed: ")
    assert said in str(refused.value)
    assert "\x1b" not in str(refused.value)


def test_a_file_below_a_link_of_the_bundle_is_refused() -> None:
    content = packed(("etc/xen/a", {"type": tarfile.SYMTYPE, "linkname": "/root"}), ("etc/xen/a/.bashrc", FILE))
    with pytest.raises(HostError, match=r"has etc/xen/a/\.bashrc below etc/xen/a, which is no directory"):
        bundle.unpacked(content, "b")


def test_a_name_that_is_there_twice_is_refused() -> None:
    with pytest.raises(HostError, match="etc/xen/a is in it twice"):
        bundle.unpacked(packed(("etc/xen/a", FILE), ("etc/xen/a", FILE)), "b")


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(HostError, match="etc/xen/a has more than 1 MiB"):
        bundle.unpacked(packed(("etc/xen/a", FILE), content=b"x" * (bundle.FILE_LIMIT + 1)), "b")


def test_a_bundle_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "LIMIT", 1 << 20)
    with pytest.raises(HostError, match="it unpacks to more than 2 MiB"):
        bundle.unpacked(gzip.compress(bytes(1 << 22)), "b")


# With names of their own: gzip writes the time, and all workers must find the same tests.
@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", gzip.compress(b"no tar" * 200), packed(("etc/xen/a", FILE))[:-20]],
    ids=["nothing", "no gzip", "no tar", "cut short"],
)
def test_what_is_no_bundle_is_refused(content: bytes) -> None:
    with pytest.raises(HostError, match="it is no bundle that can be read"):
        bundle.unpacked(content, "b")


def test_a_file_that_is_cut_short_is_refused() -> None:
    plain = gzip.decompress(packed(("etc/xen/a", FILE), content=b"x" * 5000))
    with pytest.raises(HostError, match="not restored"):
        bundle.unpacked(gzip.compress(plain[:2048]), "b")
