"""Text of the operations package: one class per resource, one method per operation."""

import re
from collections.abc import Iterator

from tools.ari_codegen.description import Call, Parameter, identifier, python_type, snake

# Operations that may wait and would hold up every request behind them on a WebSocket, because
# Asterisk runs the requests of one WebSocket one after another:
# - it waits for the channel's own thread, which may be playing a prompt (res/stasis/control.c),
# - it takes the lock of a channel to read a variable or function,
# - it walks a long list, reads or writes files, connects to another host or loads a module.
SLOW = {
    "channels": {
        "answer",
        "setChannelVar",
        "setChannelVars",
        "getChannelVar",
        "getChannelVars",
        "externalMedia",
        "list",
    },
    "bridges": {"addChannel", "removeChannel", "setVideoSource", "list"},
    "recordings": {"listStored", "getStored", "deleteStored", "getStoredFile", "copyStored"},
    "asterisk": {
        "getInfo",
        "listModules",
        "loadModule",
        "unloadModule",
        "reloadModule",
        "getObject",
        "updateObject",
        "deleteObject",
        "addLog",
        "deleteLog",
        "rotateLog",
    },
    "endpoints": {"list", "listByTech"},
    "deviceStates": {"list"},
    "mailboxes": {"list"},
    "sounds": {"list"},
}

MOST_PARAMETERS = 6  # in hand-written code


def resource_text(resource: str, calls: tuple[Call, ...]) -> str:
    """One module: the operations as constants, then the class whose methods send them."""
    calls = tuple(one for one in calls if one.name != "eventWebsocket")
    constants = "\n".join(_constant(resource, one) for one in calls)
    methods = "\n".join(_method(one) for one in calls)
    body = f"{constants}\n\n\nclass {class_name(resource)}(Resource):\n{methods}"
    return "\n".join(
        [*_exceptions(calls), f'"""Operations on {resource}."""', "", *_imports(body), "", body]
    )


def package_text(resources: tuple[str, ...]) -> str:
    """The package's front: a class that carries one attribute per resource."""
    imports = "\n".join(
        f"from ari_app.ari.operations.{snake(one)} import {class_name(one)}" for one in resources
    )
    attributes = "\n".join(
        f"        self.{snake(one)} = {class_name(one)}(transport)" for one in resources
    )
    names = ", ".join(
        f'"{class_name(one)}"' for one in sorted((*resources, "resources"), key=class_name)
    )
    return f'''"""Everything Asterisk can be asked to do, by resource."""

{imports}
from ari_app.ari.resource import Transport

__all__ = [{names}]


class Resources:
    """All resources behind one transport."""

    def __init__(self, transport: Transport) -> None:
{attributes}
'''


def class_name(resource: str) -> str:
    return resource[0].upper() + resource[1:]


def _exceptions(calls: tuple[Call, ...]) -> list[str]:
    """Asterisk's parameters may be many and one is called timeout."""
    codes = ["ASYNC109"] if any(p.name == "timeout" for c in calls for p in c.parameters) else []
    codes += ["PLR0913"] if any(len(one.parameters) > MOST_PARAMETERS for one in calls) else []
    return [f"# ruff: noqa: {', '.join(codes)}"] if codes else []


def _imports(body: str) -> list[str]:
    lines = ["import builtins"] if "builtins." in body else []
    abstract = [one for one in ("Mapping", "Sequence") if f"{one}[" in body]
    lines += [f"from collections.abc import {', '.join(abstract)}"] if abstract else []
    typing = [one for one in ("Any", "Literal") if re.search(rf"\b{one}\b", body)]
    lines += [f"from typing import {', '.join(typing)}"] if typing else []
    models = sorted(
        set(re.findall(r"-> (?:builtins\.list\[)?([A-Z]\w+)", body)) - {"None"},
    )
    lines += ["", f"from ari_app.ari.models import {', '.join(models)}"] if models else [""]
    return [*lines, "from ari_app.ari.resource import Operation, Resource", ""]


def _constant(resource: str, call: Call) -> str:
    answer = python_type(call.answer)
    path = re.sub(r"\{\w+\}", "{}", call.path)
    parts = [f'"{resource}.{snake(call.name)}"', f'"{call.method}"', f'"{path}"']
    parts += [answer] if answer != "None" else []
    parts += ["slow=True"] if call.name in SLOW.get(resource, ()) else []
    kind = "[None]" if answer == "None" else ""
    return f"_{snake(call.name).upper()} = Operation{kind}({', '.join(parts)})"


def _method(call: Call) -> str:
    name, answer = snake(call.name), python_type(call.answer).replace("list[", "builtins.list[")
    returns = "" if answer == "None" else "return "
    signature = ", ".join(_signature(call))
    arguments = ", ".join(_arguments(call))
    return (
        f"    async def {name}({signature}) -> {answer}:\n"
        f'        """{_summary(call)}"""\n'
        f"        {returns}await self._ask({arguments})\n"
    )


def _summary(call: Call) -> str:
    refusals = ", ".join(str(code) for code in call.refusals)
    return f"{call.method} {call.path}" + (f"; refuses {refusals}." if refusals else ".")


def _signature(call: Call) -> Iterator[str]:
    yield "self"
    required = [one for one in call.parameters if one.required]
    for place in ("path", "query", "body"):
        for parameter in required:
            if parameter.place == place:
                yield f"{identifier(parameter.name)}: {_type(parameter)}"
    optional = [one for one in call.parameters if not one.required]
    if optional:
        yield "*"
    for parameter in optional:
        yield f"{identifier(parameter.name)}: {_type(parameter)} | None = None"


def _type(parameter: Parameter) -> str:
    if parameter.type == "containers":
        if parameter.name == "fields":
            return "Sequence[Mapping[str, str]]"
        return "Mapping[str, str | Mapping[str, Any]]"
    if parameter.type == "object":
        return "Mapping[str, Any]"
    kind = python_type(parameter.type)
    if parameter.choices:
        kind = "Literal[" + ", ".join(f'"{one}"' for one in parameter.choices) + "]"
    return f"{kind} | Sequence[{kind}]" if parameter.multiple else kind


def _arguments(call: Call) -> Iterator[str]:
    """Operation, path values in the order of the path, then the named values, if any."""
    yield f"_{snake(call.name).upper()}"
    places = [identifier(one) for one in re.findall(r"\{(\w+)\}", call.path)]
    named = [one for one in call.parameters if one.place != "path"]
    if places or named:
        yield f"({', '.join(places)}{',' if len(places) == 1 else ''})"
    if any(one.type == "object" for one in named):
        yield identifier(named[0].name)
    elif named:
        yield "{" + ", ".join(f'"{one.name}": {identifier(one.name)}' for one in named) + "}"
