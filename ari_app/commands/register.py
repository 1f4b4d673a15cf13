"""Makes a function a command: the options all commands share, and one way to run them."""

import inspect
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from ari_app.commands.terminal import Terminal
from ari_app.commands.words import Words, language_of

Language = Literal["zh", "en"]
SiteOption = Annotated[
    Path | None,
    typer.Option("--site", help="Folder of the site; HOTLINE_SITE, else .runtime in the source."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document, nothing else.")]
LangOption = Annotated[
    Language | None, typer.Option("--lang", help="Language of tables; else from LANG.")
]

SHARED = {"site": (SiteOption, None), "as_json": (JsonOption, False), "lang": (LangOption, None)}
_CONTEXT = "ctx"


def application(help: str, **options: Any) -> typer.Typer:
    """A group of commands without typer's own pictures of help and errors: they cost time."""
    return typer.Typer(
        help=help,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        **options,
    )


def command(app: typer.Typer, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a function whose first argument is a Terminal; it may return an exit code."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        app.command(name)(_with_shared_options(function))
        return function

    return register


def group(
    app: typer.Typer, *, alone: bool = True
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """As `command`, for a group: what it does (`alone`) when none of its commands is named."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        app.callback(invoke_without_command=alone)(_with_shared_options(function))
        return function

    return register


def _with_shared_options(function: Callable[..., Any]) -> Callable[..., Any]:
    own = list(inspect.signature(function).parameters.values())[1:]

    def run(**values: Any) -> Any:
        context: typer.Context = values.pop(_CONTEXT)
        terminal = _terminal(context, **{name: values.pop(name) for name in SHARED})
        if context.invoked_subcommand is not None:
            return None
        done = function(terminal, **values)
        return _finish(done) if inspect.iscoroutine(done) else done

    run.__doc__ = function.__doc__
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter(_CONTEXT, keyword, annotation=typer.Context),
        *(parameter.replace(kind=keyword) for parameter in own),
        *(
            inspect.Parameter(name, keyword, default=default, annotation=annotation)
            for name, (annotation, default) in SHARED.items()
        ),
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _finish(work: Coroutine[Any, Any, Any]) -> Any:
    import asyncio

    return asyncio.run(work)


def _terminal(
    context: typer.Context, site: Path | None, as_json: bool, lang: Language | None
) -> Terminal:
    """One for the whole command line; an option counts wherever it stands."""
    terminal = context.find_root().ensure_object(Terminal)
    terminal.folder = site or terminal.folder
    terminal.as_json = as_json or terminal.as_json
    if lang or context.parent is None:
        terminal.words = Words(lang or language_of(os.environ))
    return terminal
