# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of Xen's configure scripts; ``_schema/configure_options.py`` has the rows."""

from __future__ import annotations


class ModuleDocFragment:
    """What of Xen is built, and where it goes."""

    DOCUMENTATION = r"""
options:
  options:
    description:
      - Options of Xen's configure scripts, by name. They go over those of O(preset).
      - One that the release does not have is refused; configure itself would pass over it.
      - Those that configure can turn off by itself are looked up when it is done.
    type: dict
    suboptions:
      exec_prefix:
        description: Where architecture-dependent files go.
        type: path
      bindir:
        description: Programs for everybody.
        type: path
      sbindir:
        description: Programs for root, such as C(xl).
        type: path
      libdir:
        description: Libraries.
        type: path
      libexecdir:
        description: Programs that other programs run.
        type: path
      sysconfdir:
        description:
          - Configuration and scripts. Upstream's default is C(/etc) whatever the prefix; with a prefix of its own a
            release gets C(PREFIX/etc).
        type: path
      localstatedir:
        description: Upstream's default is C(/var) whatever the prefix.
        type: path
      sharedstatedir:
        description: Not used by Xen.
        type: path
      includedir:
        description: Headers.
        type: path
      datarootdir:
        description: Read-only data.
        type: path
      datadir:
        description: Read-only data.
        type: path
      mandir:
        description: Manual pages.
        type: path
      docdir:
        description: Documents.
        type: path
      xen:
        description: Build the hypervisor.
        type: bool
      tools:
        description: Build the toolstack.
        type: bool
      stubdom:
        description: Build the stub domains. Needs their sources.
        type: bool
      docs:
        description: Build manual pages and documents.
        type: bool
      initddir:
        description: Scripts of SysV init.
        type: path
      sysconfig_leaf_dir:
        description: Directory below sysconfdir for the settings of the daemons.
        type: str
        choices: [default, sysconfig]
      libexec_leaf_dir:
        description: Directory below libexecdir. Since Xen 4.7.
        type: str
      xen_dumpdir:
        description: Where dumps of crashed guests go. Since Xen 4.6.
        type: path
      rundir:
        description: Where sockets and pid files are. Since Xen 4.9.
        type: path
      debugdir:
        description: Where the hypervisor with symbols goes. Since Xen 4.11.
        type: path
      xen_scriptdir:
        description: Hotplug scripts. Since Xen 4.15.
        type: path
      systemd_dir:
        description: Units.
        type: path
      systemd_modules_load:
        description: Where the list of kernel modules goes.
        type: path
      systemd_sleep:
        description: Where the script goes that stops the watchdog while the host sleeps. Since Xen 4.21.
        type: path
      rpath:
        description:
          - Programs find the libraries of their own prefix. Needed where several releases are installed.
        type: bool
      githttp:
        description: Download by http. Nothing is downloaded, so that it makes no difference. Up to Xen 4.17.
        type: bool
      monitors:
        description: C(xentop) and libxenstat.
        type: bool
      ocamltools:
        description: The tools in OCaml, oxenstored among them.
        type: bool
      xsmpolicy:
        description: The policy of the security modules.
        type: bool
      golang:
        description: The binding for Go. Since Xen 4.14.
        type: bool
      pygrub:
        description: The bootloader pygrub. Since Xen 4.18.
        type: bool
      libfsimage:
        description: The library that reads file systems for pygrub. Since Xen 4.18.
        type: bool
      ninepfs:
        description: The 9P backend. Since Xen 4.12.
        type: bool
      pvshim:
        description: The hypervisor that PV guests run in a PVH container. Since Xen 4.13.
        type: bool
      werror:
        description: Warnings of the compiler are errors. Since Xen 4.17.
        type: bool
      debug:
        description:
          - Build the tools for debugging, which is upstream's default. For the hypervisor set O(variables).
        type: bool
      largefile:
        description: Large files.
        type: bool
      blktap1:
        description: blktap 1. Up to Xen 4.5.
        type: bool
      blktap2:
        description: blktap 2. Up to Xen 4.12.
        type: bool
      systemd:
        description:
          - The units, which configure leaves out where it does not find systemd's headers. Then the task fails. Up to
            .
        type: bool
      linux_backend_modules:
        description: Kernel modules to load, separated by blanks.
        type: str
      xenstored:
        description: Which xenstored the scripts start.
        type: str
        choices: [xenstored, oxenstored]
      qemu_traditional:
        description: The old device model. Up to Xen 4.20.
        type: bool
      rombios:
        description: The firmware of the old device model.
        type: bool
      seabios:
        description: The firmware of HVM guests.
        type: bool
      ovmf:
        description: The UEFI firmware of HVM guests.
        type: bool
      ipxe:
        description: Network boot of HVM guests. Since Xen 4.12.
        type: bool
      system_qemu:
        description:
          - Path of the distribution's device model, instead of one that is built. C(true) takes the one on the PATH.

        type: str
      system_seabios:
        description: Path of the distribution's SeaBIOS.
        type: path
      system_ovmf:
        description: Path of the distribution's OVMF.
        type: path
      system_ipxe:
        description: Path of the distribution's iPXE. Since Xen 4.12.
        type: path
      extra_qemuu_configure_args:
        description: Arguments for the configure script of the device model that is built.
        type: str
      stubdom_qmp_proxy:
        description: Path of the program that connects C(libxl) with a device model in a stub domain. Since Xen 4.14.
        type: path
      ioemu_stubdom:
        description: The old device model as a stub domain. Up to Xen 4.20.
        type: bool
      c_stubdom:
        description: The stub domain in C.
        type: bool
      caml_stubdom:
        description: The stub domain in OCaml. Up to Xen 4.18.
        type: bool
      pv_grub:
        description: The bootloader PV-GRUB.
        type: bool
      xenstore_stubdom:
        description: xenstored as a stub domain.
        type: bool
      xenstorepvh_stubdom:
        description: xenstored as a PVH stub domain. Since Xen 4.15.
        type: bool
      vtpm_stubdom:
        description: The virtual TPM.
        type: bool
      vtpmmgr_stubdom:
        description: The manager of virtual TPMs.
        type: bool
      extfiles:
        description:
          - Take the sources of the stub domains from upstream's mirror. Nothing is downloaded, so that it makes no
            difference.
        type: bool
"""
