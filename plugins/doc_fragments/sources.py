# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sources and patches of a build; ``_schema/build_sources_spec.py`` has the argument spec."""

from __future__ import annotations


class ModuleDocFragment:
    """Where a tree comes from, what pins it, and what is done to it."""

    DOCUMENTATION = r"""
options:
  sources:
    description:
      - Where Xen comes from. Of O(sources.git), O(sources.tarball), O(sources.tree) and O(sources.distribution) one.
        Without any it is the tag C(RELEASE-4.5.0) of upstream's repository.
      - Nothing is built that was not verified, by a commit, a digest, a signature or a distribution's signed index.
    type: dict
    default: {}
    suboptions:
      git:
        description: A revision of a repository. The commits of all releases are known.
        type: dict
        suboptions:
          url: &url
            description: Repository or archive, by https, git, ssh or file.
            type: str
          ref: &ref
            description: Tag or branch.
            type: str
          commit: &commit
            description: Commit that it must be, all 40 digits.
            type: str
          keys: &keys
            description: Public keys, one of which must have signed it.
            type: list
            elements: dict
            suboptions:
              fingerprint:
                description: Full fingerprint that the key must have. Without it, that of Xen's release key.
                type: str
              path: &path
                description: File with the key.
                type: path
              text:
                description: The key itself, in ASCII armour.
                type: str
          allow_weak_digest: &weak
            description: Take a signature over SHA-1, as all of Xen's tags up to 4.8.4 have it.
            type: bool
            default: false
      tarball:
        description: A release tarball, or an archive like one.
        type: dict
        suboptions:
          url: &archive
            description: Where it is, by https or file.
            type: str
          path:
            description: File on the host.
            type: path
          sha256: &sha256
            description: Digest that it must have.
            type: str
          signature: &signature
            description: Where its detached signature is. Without it, beside it with C(.sig) appended.
            type: str
          keys: *keys
          allow_weak_digest: *weak
          version:
            description: Version of the release, such as V(4.20.0).
            type: str
          mirror:
            description: Where the directories of the releases are.
            type: str
      tree:
        description: A directory on the host. It is copied.
        type: dict
        suboptions:
          path:
            description: The directory.
            type: path
            required: true
          sha256:
            description: Digest of the tree. Give any 64 digits to be told the right ones.
            type: str
          commit:
            description: Commit of the clone that it is.
            type: str
      distribution:
        description: A source package of Debian.
        type: dict
        suboptions:
          package:
            description: Its name.
            type: str
            default: xen
          suite:
            description: Release of the distribution.
            type: str
            required: true
          version:
            description: Version of the package. Without it, the one that the distribution has.
            type: str
          mirror:
            description: Where the packages are. Without it, the mirror of Debian that apt of the host has.
            type: str
          components:
            description: Parts of the archive.
            type: list
            elements: str
            default: [main]
          keyring:
            description: Keys that sign the archive.
            type: path
            default: /usr/share/keyrings/debian-archive-keyring.gpg
      subsources:
        description: Sources that Xen's build would download, put into the tree beforehand.
        type: list
        elements: dict
        suboptions:
          name:
            description: Which one.
            type: str
            required: true
            choices: [qemu-xen, qemu-xen-traditional, seabios, ovmf, mini-os, ipxe]
          url: *url
          ref: *ref
          commit: *commit
          path:
            description: File on the host.
            type: path
          sha256: *sha256
          signature: *signature
          keys: *keys
          allow_weak_digest: *weak
      files:
        description: Other files that the build would download, put into the tree beforehand.
        type: list
        elements: dict
        suboptions:
          place:
            description: Path in the tree.
            type: str
            required: true
          url: *archive
          path:
            description: File on the host.
            type: path
          sha256: *sha256
          signature: *signature
          keys: *keys
          allow_weak_digest: *weak
      acknowledge_unsupported:
        description:
          - Build a release that gets no security fixes any more. What is open is said, and kept with the result.
        type: bool
        default: false
  patches:
    description: Patches, applied in this order, each of which must fit exactly.
    type: list
    elements: dict
    default: []
    suboptions:
      url:
        description: Where it is.
        type: str
      path:
        description: File on the host.
        type: path
      sha256:
        description: Digest that it must have.
        type: str
        required: true
      commit:
        description: Commit that it comes from.
        type: str
      xsa:
        description: Numbers of the security advisories that it is for.
        type: list
        elements: int
      reason:
        description: What else it is for.
        type: str
      component:
        description: What it is applied to.
        type: str
        default: xen
        choices: [xen, qemu-xen, qemu-xen-traditional, seabios, ovmf, mini-os]
      strip:
        description: How many directories of the paths in it are left out.
        type: int
        default: 1
      offset:
        description: By how many lines it may be displaced.
        type: int
        default: 0
"""
