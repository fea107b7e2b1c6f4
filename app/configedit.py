"""Add sources to config.yaml as a person would: at the list's end, all else left as it stands."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import yaml

from app import yamlfile
from app.settings import load_settings
from domain.errors import UsageError

Entry = Mapping[str, Any]


def add_sources(path: Path, entries: Sequence[Entry]) -> None:
    """Write these sources into the settings; they are loaded before the file is replaced.

    Raises SettingsError where the result would not load, and UsageError where the file is
    written in a way that this cannot extend; the file is then as it was.
    """
    path = path.resolve()
    before = path.read_bytes().decode("utf-8-sig")
    after = with_sources(before, entries)
    with NamedTemporaryFile("wb", dir=path.parent, prefix=".boca-", suffix=".yaml") as draft:
        draft.write(after.encode())
        draft.flush()
        load_settings(Path(draft.name))
        Path(draft.name).chmod(stat.S_IMODE(path.stat().st_mode))
        os.fsync(draft.fileno())
        os.replace(draft.name, path)  # noqa: PTH105 - the draft has no other name to keep
        Path(draft.name).touch()  # what the context manager removes


def with_sources(text: str, entries: Sequence[Entry]) -> str:
    """The text of the settings with these sources added; comments and order are kept."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines()
    written = _inserted(lines, entries)
    after = newline.join(written) + newline
    old, new = yamlfile.load(text), yamlfile.load(after)
    wanted = {**old, "sources": [*(old.get("sources") or []), *map(_as_read, entries)]}
    if new != wanted:
        todo = "put the list in block style, or add by hand: " + " ".join(_item(entries[0], 0))
        raise UsageError("this list of sources cannot be extended", where="sources", todo=todo)
    return after


def _inserted(lines: list[str], entries: Sequence[Entry]) -> list[str]:
    key, value = _sources_of("\n".join(lines))
    if key is None:
        return [*lines, "", "sources:", *_items(entries, 2)]
    if not isinstance(value, yaml.SequenceNode):  # nothing stands after the colon
        place = key.end_mark.line + 1
        return [*lines[:place], *_items(entries, 2), *lines[place:]]
    if value.flow_style:
        return _after_flow(lines, value, entries)
    place = _last_line(lines, value) + 1
    return [*lines[:place], *_items(entries, value.start_mark.column), *lines[place:]]


def _sources_of(text: str) -> tuple[yaml.Node | None, yaml.Node | None]:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    return next(((key, value) for key, value in pairs if key.value == "sources"), (None, None))


def _after_flow(lines: list[str], value: yaml.SequenceNode, entries: Sequence[Entry]) -> list[str]:
    """``[]`` becomes a list of lines; a list in brackets is extended before its end."""
    start, end = value.start_mark, value.end_mark
    if value.value:
        inside = ", ".join(_flow(entry) for entry in entries)
        line = lines[end.line]
        changed = f"{line[: end.column - 1]}, {inside}{line[end.column - 1 :]}"
        return [*lines[: end.line], changed, *lines[end.line + 1 :]]
    head, tail = lines[start.line][: start.column].rstrip(), lines[end.line][end.column :]
    kept = [f"{head}{tail}"] if tail.strip() else [head]
    return [*lines[: start.line], *kept, *_items(entries, 2), *lines[end.line + 1 :]]


def _last_line(lines: list[str], value: yaml.Node) -> int:
    """The last line that says something of a list: comments after it belong to what follows."""
    first, end = value.start_mark.line, value.end_mark
    line = end.line if end.column else end.line - 1
    while line > first and (not lines[line].strip() or lines[line].lstrip().startswith("#")):
        line -= 1
    return line


def _items(entries: Sequence[Entry], indent: int) -> list[str]:
    return [line for entry in entries for line in _item(entry, indent)]


def _item(entry: Entry, indent: int) -> list[str]:
    dumped = yaml.safe_dump(dict(entry), sort_keys=False, allow_unicode=True, width=10_000)
    first, *rest = dumped.rstrip("\n").split("\n")
    return [f"{' ' * indent}- {first}", *(f"{' ' * indent}  {line}" for line in rest)]


def _flow(entry: Entry) -> str:
    dumped = yaml.safe_dump(
        dict(entry), sort_keys=False, default_flow_style=True, allow_unicode=True, width=10_000
    )
    return dumped.strip()


def _as_read(entry: Entry) -> Any:
    return yamlfile.load("\n".join(_item(entry, 0)))[0]
