# SPDX-License-Identifier: GPL-3.0-or-later
"""What changes a host's network and brings the former one back without Ansible: a shell script and units of systemd."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._config.network_forwarding import NFT_PATH, TABLE
from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import MARK

APPLY = "xlops-network-apply.service"
ROLLBACK = "xlops-network-rollback.service"
TIMER = "xlops-network-rollback.timer"
BOOT = "xlops-network-boot.service"
NAT_SERVICE = "xlops-network-nat.service"

# Below the directory of the state: the change that waits, the one that is on its way back, and how former ones ended.
PENDING, RETURNING, CONFIRMED, RETURNED = "pending", "returning", "confirmed", "returned"
# In such a directory: marks of how far it is.
BEGUN, APPLIED = "begun", "applied"
MANIFEST = "manifest"
OLD, NEW = "old", "new"
PHASES = ("before", "apply", "leave", "back", "last", "late")

# Seconds for the answer of the run that ordered a change to reach its controller.
HEADSTART = 2

SCRIPT = f"""\
#!/bin/sh
{MARK}
# SPDX-License-Identifier: GPL-3.0-or-later
# Changes the network of this host, and brings the former one back; docs/network.md of the collection tells how.
# Usage: network-change apply|revert|boot DIRECTORY
# Everything may be done twice. Killed at any instant, it is done as a whole the next time.
set -u
state=$2
pending=$state/{PENDING}
returning=$state/{RETURNING}
bundle=

say() {{
    echo "network-change: $*" >&2
}}

# A command has one argument a line, and before them whether it must succeed. No shell reads them.
step() {{
    file=$1
    shift
    while IFS= read -r argument; do
        set -- "$@" "$argument"
    done <"$file"
    must=$1
    shift
    say "$*"
    "$@" </dev/null && return 0
    say "it ended with $?"
    [ "$must" != need ]
}}

# With "all" those after a failure are done too.
steps() {{
    failed=0
    for one in "$bundle/$1"/*; do
        [ -f "$one" ] || continue
        step "$one" && continue
        failed=1
        [ "${{2:-}}" = all ] || break
    done
    return "$failed"
}}

# Each file at once as a whole. Where a disk is full, the saved file itself takes its place.
put() {{
    while read -r number path; do
        directory=${{path%/*}}
        candidate=$directory/.${{path##*/}}.xlops
        if [ -e "$bundle/$1/$number" ]; then
            mkdir -p "$directory"
            cp -p "$bundle/$1/$number" "$candidate" || ln -f "$bundle/$1/$number" "$candidate" || return 1
            mv -f "$candidate" "$path" || return 1
        else
            rm -f "$path" "$candidate"
        fi
    done <"$bundle/{MANIFEST}"
    sync
}}

apply() {{
    bundle=$pending
    [ -d "$bundle" ] || return 0
    : >"$bundle/{BEGUN}" || return 1
    sync
    steps before all
    put {NEW} || return 1
    steps apply || return 1
    cut -d ' ' -f 1 /proc/uptime >"$bundle/.{APPLIED}" || return 1
    mv -f "$bundle/.{APPLIED}" "$bundle/{APPLIED}"
}}

# From here on it cannot be confirmed any more.
turn() {{
    if [ -d "$pending" ] && [ ! -d "$returning" ]; then
        mv "$pending" "$returning" || return 1
    fi
    bundle=$returning
    [ -d "$bundle" ]
}}

finish() {{
    rm -rf "$state/{RETURNED}"
    mv "$returning" "$state/{RETURNED}"
    sync
}}

revert() {{
    turn || return 0
    if [ -e "$bundle/booted" ]; then
        steps late all
    elif [ -e "$bundle/{BEGUN}" ]; then
        steps leave all
        put {OLD} || return 1
        steps back all || steps last all
    else
        say "it was not begun"
    fi
    finish
}}

# Before anything reads the files: with the former ones the host comes up as it was.
boot() {{
    turn || return 0
    put {OLD} || return 1
    if [ -e "$bundle/{BEGUN}" ] && [ -d "$bundle/late" ]; then
        : >"$bundle/booted"
        return
    fi
    finish
}}

case $1 in
apply | revert | boot) "$1" ;;
*)
    say "$1: apply, revert or boot"
    exit 2
    ;;
esac
"""


def unit_texts(script: str, state: str, seconds: int) -> dict[str, str]:
    """The units by their names; the former network returns after so many seconds."""
    there = f"ConditionPathExists=|{state}/{PENDING}\nConditionPathExists=|{state}/{RETURNING}\n"
    return {
        APPLY: f"""\
{MARK}
[Unit]
Description=Change of the network, as ordered by xlops.xen.xen_network
ConditionPathExists={state}/{PENDING}
OnFailure={ROLLBACK}

[Service]
Type=oneshot
ExecStartPre=/bin/sleep {HEADSTART}
ExecStart=/bin/sh {script} apply {state}
# DHCP clients that ifup started live on.
KillMode=process
TimeoutStopSec=5
""",
        ROLLBACK: f"""\
{MARK}
[Unit]
Description=Return of the former network
{there}Conflicts={APPLY}
After={APPLY} {BOOT} network.target openvswitch-switch.service

[Service]
Type=oneshot
ExecStart=/bin/sh {script} revert {state}
KillMode=process
Restart=on-failure
RestartSec=5

[Install]
WantedBy=multi-user.target
""",
        TIMER: f"""\
{MARK}
[Unit]
Description=Return of the former network unless the new one is confirmed

[Timer]
OnActiveSec={seconds}
AccuracySec=1s
RemainAfterElapse=no
""",
        BOOT: f"""\
{MARK}
[Unit]
Description=Return of the former network after a boot before its confirmation
DefaultDependencies=no
{there}RequiresMountsFor={state} {script}
After=local-fs.target
Before=network-pre.target systemd-sysctl.service systemd-networkd.service networking.service NetworkManager.service
Wants=network-pre.target
Before=shutdown.target
Conflicts=shutdown.target

[Service]
Type=oneshot
ExecStart=/bin/sh {script} boot {state}

[Install]
WantedBy=multi-user.target
""",
    }


# Those that are started when the host boots; their conditions say whether there is anything to do.
LINKED = (ROLLBACK, BOOT)


def nat_text(nft: str, rules: str = NFT_PATH) -> str:
    return f"""\
{MARK}
[Unit]
Description=Address translation for bridges of Xen guests
ConditionPathExists={rules}
After=nftables.service
Before=network-pre.target
Wants=network-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart={nft} -f {rules}
ExecStop=-{nft} delete table ip {TABLE}

[Install]
WantedBy=multi-user.target
"""
