"""Read config.yaml: YAML with ``${NAME}`` and ``${NAME:-default}`` taken from the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from app import yamlfile
from domain.errors import Mistake, SettingsError

_VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}")
MAX_BYTES = 4 * 1024 * 1024


def read(path: Path, environment: Mapping[str, str]) -> tuple[dict[str, Any], list[Mistake]]:
    """The file's sections with variables filled in, and the mistakes made in doing so.

    Raises SettingsError when there is nothing to go on with: no file, or broken YAML.
    """
    parsed = _parse(path)
    mistakes: list[Mistake] = []
    filled = _fill(parsed, "", environment, mistakes)
    return filled, mistakes


def _parse(path: Path) -> dict[str, Any]:
    try:
        parsed = yamlfile.load(_text(path))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        raise _hopeless(path, place, f"broken YAML: {error.problem}", _YAML_ADVICE) from error
    except yaml.YAMLError as error:
        raise _hopeless(path, "the file", f"broken YAML: {error}", _YAML_ADVICE) from error
    if not isinstance(parsed, dict):
        raise _hopeless(
            path, "the file", "holds no sections", "write one with: boca init 'Your brand'"
        )
    return parsed


_YAML_ADVICE = "check indentation, quotes and colons there"


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()[: MAX_BYTES + 1]
    except FileNotFoundError as error:
        advice = "write one with: boca init 'Your brand', or point to it with --config"
        raise _hopeless(path, "the file", "does not exist", advice) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise _hopeless(path, "the file", reason, "mend its permissions") from error
    if len(raw) > MAX_BYTES:
        raise _hopeless(path, "the file", "is over 4 MiB", "keep posts and data out of it")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _hopeless(path, f"byte {error.start}", "is not UTF-8", "save it as UTF-8") from error


def _hopeless(path: Path, place: str, rule: str, todo: str) -> SettingsError:
    return SettingsError((Mistake(place, rule, todo),), where=str(path))


def _fill(value: Any, path: str, environment: Mapping[str, str], mistakes: list[Mistake]) -> Any:
    """Replace variables in every string below; keys stay as they are."""
    if isinstance(value, dict):
        return {
            str(key): _fill(inner, _join(path, key), environment, mistakes)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_fill(v, _join(path, i), environment, mistakes) for i, v in enumerate(value)]
    if isinstance(value, str):
        return _fill_text(value, path, environment, mistakes)
    return value


def _fill_text(
    text: str, path: str, environment: Mapping[str, str], mistakes: list[Mistake]
) -> str:
    def named(match: re.Match[str]) -> str:
        name, default = match["name"], match["default"]
        if name in environment:
            return environment[name]
        if default is None:
            mistakes.append(
                Mistake(
                    path,
                    f"the environment has no {name}",
                    f"export {name}=…, or write ${{{name}:-a default}}",
                )
            )
        return default or ""

    return _VARIABLE.sub(named, text)


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)
