# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables that xl prints. Names may hold blanks and push the columns, so rows are read from the right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from re import Match, Pattern

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, ConfigError, Finding, shown

NO_NAME = "(null)"
"""What xl prints for a domain that has no name (yet, or any more)."""

# No number and no word of a scheduler that xl prints is longer. Of rows the longest are those that list every other CPU
# of a large host.
NUMBER = "[0-9]{1,20}"
WORD = r"\S{1,20}"
NUMBERS = f"{NUMBER}(?:,{NUMBER})*"
LONGEST_ROW = 16 * 1024

DOMAIN_ROW = re.compile(
    rf"(?P<name>.*\S|) +(?P<domid>{NUMBER}) +(?P<memory>{NUMBER}) +(?P<vcpus>{NUMBER}) +"
    r"(?P<state>[r-][b-][p-][s-][-rscwS?][d-]) +(?P<time>[0-9]+\.[0-9])"
    r"(?: (?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) +(?P<reason>-|[0-9a-f]+) +(?P<label>\S+))?\s*",
    re.DOTALL,
)
VCPU_ROW = re.compile(
    rf"(?P<name>.*\S|) +(?P<domid>{NUMBER}) +(?P<vcpu>{NUMBER}) +(?P<cpu>{NUMBER}|-) +"
    r"(?P<state>[r-][b-][p-]) +(?P<time>[0-9]+\.[0-9]) +(?P<hard>\S+)(?: / (?P<soft>\S+))?\s*",
    re.DOTALL,
)
# A pool's name is set to the right of 16 columns and may be longer; the time before it ends with one digit.
POOLED_ROW = re.compile(
    rf"(?P<name>.*\S|) +(?P<domid>{NUMBER}) +{NUMBER} +{NUMBER} +"
    r"[r-][b-][p-][s-][-rscwS?][d-] +[0-9]+\.[0-9] *(?P<pool>\S.*?)\s*",
    re.DOTALL,
)
# xl gives the name of a pool 19 columns, and the number of its CPUs three: a longer name touches a number from 100 on,
# which is the last three digits then, or four where it would begin with a zero.
POOL_ENDING = re.compile(rf".* +y +{NUMBER}\s*")
POOL_ROW = re.compile(
    rf"(?:(?P<name>.*\S|) +(?P<cpus>{NUMBER})|(?P<long>.{{18,}}\S)(?P<many>[1-9][0-9]{{2,3}}))"
    rf" +(?P<sched>\S+) +y +(?P<domains>{NUMBER})\s*",
    re.DOTALL,
)
# What follows are settings of the pool, or nothing: up to Xen 4.7 for credit2, and for sedf.
POOL_HEADING = re.compile(r"Cpupool (?P<pool>.*?):(?P<settings>| .*)")
COLUMNS = {"Extra": "extratime"}  # of tables of schedulers, those that xl gives another name than options have
POOL_SETTING = re.compile(rf"([a-z-]{{1,20}})=({NUMBER})(ms|us)")
CPU_ROW = re.compile(rf" *({NUMBER}): +({NUMBER}) +({NUMBER}) +({NUMBER}) *")
NODE_ROW = re.compile(rf" *({NUMBER}): +({NUMBER}) +({NUMBER}) +({NUMBERS}) *")


@dataclass(frozen=True)
class DomainRow:
    """A row of ``xl list``: memory in MiB, CPU time in seconds; with -v also uuid and reason (None: not shut down)."""

    name: str
    domid: int
    memory: int
    vcpus: int
    state: str
    time: float
    uuid: str = ""
    reason: int | None = None

    @property
    def paused(self) -> bool:
        return self.state[2] == "p"

    @property
    def shut_down(self) -> bool:
        return self.state[3] == "s"

    @property
    def suspended(self) -> bool:
        return self.state[3:5] == "ss"

    @property
    def dying(self) -> bool:
        return self.state[5] == "d"


@dataclass(frozen=True)
class VcpuRow:
    """A row of ``xl vcpu-list``: cpu is None where the virtual CPU is offline, hard and soft are CPU lists."""

    name: str
    domid: int
    vcpu: int
    cpu: int | None
    state: str
    time: float
    hard: str
    soft: str


@dataclass(frozen=True)
class PoolRow:
    """A row of ``xl cpupool-list``: numbers of CPUs and domains, and the scheduler's name."""

    name: str
    cpus: int
    sched: str
    domains: int


@dataclass(frozen=True)
class ScheduleRow:
    """What a scheduler gives to a domain of a pool, by the headings of its table in small letters."""

    domid: int
    pool: str
    parameters: Mapping[str, int]


def parse_list(text: str) -> list[DomainRow]:
    """``xl list``, with or without -v. A line that is no row is an error: half a list must not pass for a whole one."""
    return [_domain_row(match) for match in _rows(text, DOMAIN_ROW, "xl list")]


def _domain_row(row: Match[str]) -> DomainRow:
    reason = row["reason"] or "-"
    return DomainRow(
        name=row["name"],
        domid=int(row["domid"]),
        memory=int(row["memory"]),
        vcpus=int(row["vcpus"]),
        state=row["state"],
        time=float(row["time"]),
        uuid=row["uuid"] or "",
        reason=None if reason == "-" else int(reason, 16),
    )


def parse_vcpu_list(text: str) -> list[VcpuRow]:
    """``xl vcpu-list``."""
    return [
        VcpuRow(
            name=row["name"],
            domid=int(row["domid"]),
            vcpu=int(row["vcpu"]),
            cpu=None if row["cpu"] == "-" else int(row["cpu"]),
            state=row["state"],
            time=float(row["time"]),
            hard=row["hard"],
            soft=row["soft"] or "all",
        )
        for row in _rows(text, VCPU_ROW, "xl vcpu-list")
    ]


def parse_cpupool_list(text: str) -> list[PoolRow]:
    """``xl cpupool-list``."""
    return [
        PoolRow(row["long"] or row["name"], int(row["many"] or row["cpus"]), row["sched"], int(row["domains"]))
        for row in _rows(text, POOL_ROW, "xl cpupool-list", POOL_ENDING)
    ]


def parse_pools(text: str) -> dict[int, str]:
    """``xl list -c``: the pool of each domain, by domain id."""
    return {int(row["domid"]): row["pool"] for row in _rows(text, POOLED_ROW, "xl list -c")}


def parse_schedule(text: str) -> list[ScheduleRow]:
    """``xl sched-credit`` and the like: for each pool a line with its name, a heading, and the domains in it."""
    rows: list[ScheduleRow] = []
    columns: list[str] = []
    pool = ""
    for line in text.splitlines():
        heading = POOL_HEADING.fullmatch(line)
        row = re.fullmatch(rf"(?:.*\S|) +({NUMBER})((?: +{WORD}){{{len(columns)}}})\s*", line)
        if heading:
            pool = heading["pool"]
        elif re.match(r"Name +ID ", line):
            columns = [COLUMNS.get(word, word.lower()) for word in line.split()[2:]]
        elif row and columns:
            numbers = {key: _number(word) for key, word in zip(columns, row[2].split())}
            rows.append(ScheduleRow(int(row[1]), pool, numbers))
        elif line.strip():
            raise _unreadable("xl sched-*", line)
    return rows


def parse_pool_settings(text: str) -> dict[str, dict[str, int]]:
    """What the same tables say of each pool, by names with their unit: ``{"Pool-0": {"ratelimit_us": 1000}}``."""
    headings = [heading for heading in map(POOL_HEADING.fullmatch, text.splitlines()) if heading]
    return {
        heading["pool"]: {
            f"{name.replace('-', '_')}_{unit}": int(number)
            for name, number, unit in POOL_SETTING.findall(heading["settings"])
        }
        for heading in headings
    }


def _number(word: str) -> int:
    return int(word) if re.fullmatch(NUMBER, word) else int(word == "yes")


def parse_cpupool_cpus(text: str, names: Iterable[str]) -> dict[str, list[int]]:
    """``xl cpupool-list -c``: the CPUs of each pool.

    A name of 19 letters or more touches the numbers that follow it, so the names are those of ``xl cpupool-list``,
    which has the pools in the same order.
    """
    pools = {}
    header, _break, rows = text.partition("\n")
    if not header.startswith("Name"):
        raise _unreadable("xl cpupool-list -c", header)
    for name in names:
        row = re.match(rf"{re.escape(name)} *({NUMBERS}|)[ \r]*(?:\n|\Z)", rows)
        if row is None:
            raise _unreadable("xl cpupool-list -c", rows.partition("\n")[0])
        pools[name] = [int(cpu) for cpu in row[1].split(",") if cpu]
        rows = rows[row.end() :]
    if rows.strip():
        raise _unreadable("xl cpupool-list -c", rows.strip())
    return pools


def _rows(text: str, pattern: Pattern[str], command: str, ending: Pattern[str] | None = None) -> Iterator[Match[str]]:
    """The rows below the header. A name with a line break comes in pieces, which are joined until they make a row.

    All that follows the name stands in the last piece, which has the form of a row by itself, or of ``ending``.
    """
    lines = text.split("\n")
    if not lines[0].startswith("Name"):
        raise _unreadable(command, lines[0])
    pending = ""
    for line in lines[1:]:
        if not line.strip() and not pending:
            continue
        pending = f"{pending}\n{line}" if pending else line
        if len(pending) > LONGEST_ROW:
            break
        row = pattern.fullmatch(pending) if (ending or pattern).fullmatch(line) else None
        if row is not None:
            yield row
            pending = ""
    if pending.strip():
        raise _unreadable(command, pending)


def parse_info(text: str) -> dict[str, str]:
    """``xl info``: each ``key : value`` line. parse_topology() and parse_numa() read the tables of ``xl info -n``."""
    info: dict[str, str] = {}
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon and re.fullmatch(r"[a-z_]+ +", key) and key.strip() not in info:
            info[key.strip()] = value.strip()
    return info


def parse_topology(text: str) -> list[dict[str, int]]:
    """The CPUs of ``xl info -n``: cpu, core, socket and node of each."""
    rows = _table(text, "cpu_topology", CPU_ROW)
    return [dict(zip(("cpu", "core", "socket", "node"), map(int, row))) for row in rows]


def parse_numa(text: str) -> list[dict[str, object]]:
    """The NUMA nodes of ``xl info -n``: node, memory and free memory in MiB, and distances to all nodes."""
    rows = _table(text, "numa_info", NODE_ROW)
    return [
        {
            "node": int(node),
            "memory": int(size),
            "free": int(free),
            "distances": [int(one) for one in distances.split(",")],
        }
        for node, size, free, distances in rows
    ]


def _table(text: str, title: str, pattern: Pattern[str]) -> Iterator[tuple[str, ...]]:
    """The rows of the table with that title: two lines of heading, then rows until one does not fit."""
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith(title):
            next(lines, None)
            break
    for line in lines:
        match = pattern.fullmatch(line)
        if match is None:
            return
        yield match.groups()


def _unreadable(command: str, line: str) -> ConfigError:
    return ConfigError(
        [Finding(ERROR, f"the output of {command} cannot be read: {shown(line)} is no row of its table")]
    )
