"""Text of models.py and events.py: one frozen msgspec struct per model of the description."""

from collections.abc import Iterator, Sequence

from tools.ari_codegen.description import Api, Field, Model, identifier, python_type

# RESTRequest is written by the client, MissingParams answers a connection without app names.
SKIPPED = {"RESTRequest", "RESTQueryStringParameter", "RESTHeader", "MissingParams", "Dialed"}
BASES = ("Message", "Event")

# How to read the ids of an object that an event carries. A playback or recording also
# concerns the channel or bridge it plays to, so whoever follows that one hears of it.
IDENTITY = {
    "Channel": ("{}.id",),
    "Bridge": ("{}.id",),
    "Playback": ("{}.id", "target_id({}.target_uri)"),
    "LiveRecording": ("{}.name", "target_id({}.target_uri)"),
    "DeviceState": ("{}.name",),
    "Endpoint": ('f"{{{}.technology}}/{{{}.resource}}"',),
    "ReferredBy": ("{}.source_channel.id",),
}


def models_text(api: Api) -> str:
    """models.py without its first lines; models stand after those they are made of."""
    events = _event_names(api)
    models = [one for one in api.models if one.name not in {*events, *SKIPPED, *BASES}]
    classes = [_struct(one, "Model", ()) for one in _in_order(models)]
    return "\n".join(
        [
            '"""Objects of the Asterisk REST interface, named as Asterisk names them."""\n',
            "from datetime import datetime\nfrom typing import Any",
            "from msgspec import Struct, field\n",
            "class Model(Struct, frozen=True, kw_only=True, gc=False):",
            '    """What they share."""\n',
            *classes,
        ]
    )


def events_text(api: Api) -> str:
    """events.py without its first lines: the events and their tagged union."""
    names = _event_names(api)
    events = [one for one in api.models if one.name in names]
    used = {_element(field) for event in events for field in event.fields}
    models = sorted(one.name for one in api.models if one.name in used and one.name not in names)
    classes = [_struct(one, "Event", tuple(_ids(one))) for one in events]
    return "\n\n".join([_events_head(models), *classes, _union(events)])


def _events_head(models: Sequence[str]) -> str:
    return f'''"""Events of the Asterisk REST interface; `ids()` names every object one is about."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from ari_app.ari.ids import present, target_id
from ari_app.ari.models import {", ".join(models)}


class Event(Struct, frozen=True, kw_only=True, gc=False, tag_field="type", tag=True):
    """What all of them carry."""

    application: str
    timestamp: datetime
    asterisk_id: str | None = None

    def ids(self) -> tuple[str, ...]:
        """Ids of the channels, bridges, playbacks ... it is about, each once."""
        return ()
'''


def _union(events: Sequence[Model]) -> str:
    return "KnownEvent = (\n    " + "\n    | ".join(one.name for one in events) + "\n)\n"


def _event_names(api: Api) -> set[str]:
    return set(next(one.subtypes for one in api.models if one.name == "Event")) - SKIPPED


def _in_order(models: Sequence[Model]) -> list[Model]:
    done: dict[str, Model] = {}
    waiting = {one.name: one for one in models}
    while waiting:
        for name, model in list(waiting.items()):
            if not any(_element(field) in waiting for field in model.fields):
                done[name] = waiting.pop(name)
    return list(done.values())


def _element(field: Field) -> str:
    return field.type.removeprefix("List[").removesuffix("]")


def _struct(model: Model, base: str, methods: tuple[str, ...]) -> str:
    lines = [_field(one) for one in model.fields] or ([] if methods else ["pass"])
    # Type checkers want the options of the base repeated.
    head = f"class {model.name}({base}, frozen=True, kw_only=True):\n    "
    return head + "\n    ".join([*lines, *methods]) + "\n"


def _field(field: Field) -> str:
    name, kind = identifier(field.name), python_type(field.type)
    renamed = f'name="{field.name}"' if name != field.name else ""
    if field.required:
        return f"{name}: {kind}" + (f" = field({renamed})" if renamed else "")
    default = f"field(default=None, {renamed})" if renamed else "None"
    return f"{name}: {kind} | None = {default}"


def _ids(event: Model) -> Iterator[str]:
    """The `ids` method, absent when the event is about no object."""
    parts = list(_id_parts(event))
    if not parts:
        return
    plain = len(parts) == 1 and " if " not in parts[0]
    answer = f"({parts[0]},)" if plain else f"present({', '.join(parts)})"
    yield ""
    yield "def ids(self) -> tuple[str, ...]:"
    yield f"    return {answer}"


def _id_parts(event: Model) -> Iterator[str]:
    for field in event.fields:
        for form in IDENTITY.get(field.type, ()):
            attribute = f"self.{identifier(field.name)}"
            text = form.replace("{{", "<").replace("}}", ">").replace("{}", attribute)
            text = text.replace("<", "{").replace(">", "}")
            yield text if field.required else f"{text} if {attribute} else None"
