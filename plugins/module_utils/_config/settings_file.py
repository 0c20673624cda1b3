# SPDX-License-Identifier: GPL-3.0-or-later
"""Change single keys of a file that others wrote too: a shell's KEY=value lines, or xl.conf. The rest stays as it is.

Both are read as a whole by programs that know no second file, so a key is set where it stands. Its last line is what
holds: that one gets the value; where there is none, the new one comes behind the commented one that packages have, or
at the end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, ConfigError, Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.syntax import Scalar, effective, parse_settings
from ansible_collections.xlops.xen.plugins.module_utils._config.writer import quoted

SHELL, XL = "shell", "xl"

# What a shell and systemd read in the same way between quotation marks.
PLAIN = re.compile(r'[^"\\$`\x00-\x1f\x7f-\x9f]*')
_SHELL_LINE = re.compile(r"(?P<before>[ \t]*(?:export[ \t]+)?)(?P<key>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)")
_XL_LINE = re.compile(r"(?P<before>[ \t]*)(?P<key>[a-z][._0-9a-z]*)[ \t]*\+?=(?P<value>.*)")
_LINES = {SHELL: _SHELL_LINE, XL: _XL_LINE}
# A value that ends with its line.
_WHOLE = re.compile(r"""(?:"[^"\\]*"|'[^']*'|[^"'\\#\s]*)[ \t]*(?:[ \t]#.*)?""")


@dataclass(frozen=True)
class Style:
    """How a file is written: ``kind``, and its name for messages."""

    kind: str
    filename: str


def values_in(text: str, style: Style) -> dict[str, str]:
    """What holds for each key, as those that read the file would have it."""
    if style.kind == XL:
        settings = effective(parse_settings(_ended(text), style.filename))
        return {key: one.value.text for key, one in settings.items() if isinstance(one.value, Scalar)}
    found: dict[str, str] = {}
    for line in _joined(text):
        match = _SHELL_LINE.fullmatch(line)
        if match:
            found[match["key"]] = _unquoted(match["value"])
    return found


def edited(text: str, changes: Mapping[str, str | None], style: Style, numbers: frozenset[str] = frozenset()) -> str:
    """The text with other values; None takes a key away. ``numbers`` are keys of xl.conf without quotation marks.

    A ConfigError where the text that comes of it would be read in another way.
    """
    present = values_in(text, style)
    lines = former = _ended(text).splitlines(keepends=True)
    wrong = {key for key in changes for index in _places(lines, key, style) if not _alone(lines[index], style)}
    for key, value in changes.items():
        if value is None:
            places = _places(lines, key, style)
            lines = [line for index, line in enumerate(lines) if index not in places]
        elif present.get(key) != value:
            lines = _set(lines, key, _line(key, value, style, key in numbers), style)
    made = "".join(lines) if lines != former else text
    try:
        after = values_in(made, style)
    except ConfigError:  # half of a statement is left
        after = {}
    meant = {**present, **changes}
    wrong |= {key for key in {*meant, *after} if after.get(key) != meant.get(key)}
    if wrong and made != text:
        raise ConfigError([_refused(key, style) for key in sorted(wrong & {*changes} or wrong)])
    return made


def _refused(key: str, style: Style) -> Finding:
    return Finding(
        ERROR,
        "its line cannot be changed alone, for other text is on it or it goes over several",
        key=key,
        filename=style.filename,
        remedy="bring it to one line of its own",
    )


def _alone(line: str, style: Style) -> bool:
    match = _LINES[style.kind].match(line)
    return style.kind == XL or match is None or _WHOLE.fullmatch(match["value"]) is not None


def _set(lines: list[str], key: str, line: str, style: Style) -> list[str]:
    places = _places(lines, key, style)
    if places:
        match = _LINES[style.kind].match(lines[places[-1]])
        before = match["before"] if match else ""
        return [*lines[: places[-1]], before + line, *lines[places[-1] + 1 :]]
    commented = re.compile(rf"#[ \t]*{re.escape(key)}[ \t]*=.*\n")
    behind = [index for index, one in enumerate(lines) if commented.fullmatch(one)]
    place = behind[-1] + 1 if behind else len(lines)
    return [*lines[:place], line, *lines[place:]]


def _places(lines: list[str], key: str, style: Style) -> list[int]:
    matches = ((index, _LINES[style.kind].match(line)) for index, line in enumerate(lines))
    return [index for index, match in matches if match and match["key"] == key]


def _line(key: str, value: str, style: Style, number: bool) -> str:
    if style.kind == SHELL:
        return f'{key}="{value}"\n'
    return f"{key}={value if number else quoted(value)}\n"


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


def _joined(text: str) -> list[str]:
    return re.sub(r"\\\n", "", text).splitlines()


def _unquoted(value: str) -> str:
    """A value as the shell has it, as far as it is plain."""
    value = re.sub(r"(?:^|[ \t])#.*$", "", value).strip() if value[:1] not in ("'", '"') else value.strip()
    match = re.fullmatch(r"""(?:"([^"]*)"|'([^']*)')[ \t]*(?:[ \t]#.*)?""", value)
    return value if match is None else (match[1] if match[1] is not None else match[2])
