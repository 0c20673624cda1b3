# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A signature counts if a pinned key made it, over these bytes, with a digest that still means something."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build import verify
from ansible_collections.xlops.xen.plugins.module_utils._build.declaration import Key
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import NotVerified

from .makers import Ring

CONTENT = b"what was signed\n"
PINNED = "A" * 40


def check(tmp_path: Path, signature: bytes, *keys: Key, content: bytes = CONTENT, weak: bool = False) -> object:
    (tmp_path / "data").write_bytes(content)
    (tmp_path / "data.sig").write_bytes(signature)
    return verify.verify(str(tmp_path / "data"), str(tmp_path / "data.sig"), keys, "the file", str(tmp_path), weak=weak)


def key(ring: Ring, name: str = "upstream") -> Key:
    return Key(**ring.key(name))


def test_good_signature_says_who_and_how(tmp_path: Path, ring: Ring) -> None:
    found = check(tmp_path, ring.signature(CONTENT), key(ring))
    assert found == verify.Signature(ring.fingerprints["upstream"], "sha256")


def test_one_of_several_keys_is_enough(tmp_path: Path, ring: Ring) -> None:
    found = check(tmp_path, ring.signature(CONTENT), key(ring, "stranger"), key(ring))
    assert found == verify.Signature(ring.fingerprints["upstream"], "sha256")


def test_key_from_a_file(tmp_path: Path, ring: Ring) -> None:
    (tmp_path / "key.asc").write_text(ring.public("upstream"))
    assert check(tmp_path, ring.signature(CONTENT), Key(ring.fingerprints["upstream"], str(tmp_path / "key.asc")))


def test_wrong_key(tmp_path: Path, ring: Ring) -> None:
    with pytest.raises(NotVerified, match="signed by a key that was not given"):
        check(tmp_path, ring.signature(CONTENT, "stranger"), key(ring))


def test_tampered_content(tmp_path: Path, ring: Ring) -> None:
    with pytest.raises(NotVerified, match="one of the two was changed"):
        check(tmp_path, ring.signature(CONTENT), key(ring), content=CONTENT + b" ")


def test_expired_key(tmp_path: Path, ring: Ring) -> None:
    with pytest.raises(NotVerified, match="the key that signed it has expired"):
        check(tmp_path, ring.signature(CONTENT, "expired"), key(ring, "expired"))


def test_weak_digest_needs_a_word(tmp_path: Path, ring: Ring) -> None:
    signature = ring.signature(CONTENT, digest="SHA1")
    with pytest.raises(NotVerified, match=r"rests on sha1.*allow_weak_digest"):
        check(tmp_path, signature, key(ring))
    assert check(tmp_path, signature, key(ring), weak=True) == verify.Signature(ring.fingerprints["upstream"], "sha1")


def test_a_weak_digest_does_not_excuse_a_wrong_key(tmp_path: Path, ring: Ring) -> None:
    with pytest.raises(NotVerified, match="a key that was not given"):
        check(tmp_path, ring.signature(CONTENT, "stranger", "SHA1"), key(ring), weak=True)


def test_no_signature(tmp_path: Path, ring: Ring) -> None:
    with pytest.raises(NotVerified, match="there is no signature"):
        check(tmp_path, b"<html>404 Not Found</html>\n", key(ring))


def test_two_signatures_are_not_one(tmp_path: Path, ring: Ring) -> None:
    both = b"".join(ring.gpg("--dearmor", stdin=ring.signature(CONTENT, name)) for name in ("upstream", "stranger"))
    with pytest.raises(NotVerified, match="2 good signatures instead of one"):
        check(tmp_path, both, key(ring), key(ring, "stranger"))


def test_no_key_verifies_nothing(tmp_path: Path, ring: Ring) -> None:
    with pytest.raises(NotVerified, match="no key was given"):
        check(tmp_path, ring.signature(CONTENT))


def test_key_of_another_fingerprint(tmp_path: Path, ring: Ring) -> None:
    wrong = Key(ring.fingerprints["upstream"], text=ring.public("stranger"))
    with pytest.raises(NotVerified, match=f"given as {ring.fingerprints['upstream']} is that of"):
        check(tmp_path, ring.signature(CONTENT, "stranger"), wrong)


def test_something_that_is_no_key(tmp_path: Path, ring: Ring) -> None:
    with pytest.raises(NotVerified, match="is no public key at all"):
        check(tmp_path, ring.signature(CONTENT), Key(PINNED, text="no key"))


def test_a_key_that_came_along_with_the_pinned_one_does_not_count(tmp_path: Path, ring: Ring) -> None:
    both = Key(ring.fingerprints["upstream"], text=ring.public("upstream") + ring.public("stranger"))
    with pytest.raises(NotVerified, match="which is none of the pinned keys"):
        check(tmp_path, ring.signature(CONTENT, "stranger"), both)


VALID = f"[GNUPG:] GOODSIG KEYID name\n[GNUPG:] VALIDSIG {'B' * 40} 2025-03-04 1 0 4 0 1 8 00 {PINNED}\n"


@pytest.mark.parametrize("word", verify.ORDER)
def test_whatever_gpg_says_besides_that_is_bad_counts_more(word: str) -> None:
    with pytest.raises(NotVerified):
        verify.judge(f"{VALID}[GNUPG:] {word} KEYID 1\n", [Key(PINNED)], "it", weak=False)


def test_subkey_counts_for_its_primary_key() -> None:
    assert verify.judge(VALID, [Key(PINNED)], "it", weak=False) == verify.Signature(PINNED, "sha256")
    with pytest.raises(NotVerified, match="none of the pinned keys"):
        verify.judge(VALID, [Key("B" * 40)], "it", weak=False)


@pytest.mark.parametrize("status", ["", "gpg: Good signature\n", VALID.replace("[GNUPG:] GOODSIG KEYID name\n", "")])
def test_silence_is_no_consent(status: str) -> None:
    with pytest.raises(NotVerified):
        verify.judge(status, [Key(PINNED)], "it", weak=False)


def test_an_unknown_digest_is_a_weak_one() -> None:
    with pytest.raises(NotVerified, match="rests on digest 99"):
        verify.judge(VALID.replace(" 8 00 ", " 99 00 "), [Key(PINNED)], "it", weak=False)
