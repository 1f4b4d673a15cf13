"""The `hotline` command: what an operator types. The commands are in ari_app/commands/."""

import io
import signal
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from ari_app.commands import (
    agents,
    audit,
    calendar,
    call,
    callbacks,
    calls,
    check,
    customers,
    migrate,
    prompts,
    queues,
    recordings,
    restart,
    simulate,
    site,
    storm,
    unstick,
    version,
    why,
)
from ari_app.commands.flow import family as flow
from ari_app.commands.register import application, group
from ari_app.commands.terminal import Terminal, encoded
from ari_app.commands.trouble import WRONG_INPUT, document, exit_code, lines
from ari_app.domain.errors import HotlineError

app = application("The hotline: start it, look at it, call it.")
for family in (
    *(site, restart, check, flow, audit, call, calls, callbacks, agents),
    *(
        customers,
        queues,
        recordings,
        prompts,
        why,
        calendar,
        storm,
        simulate,
        unstick,
        migrate,
        version,
    ),
):
    family.add_to(app)


@group(app, alone=False)
def _root(terminal: Terminal) -> None:
    """The hotline: start it, look at it, call it."""


def main() -> int:
    """The console script; returns the exit code."""
    arguments = sys.argv[1:]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # tidy up as after Ctrl-C
    _make_writable(sys.stdout, as_json="--json" in arguments)
    return run(arguments)


def run(arguments: Sequence[str]) -> int:
    """One command line. Errors of ours end as lines on stderr, or as JSON, never as a trace."""
    try:
        status = app(list(arguments) or ["--help"], prog_name="hotline", standalone_mode=False)
    except (HotlineError, OSError) as error:
        return _complain(error, as_json="--json" in arguments)
    except TyperException as error:
        return _wrong_usage(error, as_json="--json" in arguments)
    except typer.Abort:
        return 1
    return status if isinstance(status, int) else 0


def _complain(error: Exception, *, as_json: bool) -> int:
    if as_json:
        sys.stdout.write(encoded(document(error)))
    else:
        sys.stderr.writelines(f"hotline: {line}\n" for line in lines(error))
    return exit_code(error)


def _wrong_usage(error: TyperException, *, as_json: bool) -> int:
    text = getattr(error, "format_message", lambda: str(error))()
    context = getattr(error, "ctx", None)
    next_step = f"`{context.command_path if context else 'hotline'} --help`"
    if as_json:
        sys.stdout.write(encoded({"error": text, "next": next_step}))
    else:
        sys.stderr.write(f"hotline: {text} See {next_step}.\n")
    return WRONG_INPUT


def _make_writable(stream: object, *, as_json: bool) -> None:
    """A terminal that cannot write Chinese gets question marks, not a crash; JSON is UTF-8."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8" if as_json else None, errors="replace")


if __name__ == "__main__":
    sys.exit(main())
