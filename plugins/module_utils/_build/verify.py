# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenPGP signatures, held against pinned keys in a keyring that exists for one question and knows no other key."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._build import command
from ansible_collections.xlops.xen.plugins.module_utils._build.declaration import Key
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import NotVerified

# OpenPGP's numbers of digests, RFC 9580, section 9.5.
DIGESTS = {1: "md5", 2: "sha1", 3: "ripemd160", 8: "sha256", 9: "sha384", 10: "sha512", 11: "sha224", 12: "sha3-256"}
WEAK = ("md5", "sha1", "ripemd160")

# What gpg says in its status lines of a signature that must not count, whatever else it says.
REFUSALS = {
    "BADSIG": "the signature does not belong to it: one of the two was changed",
    "ERRSIG": "the signature cannot be checked",
    "EXPSIG": "the signature has expired",
    "EXPKEYSIG": "the key that signed it has expired",
    "REVKEYSIG": "the key that signed it was revoked",
    "NO_PUBKEY": "it is signed by a key that was not given",
    "NODATA": "there is no signature",
    "FAILURE": "gpg failed",
}
# Of several, the one that tells most.
ORDER = ("BADSIG", "REVKEYSIG", "EXPKEYSIG", "EXPSIG", "NO_PUBKEY", "ERRSIG", "NODATA", "FAILURE")
UNEXPECTED = (*ORDER, "UNEXPECTED")

BASE = ("gpg", "--batch", "--no-tty", "--no-options", "--no-autostart", "--status-fd", "1")
# A digest that gpg itself holds to be too weak would hide from us who signed; we judge, below.
CHECK = (*BASE, "--no-auto-key-retrieve", "--trust-model", "always", "--allow-weak-digest-algos", "--verify")

MANUAL = "see docs/building-sources.md"


@dataclass(frozen=True)
class Signature:
    """One that holds: by which of the pinned keys (its primary key's fingerprint), and with which digest."""

    key: str
    digest: str


def verify(data: str, signature: str, keys: Sequence[Key], what: str, scratch: str, *, weak: bool = False) -> Signature:
    """The signature of the file ``data`` in the file ``signature``, if it is one that counts; else NotVerified.

    The keyring is made below ``scratch``. ``weak`` lets a signature count whose digest can be forged by now, as that
    of 2015 for RELEASE-4.5.0.
    """
    if not keys:
        raise NotVerified("no key was given to check its signature with", what, f"give keys ({MANUAL})")
    with tempfile.TemporaryDirectory(prefix="keys-", dir=scratch) as home:
        os.chmod(home, 0o700)
        env = {"GNUPGHOME": home, "HOME": home}
        _import(keys, home, env, what)
        done = command.run([*CHECK, signature, data], env=env, limit=120)
    return judge(done.output.decode("utf-8", "replace"), keys, what, weak=weak)


def _import(keys: Sequence[Key], home: str, env: dict[str, str], what: str) -> None:
    for number, key in enumerate(keys):
        path = os.path.join(home, f"{number}.key")
        with open(path, "wb") as file:
            file.write(key.material())
        done = command.run([*BASE, "--import", path], env=env, limit=120)
        had = {line.split()[3] for line in _lines(done.output.decode(), "IMPORT_OK")}
        if key.fingerprint not in had:
            found = f"that of {', '.join(sorted(had))}" if had else "no public key at all"
            raise NotVerified(
                f"the key given as {key.fingerprint} is {found}", what, f"give the key of that fingerprint ({MANUAL})"
            )


def judge(status: str, keys: Sequence[Key], what: str, *, weak: bool) -> Signature:
    """What gpg's status lines amount to. Its exit code says less: it is 0 for an expired key, too."""
    said = {word for word in UNEXPECTED if _lines(status, word)}
    valid = _lines(status, "VALIDSIG")
    good = _lines(status, "GOODSIG")
    worst = next((word for word in ORDER if word in said), "")
    if worst:
        signer = next((line.split()[2] for line in _lines(status, worst) if worst in ORDER[:6]), "")
        raise NotVerified(
            REFUSALS[worst] + (f" ({signer})" if signer else ""),
            what,
            f"do not use it, unless its sha256 or commit is known to you from elsewhere: then pin that ({MANUAL})",
        )
    if len(valid) != 1 or len(good) != 1 or said:
        raise NotVerified(f"it carries {len(valid)} good signatures instead of one", what, MANUAL)
    # [GNUPG:] VALIDSIG fpr date timestamp expires version reserved pubkey hash class primary-fpr
    fields = valid[0].split()
    primary = fields[11] if len(fields) > 11 else fields[2]
    if primary not in {key.fingerprint for key in keys}:
        raise NotVerified(f"it is signed by {primary}, which is none of the pinned keys", what, MANUAL)
    digest = DIGESTS.get(int(fields[9]), f"digest {fields[9]}")
    if (digest in WEAK or digest.startswith("digest")) and not weak:
        raise NotVerified(
            f"its signature by {primary} rests on {digest}, which can be forged today",
            what,
            "say allow_weak_digest if you accept that, and pin the commit or sha256 besides",
        )
    return Signature(primary, digest)


def _lines(status: str, word: str) -> list[str]:
    return [line for line in status.splitlines() if line.split()[:2] == ["[GNUPG:]", word]]
