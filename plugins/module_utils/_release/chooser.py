# SPDX-License-Identifier: GPL-3.0-or-later
"""What chooses the release at boot: a generator of systemd, which gives the host the units and programs that belong to
the hypervisor that runs, and to no other. Nothing has to be put back when the machine boots another entry by itself.

Imports nothing but Python's own library: this also runs as a program where Ansible is not.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

# On the file system of /etc, which is all that is mounted when a generator runs.
RELEASES = "/etc/xlops-xen/releases"  # VERSION/prefix, hypervisor, built, units
TRY = "/etc/xlops-xen/try"  # the version that is being tried, and how many seconds it has
GENERATOR = "/etc/systemd/system-generators/xlops-xen-release"
# Leads to the prefix of the release that runs. It is made anew at each boot, and is not there where none fits.
CURRENT = "/run/xlops-xen/release"
MANIFEST = "share/xlops-xen/manifest.json"  # below a prefix, says what is installed there
DISTRIBUTION = "/usr/lib/xen-"  # and the release: where Debian has the programs of each
UNIT = "xlops-xen-release.service"
TRY_TIMER = "xlops-xen-try.timer"

UNIT_TEXT = f"""[Unit]
Description=Programs of the Xen release that runs
DefaultDependencies=no
Before=sysinit.target
ConditionPathIsDirectory=/sys/hypervisor

[Service]
Type=oneshot
RemainAfterExit=true
ExecStart={GENERATOR} link

[Install]
WantedBy=sysinit.target
"""

GENERATOR_TEXT = r"""#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Managed by xlops.xen. A generator of systemd: it is called with three directories at boot and when systemd reads its
# units again, and chooses the release of Xen that belongs to the hypervisor that runs. With "link" it leads the
# programs there.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
releases=/etc/xlops-xen/releases
try=/etc/xlops-xen/try
hypervisor=/sys/hypervisor
distribution=/usr/lib/xen-
current=/run/xlops-xen/release

line() {
    value=
    [ ! -r "$1" ] || IFS= read -r value <"$1" || :
}

# The same build, else the same version, else the same release. Builds are told apart by the date that is in them.
choose() {
    line "$hypervisor/version/major" && major=$value
    line "$hypervisor/version/minor" && minor=$value
    line "$hypervisor/version/extra" && extra=$value
    line "$hypervisor/compilation/compile_date" && built=$value
    [ -n "$major" ] && [ -n "$minor" ] || return 1
    best=0 chosen=
    for one in "$releases"/*; do
        version=${one##*/}
        line "$one/prefix"
        # A removed package may leave a directory.
        if [ -z "$value" ] || [ ! -e "$value/share/xlops-xen/manifest.json" ]; then continue; fi
        case $version in
        "$major.$minor" | "$major.$minor".* | "$major.$minor"-*) rank=1 ;;
        *) continue ;;
        esac
        [ "$version" != "$major.$minor$extra" ] || rank=2
        [ -z "$built" ] || ! grep -qxF -e "$built" "$one/built" || rank=3
        [ "$rank" -le "$best" ] || { best=$rank && chosen=$one && prefix=$value; }
    done
    [ -n "$chosen" ] || return 1
    # A hypervisor of another build, for which the distribution has programs, is the distribution's.
    [ "$best" -eq 3 ] || [ -z "$built" ] || [ ! -s "$chosen/built" ] || [ ! -x "$distribution$major.$minor/bin/xl" ]
}

# The host has so many seconds to be found healthy; nobody may be able to reach it.
deadline() {
    [ -r "$try" ] || return 0
    { IFS= read -r tried && IFS= read -r seconds; } <"$try" || return 0
    [ "$tried" = "${chosen##*/}" ] || return 0
    case $seconds in '' | *[!0-9]*) return 0 ;; esac
    # No here-document: some shells write it to a file in /tmp, which may not be there yet.
    own='DefaultDependencies=no Conflicts=shutdown.target Before=shutdown.target IgnoreOnIsolate=yes'
    printf '%s\n' '[Unit]' 'Description=Time in which the tried release of Xen must be found healthy' $own \
        '[Timer]' "OnBootSec=$seconds" 'AccuracySec=1s' >"$1/xlops-xen-try.timer"
    printf '%s\n' '[Unit]' 'Description=Back to the former boot entry' $own \
        "ConditionPathExists=$try" 'SuccessAction=reboot' '[Service]' 'Type=oneshot' \
        "ExecStart=/bin/echo Xen $tried was not found healthy within $seconds s: back to the former boot entry" \
        >"$1/xlops-xen-try.service"
    mkdir -p "$1/sysinit.target.wants"
    ln -sf ../xlops-xen-try.timer "$1/sysinit.target.wants/xlops-xen-try.timer"
}

if [ "$1" = link ]; then
    if choose; then
        mkdir -p "${current%/*}"
        ln -sfn "$prefix" "$current.new"
        mv -fT "$current.new" "$current"
    else
        rm -f "$current"
    fi
elif choose; then
    cp -RP "$chosen/units/." "$1/"
    deadline "$1"
fi
exit 0
"""

# As date prints it, which is how Xen's Makefile puts it into the hypervisor: Mon Jan 12 16:53:24 UTC 2015
DATE = re.compile(
    rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 0-3]?\d "
    rb"\d\d:\d\d:\d\d (?:[A-Z]{3,5}|[+-]\d\d) \d{4}"
)
IMAGE_LIMIT = 64 << 20
SAME_BUILD, SAME_VERSION, SAME_RELEASE, ANOTHER = 3, 2, 1, 0


class Rooted:
    """The files of a host, or of a system that becomes one, by their paths on it."""

    def __init__(self, root: str = "/") -> None:
        self.root = Path(root)

    def at(self, path: str) -> Path:
        return self.root / path.lstrip("/")


@dataclass(frozen=True)
class Running:
    """The hypervisor that runs, as the kernel tells of it; empty where there is none."""

    version: str = ""
    built: str = ""

    @property
    def release(self) -> str:
        """Without what tells patched ones apart."""
        match = re.match(r"\d+\.\d+", self.version)
        return match[0] if match else ""


def read_running(hypervisor: Path) -> Running:
    """From the kernel's directory of it."""
    major, minor, extra, built = (
        _line(hypervisor / name)
        for name in ("version/major", "version/minor", "version/extra", "compilation/compile_date")
    )
    return Running(f"{major}.{minor}{extra}", built) if major and minor else Running()


def _line(place: Path) -> str:
    try:
        return place.read_text(encoding="utf-8", errors="replace").split("\n")[0].strip()
    except OSError:
        return ""


def rank(version: str, dates: Collection[str], running: Running) -> int:
    """How well a release fits the hypervisor that runs; the generator has the same rule."""
    if not running.release or not re.match(rf"{re.escape(running.release)}(?![0-9])", version):
        return ANOTHER
    if running.built and running.built in dates:
        return SAME_BUILD
    return SAME_VERSION if version == running.version else SAME_RELEASE


def chosen(version: str, dates: Collection[str], running: Running, distribution: bool) -> bool:
    """Whether the generator takes a release that is alone. ``distribution``: whether the host has programs of the
    running release from its distribution, to which a hypervisor of another build belongs.
    """
    fit = rank(version, dates, running)
    return fit == SAME_BUILD or (fit != ANOTHER and not (running.built and dates and distribution))


def dates_in(image: Path) -> list[str]:
    """When a hypervisor was built, by its file; nothing where it does not say so."""
    try:
        with open(image, "rb") as file:
            content = file.read(IMAGE_LIMIT)
        if content[:2] == b"\x1f\x8b":
            with gzip.open(image) as unpacked:
                content = unpacked.read(IMAGE_LIMIT)
    except (OSError, EOFError, zlib.error):
        return []
    return sorted({found.decode() for found in DATE.findall(content)})
