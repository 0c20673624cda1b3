#!/usr/bin/python
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: xen_build
short_description: Build a release of Xen from source into a package
version_added: 0.1.0
author:
  - The xlops.xen contributors (@xlops)
description:
  - Obtains and verifies the sources, makes a system to build in, configures, compiles, and packs hypervisor and
    toolstack. Installs nothing, and changes nothing outside of O(build_dir) and O(cache_dir).
  - Has a table of what a release needs from a compiler. A combination that was never booted is refused, with the
    nearest one that was; see O(untried).
  - Compiles as O(user), who has no rights, without a network, in namespaces that end with the task. A run that is
    killed leaves nothing at work, and the next one goes on with the first stage that was not finished.
  - Builds once. A second run with the same inputs finds the result; where they differ, it says in what.
  - While it is at work, C(progress.json) in O(build_dir) has the stage, the files compiled, the time, and what
    both were the last time.
  - C(docs/building.md) explains what is where, and what to do when a build fails.
extends_documentation_fragment:
  - xlops.xen.configure
  - xlops.xen.sources
  - xlops.xen.attributes
options:
  version:
    description:
      - Version of Xen, such as V(4.17.5). Only needed where O(sources) do not say which it is.
    type: str
  vendor_version:
    description: What is appended to the version, in Xen's own words and in the package's name, such as V(-site1).
    type: str
    default: ""
  preset:
    description:
      - What to build.
      - V(system-qemu) is hypervisor and toolstack with the distribution's device model and firmware.
      - V(minimal) goes without firmware as well, for hosts without HVM guests.
      - V(full) is all that upstream builds, and needs the sources that upstream would download.
      - The first two leave the manual pages out; set C(docs) in O(options) to have them.
    type: str
    choices: [minimal, system-qemu, full]
    default: system-qemu
  variables:
    description:
      - Variables of make, such as C(debug) or C(XSM_ENABLE). Those that the build itself sets are refused.
    type: dict
    default: {}
  kconfig:
    description:
      - Options of the hypervisor's own configuration, which it has since Xen 4.7, such as C(XSM) or C(LIVEPATCH).
        One that it does not take makes the task fail.
    type: dict
    default: {}
  prefix:
    description:
      - Where the release lives, V({version}) in it being the version.
      - With V(/usr) it has upstream's places, C(/etc) among them, and only one release can be installed.
    type: str
    default: /opt/xen/{version}
  efi:
    description: Whether C(xen.efi) must be there. It is built where the tools can, and this says that it was asked for.
    type: bool
    default: false
  environment:
    description: The system that the build happens in.
    type: dict
    suboptions:
      kind:
        description:
          - V(chroot) is a Debian release that C(mmdebstrap) unpacks, with the packages that the release needs. It
            is kept.
          - V(host) is the host itself, which must have them.
        type: str
        choices: [chroot, host]
        default: chroot
      suite:
        description:
          - Debian release of the chroot. Without it, C(bullseye) up to Xen 4.12, which needs Python 2,
            C(bookworm) up to 4.17, and C(trixie).
        type: str
      packages:
        description: Packages to have in the chroot besides.
        type: list
        elements: str
        default: []
      mirror:
        description: Where the packages come from. Without it, the mirror of Debian that apt of the host has.
        type: str
  compiler:
    description: The C compiler, by name or path in the environment.
    type: str
    default: gcc
  untried:
    description: Build by a compiler of which nobody knows whether the result boots.
    type: bool
    default: false
  ccache:
    description: Compile through C(ccache), which keeps what it has compiled in O(build_dir).
    type: bool
    default: false
  jobs:
    description: How many compilations at once. Without it, one for each CPU, as far as 512 MiB are free for each.
    type: int
  memory:
    description: How many MiB each process of the build may have.
    type: int
    default: 4096
  user:
    description:
      - Who fetches and compiles, where the task runs as root. Otherwise it is who runs the task.
      - Role C(xlops.xen.xen_source) makes the account.
    type: str
    default: xen-build
  epoch:
    description: The time that is built in, in seconds since 1970. Without it, the time of the sources.
    type: int
  package:
    description: What comes out, a Debian package, a tar archive, or a directory with the files (V(none)).
    type: str
    choices: [deb, tar, none]
    default: deb
  package_revision:
    description: Revision of the package, appended to its version.
    type: str
    default: "1"
  package_maintainer:
    description: Maintainer of the package.
    type: str
    default: xlops.xen <root@localhost>
  build_dir:
    description:
      - Where chroots, work and results are. Whoever is O(user) must be able to walk to it.
      - Removing C(environments) or C(work) in it costs time, not results.
    type: path
    default: /var/lib/xlops.xen/build
  cache_dir:
    description: Where what was fetched is kept.
    type: path
    default: /var/cache/xlops.xen/sources
  keep:
    description: How many results to keep, the youngest ones.
    type: int
    default: 3
  keep_tree:
    description: Keep the tree with its objects, to look into.
    type: bool
    default: false
  rebuild:
    description: Build although the result is there, and compare. See RV(identical) and RV(differences).
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    details:
      - Says what would be built and why. Fetches nothing. Where the chroot is not there yet, the compiler is not known.
  diff_mode:
    support: full
    details:
      - Shows the inputs that differ from those of the former build.
  platform:
    support: full
requirements:
  - Linux with util-linux and git; mmdebstrap and root for a chroot
  - Python 3.9 or later on the host
seealso:
  - module: xlops.xen.xl_host_info
"""

EXAMPLES = r"""
- name: Xen 4.5.0 from upstream's repository, in a chroot of Debian 11
  xlops.xen.xen_build:
    sources:
      git:
        url: https://git.example.org/mirror/xen.git
        ref: RELEASE-4.5.0
      acknowledge_unsupported: true
  register: build

- name: Where it is
  ansible.builtin.debug:
    msg: "{{ build.package }} installs {{ build.version }} below {{ build.prefix }}"

- name: Debian's own sources of 4.17 with a patch, for hosts without HVM guests
  xlops.xen.xen_build:
    version: 4.17.5
    vendor_version: -site1
    preset: minimal
    sources:
      distribution:
        suite: bookworm
    patches:
      - path: /srv/patches/quiet-console.patch
        sha256: 1f0e3dad99908345f7439f8ffabdffc4d1f0e3dad99908345f7439f8ffabdffc
        reason: less on the console
"""

RETURN = r"""
reason:
  description: Why something was, or would be, built. Empty where nothing was.
  returned: success
  type: str
  sample: "options.stubdom: False -> True"
changes:
  description: The inputs that differ from those of the youngest result, each with input, before and after.
  returned: success
  type: list
  elements: dict
stages:
  description: The stages of the build, in order.
  returned: success
  type: list
  elements: str
  sample: [sources, configure, hypervisor, tools, package]
version:
  description: Version that Xen calls itself.
  returned: when there is a result
  type: str
  sample: 4.5.0
prefix:
  description: Where it lives once the package is installed.
  returned: when there is a result
  type: str
  sample: /opt/xen/4.5.0
package:
  description: The package or archive, V(null) where O(package=none).
  returned: when there is a result
  type: str
package_sha256:
  description: Its digest.
  returned: when there is a result
  type: str
root:
  description: The directory with the files where O(package=none), else V(null).
  returned: when there is a result
  type: str
manifest:
  description: File that has all inputs, how each was verified, and every file of the result with its digest. Installed
    as C(share/xlops-xen/manifest.json) below the prefix.
  returned: when there is a result
  type: str
sbom:
  description: File that has the parts of the result in the format CycloneDX. Installed beside the manifest.
  returned: when there is a result
  type: str
log:
  description: File that has all that was said during the build.
  returned: when there is a result
  type: str
durations:
  description: Seconds that each stage took.
  returned: when there is a result
  type: dict
  sample: {sources: 3.1, configure: 11.9, hypervisor: 24.5, tools: 71.0, package: 4.2}
fingerprint:
  description: Of all inputs.
  returned: when there is a result
  type: str
identical:
  description: Whether the package is the same to the last bit as that of the former build of the same inputs, V(null)
    where there was none.
  returned: when there is a result
  type: bool
differences:
  description: The files in which the two differ.
  returned: when there is a result
  type: list
  elements: str
advisories:
  description: Security advisories of Xen, by number - fixed, open, and those that nobody looked at for this release.
  returned: when there is a result
  type: dict
supported_until:
  description: Day on which the security support of the release ends, empty where it is not known.
  returned: when there is a result
  type: str
"""

from ansible_collections.xlops.xen.plugins.module_utils._build.build_module import build_module


def main() -> None:
    build_module()


if __name__ == "__main__":
    main()
