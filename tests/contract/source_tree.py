# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tree that is configured, made and installed like one of Xen's, in a second, and a compiler that compiles nothing.

Both can be told by files in a directory of control to stop, to fail or to leave something out.
"""

from __future__ import annotations

from pathlib import Path

CONFIGURE = """\
#!/bin/sh
[ ! -e {control}/block-configure ] || {{ touch {control}/at-configure; sleep 600; }}
prefix=/usr/local sysconfdir=/etc systemd=n monitors=y
for word; do case $word in
  --prefix=*) prefix=${{word#*=}} ;;
  --sysconfdir=*) sysconfdir=${{word#*=}} ;;
  --enable-systemd) systemd=y ;;
  --disable-monitors) monitors=n ;;
esac; done
[ ! -e {control}/no-systemd ] || systemd=n
echo "checking for things... yes"
mkdir -p config
printf 'CONFIG_SYSTEMD      := %s\\nXENSTAT_XENTOP := %s\\nXEN_TOOLS_RPATH := y\\n' $systemd $monitors > config/Tools.mk
printf 'prefix := %s\\nsysconfdir := %s\\n' "$prefix" "$sysconfdir" > config/Paths.mk
"""

MAKEFILE = """\
export XEN_ROOT := $(CURDIR)
install-xen:
\t$(MAKE) -C xen install
install-tools:
\t$(MAKE) -C tools install
"""

XEN = """\
export XEN_VERSION       = 4
export XEN_SUBVERSION    = 17
export XEN_EXTRAVERSION ?= .5$(XEN_VENDORVERSION)
include ../config/Paths.mk
domain.o: domain.c
\t$(CC) -O2 -c -o $@ $<
\t@[ ! -e {control}/block-hypervisor ] || {{ touch {control}/at-hypervisor; sleep 600; }}
install: domain.o
\tmkdir -p $(DESTDIR)/boot
\tdate > xen && cat domain.o >> xen
\tgzip -9 < xen > $(DESTDIR)/boot/xen-4.17.5.gz
\tln -sf xen-4.17.5.gz $(DESTDIR)/boot/xen.gz
olddefconfig:
\tgrep -v NOSUCH .config > new || true
\techo CONFIG_X86=y >> new && mv new .config
clean:
\techo xen >> {control}/cleaned
\trm -f domain.o xen
"""

TOOLS = """\
include ../config/Paths.mk
include ../config/Tools.mk
D = $(DESTDIR)$(prefix)
UNITS = proc-xen.mount xenstored.service xenconsoled.service xen-init-dom0.service xendomains.service \\
  xen-watchdog.service xen-qemu-dom0-disk-backend.service xendriverdomain.service
xl: xl.c
\t@[ ! -e {control}/fail ] || {{ cat {control}/fail; exit 1; }}
\t@[ ! -e {control}/script ] || sh {control}/script
\t$(CC) -O2 -c -o xl.o $<
\t@[ ! -e {control}/block-tools ] || {{ touch {control}/at-tools; sleep 600; }}
\tcat xl.o > xl
install: xl
\tmkdir -p $D/sbin $D/lib/systemd/system $(DESTDIR)$(sysconfdir)/xen/scripts
\tmkdir -p $(DESTDIR)/var/run/xen $(DESTDIR)/var/lib/xen
\tfor one in xl xenconsoled xenstored xentop tapdisk2; do install -m0755 xl $D/sbin/$$one; done
\tfor one in light ctrl; do install -m0644 xl $D/lib/libxen$$one.so.4.17; done
\t[ ! -e {control}/no-xl ] || rm $D/sbin/xl
\t[ $(CONFIG_SYSTEMD) = n ] || for one in $(UNITS); do echo "$$one" > $D/lib/systemd/system/$$one; done
\techo '#!/bin/sh' > $(DESTDIR)$(sysconfdir)/xen/scripts/vif-bridge
\techo '# empty' > $(DESTDIR)$(sysconfdir)/xen/xl.conf
clean:
\techo tools >> {control}/cleaned
\trm -f xl xl.o
"""

COMPILER = """\
#!/bin/sh
case " $* " in
  *" --version "*) echo "gcc (Stand-in) {version}"; exit ;;
  *" -dumpfullversion "*) echo {version}; exit ;;
  *" -dumpmachine "*) echo x86_64-linux-gnu; exit ;;
esac
while [ $# -gt 0 ]; do case $1 in -o) out=$2; shift ;; *.c) source=$1 ;; esac; shift; done
cp "$source" "$out"
"""


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def make_tree(tree: Path, control: Path) -> None:
    _write(tree / "configure", CONFIGURE.format(control=control), 0o755)
    _write(tree / "Makefile", MAKEFILE)
    _write(tree / "xen/Makefile", XEN.format(control=control))
    _write(tree / "xen/domain.c", "int domain;\n")
    _write(tree / "tools/Makefile", TOOLS.format(control=control))
    _write(tree / "tools/xl.c", "int xl;\n")


def make_compiler(path: Path, version: str) -> None:
    _write(path, COMPILER.format(version=version), 0o755)
