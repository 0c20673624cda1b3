# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a release becomes the host's: in a directory that stands for a host."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._release import chooser, switch, units
from ansible_collections.xlops.xen.plugins.module_utils._release.chooser import CURRENT, RELEASES

# As upstream's, shortened.
XENSTORED = """[Unit]
Requires=xenstored_ro.socket xenstored.socket proc-xen.mount

[Service]
Type=notify
Environment=XENSTORED={prefix}/sbin/xenstored
ExecStart=/bin/sh -c "exec $XENSTORED --no-fork $XENSTORED_ARGS"

[Install]
WantedBy=multi-user.target
"""
XENCONSOLED = """[Service]
Type=simple
EnvironmentFile={prefix}/etc/default/xencommons
ExecStart={prefix}/sbin/xenconsoled --pid-file /var/run/xen/xenconsoled.pid $XENCONSOLED_ARGS

[Install]
WantedBy=multi-user.target
"""
QEMU = """[Service]
Type=simple
ExecStart={prefix}/lib/xen/bin/qemu-system-i386 -xen-domid 0 \\
\t-xen-attach -daemonize \\
\t-pidfile /var/run/xen/qemu-dom0.pid

[Install]
WantedBy=multi-user.target
"""
OTHER = "[Service]\nExecStart=/bin/true\n\n[Install]\nWantedBy=multi-user.target\n"


def install(root: Path, version: str = "4.5.0", **more: str) -> str:
    """Lay out what a package of a release brings."""
    prefix = f"/opt/xen/{version}"
    files = {
        "lib/systemd/system/xenstored.service": XENSTORED,
        "lib/systemd/system/xenstored.socket": "[Socket]\n\n[Install]\nWantedBy=sockets.target\n",
        "lib/systemd/system/xenconsoled.service": XENCONSOLED,
        "lib/systemd/system/xen-qemu-dom0-disk-backend.service": QEMU,
        "lib/systemd/system/xendomains.service": OTHER,
        "lib/systemd/system/xen-watchdog.service": OTHER,
        "lib/systemd/system/proc-xen.mount": "[Mount]\nWhere=/proc/xen\n",
        "lib/modules-load.d/xen.conf": "# list\nxen-evtchn\nevtchn\n",
        "lib/python2.7/site-packages/grub/GrubConf.py": "",
        "etc/xen/xl.conf": "# of the release\n",
        "etc/xen/scripts/vif-bridge": "",
        "etc/default/xencommons": "",
        "sbin/xl": "",
        "bin/xenstore-ls": "",
        "share/xlops-xen/manifest.json": json.dumps(
            {"version": version, "configure": ["--prefix=x", "--with-system-qemu=/usr/bin/qemu-system-i386"]}
        ),
        **more,
    }
    for name, text in files.items():
        place = root / prefix[1:] / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text.replace("{prefix}", prefix))
    (root / "etc").mkdir(exist_ok=True)
    return prefix


def make(root: Path, prefix: str, *enabled: str) -> list[str]:
    host = switch.Host(str(root))
    release = switch.read_release(host, prefix)
    todo = switch.plan(host, release, enabled)
    switch.perform(host, todo)
    return todo.changes


def waiting(root: Path, version: str = "4.5.0") -> Path:
    return root / RELEASES[1:] / version / "units"


def below(root: Path, path: str) -> str:
    place = root / path.lstrip("/")
    return os.readlink(place) if place.is_symlink() else place.read_text()


def test_the_release_waits_for_its_hypervisor_and_a_second_run_has_nothing_to_do(tmp_path: Path) -> None:
    prefix = install(tmp_path)
    assert make(tmp_path, prefix, "xendomains.service")
    assert below(tmp_path, "/usr/local/sbin/xl") == f"{CURRENT}/sbin/xl"
    assert below(tmp_path, "/usr/local/bin/xenstore-ls") == f"{CURRENT}/bin/xenstore-ls"
    assert (
        below(tmp_path, "/usr/local/lib/python2.7/dist-packages/xlops-xen.pth")
        == f"{CURRENT}/lib/python2.7/site-packages\n"
    )
    assert os.readlink(waiting(tmp_path) / "proc-xen.mount") == f"{prefix}/lib/systemd/system/proc-xen.mount"
    started = sorted(path.name for path in (waiting(tmp_path) / "multi-user.target.wants").iterdir())
    assert started == [
        "xen-qemu-dom0-disk-backend.service",
        "xenconsoled.service",
        "xendomains.service",
        "xenstored.service",
        "xlops-xen-modules.service",
    ]
    assert (waiting(tmp_path) / "sockets.target.wants/xenstored.socket").is_symlink()
    assert sorted(path.name for path in (tmp_path / switch.UNITS[1:]).rglob("*.*")) == [
        "sysinit.target.wants",
        chooser.UNIT,
        chooser.UNIT,
    ], "systemd reads nothing of a release that does not run"
    assert (tmp_path / "etc/xen/auto").is_dir()
    assert make(tmp_path, prefix, "xendomains.service") == []


def test_modules_of_all_kernels_are_tried_and_none_is_missed(tmp_path: Path) -> None:
    make(tmp_path, install(tmp_path))
    unit = (waiting(tmp_path) / "xlops-xen-modules.service").read_text()
    assert "ExecStart=-/sbin/modprobe --all --quiet xen-evtchn evtchn\n" in unit
    assert not (tmp_path / "etc/modules-load.d").exists()


@pytest.mark.parametrize(
    ("unit", "remedy", "lines"),
    [
        (
            "xenstored.service",
            "sockets-under-var-run",
            ["ExecStart=", f'ExecStart=/bin/sh -c "exec {units.HELPER} $XENSTORED --no-fork $XENSTORED_ARGS"'],
        ),
        (
            "xenconsoled.service",
            "environment-may-be-missing",
            ["EnvironmentFile=", "EnvironmentFile=-/opt/xen/4.5.0/etc/default/xencommons"],
        ),
        ("xen-qemu-dom0-disk-backend.service", "goes-to-the-background", ["Type=forking"]),
        (
            "xen-qemu-dom0-disk-backend.service",
            "device-model-of-the-distribution",
            [
                "ConditionPathExists=/usr/bin/qemu-system-i386",
                "ExecStart=",
                (
                    "ExecStart=/usr/bin/qemu-system-i386 -xen-domid 0 -xen-attach -daemonize "
                    "-pidfile /var/run/xen/qemu-dom0.pid"
                ),
            ],
        ),
    ],
)
def test_units_of_4_5_have_what_a_current_systemd_needs(
    tmp_path: Path, unit: str, remedy: str, lines: list[str]
) -> None:
    make(tmp_path, install(tmp_path))
    text = (waiting(tmp_path) / f"{unit}.d/xlops-{remedy}.conf").read_text()
    assert [line for line in text.splitlines() if "=" in line] == lines
    assert text.startswith("# ")


def test_a_release_with_the_cure_goes_without_the_remedy(tmp_path: Path) -> None:
    # In 4.20's range there is only the device model that goes to the background; here a backport has cured even that.
    cured = {"lib/systemd/system/xen-qemu-dom0-disk-backend.service": QEMU.replace(" -daemonize", "")}
    make(tmp_path, install(tmp_path, "4.20.0", **cured))
    assert not list(waiting(tmp_path, "4.20.0").glob("*.service.d"))
    assert not (tmp_path / units.HELPER[1:]).exists()


def test_xenconsoled_stays_a_simple_service_because_it_does_not_fork_under_process_1(tmp_path: Path) -> None:
    make(tmp_path, install(tmp_path))
    assert [path.name for path in (waiting(tmp_path) / "xenconsoled.service.d").iterdir()] == [
        "xlops-environment-may-be-missing.conf"
    ]


def test_releases_are_ready_side_by_side_and_settings_are_the_hosts(tmp_path: Path) -> None:
    old, new = install(tmp_path), install(tmp_path, "4.17.0")
    (tmp_path / old[1:] / "sbin/xentrace").touch()
    make(tmp_path, old)
    (tmp_path / "etc/xen/xl.conf").write_text('vif.default.bridge = "br0"\n')
    changes = make(tmp_path, new)
    assert f"{RELEASES}/4.17.0/prefix" in changes
    assert not [path for path in changes if path.startswith((f"{RELEASES}/4.5.0", "/usr/local/sbin"))]
    assert below(tmp_path, "/usr/local/sbin/xentrace") == f"{CURRENT}/sbin/xentrace"
    drop_in = "xenstored.service.d/xlops-sockets-under-var-run.conf"
    assert (waiting(tmp_path) / drop_in).exists()
    assert not (waiting(tmp_path, "4.17.0") / drop_in).exists()
    for prefix in (old, new):
        assert below(tmp_path, f"{prefix}/etc/xen/xl.conf") == "/etc/xen/xl.conf"
    assert "br0" in (tmp_path / "etc/xen/xl.conf").read_text()
    assert make(tmp_path, old) == []


def test_a_release_whose_package_is_gone_goes(tmp_path: Path) -> None:
    old, new = install(tmp_path), install(tmp_path, "4.17.0")
    (tmp_path / old[1:] / "sbin/xentrace").touch()
    make(tmp_path, old)
    shutil.rmtree(tmp_path / old[1:])
    make(tmp_path, new)
    assert not os.path.lexists(tmp_path / "usr/local/sbin/xentrace")
    assert [path.name for path in (tmp_path / RELEASES[1:]).iterdir()] == ["4.17.0"]


def test_what_others_put_in_the_way_is_named_and_nothing_is_changed(tmp_path: Path) -> None:
    prefix = install(tmp_path)
    (tmp_path / "usr/local/sbin").mkdir(parents=True)
    (tmp_path / "usr/local/sbin/xl").write_text("a wrapper")
    with pytest.raises(switch.NotPossible, match=r"In the way of Xen 4\.5\.0 are /usr/local/sbin/xl,"):
        make(tmp_path, prefix)
    assert not (tmp_path / "etc/systemd").exists()
    assert not (tmp_path / RELEASES[1:]).exists()


def test_what_somebody_made_of_ours_is_not_removed(tmp_path: Path) -> None:
    old, new = install(tmp_path), install(tmp_path, "4.17.0")
    make(tmp_path, old)
    drop_in = waiting(tmp_path) / "xenstored.service.d/xlops-sockets-under-var-run.conf"
    drop_in.write_text("[Service]\nNice=5\n")
    shutil.rmtree(tmp_path / old[1:])
    make(tmp_path, new)
    assert drop_in.exists()


def test_scripts_and_the_start_script_of_the_distributions_xen(tmp_path: Path) -> None:
    prefix = install(tmp_path)
    (tmp_path / "etc/xen/scripts").mkdir(parents=True)
    (tmp_path / "etc/init.d").mkdir()
    (tmp_path / "etc/init.d/xen").touch()
    make(tmp_path, prefix)
    assert not (tmp_path / "etc/xen/scripts").is_symlink()
    assert os.readlink(waiting(tmp_path) / "xen.service") == "/dev/null"


def test_a_run_that_was_cut_short_is_finished_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = install(tmp_path), install(tmp_path, "4.17.0")
    make(tmp_path, old)
    link, left = switch._link, [3]

    def cut(place: Path, target: str) -> None:
        left[0] -= 1
        if not left[0]:
            raise OSError("No space left on device")
        link(place, target)

    monkeypatch.setattr(switch, "_link", cut)
    with pytest.raises(OSError, match="No space"):
        make(tmp_path, new)
    monkeypatch.setattr(switch, "_link", link)
    assert not (tmp_path / RELEASES[1:] / "4.17.0/prefix").exists(), "so that no boot takes it for a whole one"
    assert make(tmp_path, new)
    assert make(tmp_path, new) == []
    assert below(tmp_path, f"{RELEASES}/4.17.0/prefix") == f"{new}\n"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda place: (place / "share/xlops-xen/manifest.json").unlink(), "No release is installed in /opt/xen/4.5.0"),
        (lambda place: (place / "share/xlops-xen/manifest.json").write_text("{"), "cannot be read"),
        (lambda place: (place / "lib/systemd/system").rename(place / "units"), "was built without systemd"),
    ],
)
def test_what_cannot_be_a_hosts_release_is_refused(tmp_path: Path, spoil: object, said: str) -> None:
    prefix = install(tmp_path)
    spoil(tmp_path / prefix[1:])  # type: ignore[operator]
    with pytest.raises(switch.NotPossible, match=said):
        make(tmp_path, prefix)


@pytest.mark.parametrize("prefix", ["", "/usr", "/usr/local"])
def test_a_prefix_that_others_share_is_refused(tmp_path: Path, prefix: str) -> None:
    with pytest.raises(switch.NotPossible, match="is not alone there"):
        make(tmp_path, prefix)


def test_a_unit_that_the_release_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(switch.NotPossible, match=r"no xendriverdomain\.service; it has proc-xen\.mount"):
        make(tmp_path, install(tmp_path), "xendriverdomain.service")


def test_the_program_says_what_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    prefix = install(tmp_path)
    monkeypatch.setattr(switch, "Host", lambda: _HOST(str(tmp_path)))
    assert switch.main([prefix, "xendomains.service"]) == 0
    assert "/usr/local/sbin/xl" in capsys.readouterr().out.splitlines()
    assert switch.main(["/opt/xen/0"]) == 1
    assert "No release is installed" in capsys.readouterr().err


_HOST = switch.Host
