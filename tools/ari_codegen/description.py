"""Reads the Swagger 1.1 files of Asterisk's rest-api folder into small dataclasses."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RESOURCES = (
    "applications",
    "asterisk",
    "bridges",
    "channels",
    "deviceStates",
    "endpoints",
    "events",
    "mailboxes",
    "playbacks",
    "recordings",
    "sounds",
)

PYTHON_TYPES = {
    "string": "str",
    "int": "int",
    "long": "int",
    "double": "float",
    "boolean": "bool",
    "Date": "datetime",
    "object": "dict[str, Any]",
    "binary": "bytes",
    "void": "None",
}
KEYWORDS = {"from", "continue", "type"}


@dataclass(frozen=True)
class Field:
    name: str
    type: str
    required: bool


@dataclass(frozen=True)
class Model:
    name: str
    fields: tuple[Field, ...]
    subtypes: tuple[str, ...]


@dataclass(frozen=True)
class Parameter:
    name: str
    type: str
    place: str  # path, query or body
    required: bool
    multiple: bool
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """One operation of one resource."""

    name: str
    method: str
    path: str
    answer: str
    parameters: tuple[Parameter, ...]
    refusals: tuple[int, ...]


@dataclass(frozen=True)
class Api:
    models: tuple[Model, ...]
    calls: dict[str, tuple[Call, ...]]


def read_api(folder: Path) -> Api:
    """The whole description; raises FileNotFoundError when a file is missing."""
    files = {name: json.loads((folder / f"{name}.json").read_text()) for name in RESOURCES}
    models = [
        _model(name, text) for file in files.values() for name, text in file["models"].items()
    ]
    return Api(tuple(models), {name: tuple(_calls(file)) for name, file in files.items()})


def snake(name: str) -> str:
    """channelId -> channel_id, sendDTMF -> send_dtmf."""
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def identifier(name: str) -> str:
    """A parameter or field name that Python accepts."""
    name = snake(name)
    return f"{name}_" if name in KEYWORDS - {"type"} else name


def python_type(name: str) -> str:
    """The Python spelling of a Swagger type; model names stay as they are."""
    if match := re.fullmatch(r"List\[(.+)\]", name):
        inner = "Any" if match[1] == "object" else python_type(match[1])
        return f"list[{inner}]"
    return PYTHON_TYPES.get(name, name)


def _model(name: str, text: dict[str, Any]) -> Model:
    fields = tuple(
        Field(key, value["type"], bool(value.get("required")))
        for key, value in text["properties"].items()
    )
    return Model(name, fields, tuple(text.get("subTypes", ())))


def _calls(file: dict[str, Any]) -> list[Call]:
    return [
        _call(api["path"], operation) for api in file["apis"] for operation in api["operations"]
    ]


def _call(path: str, operation: dict[str, Any]) -> Call:
    return Call(
        name=operation["nickname"],
        method=operation["httpMethod"],
        path=path.removeprefix("/"),
        answer=operation["responseClass"],
        parameters=tuple(_parameter(one) for one in operation.get("parameters", ())),
        refusals=tuple(sorted({int(one["code"]) for one in operation.get("errorResponses", ())})),
    )


def _parameter(text: dict[str, Any]) -> Parameter:
    allowed = text.get("allowableValues", {})
    return Parameter(
        name=text["name"],
        type=text["dataType"],
        place=text["paramType"],
        required=text["paramType"] == "path" or bool(text.get("required")),
        multiple=bool(text.get("allowMultiple")),
        choices=tuple(allowed.get("values", ())) if allowed.get("valueType") == "LIST" else (),
    )
