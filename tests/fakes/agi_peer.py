"""Asterisk as a FastAGI server meets it: in memory, or over a socket on 127.0.0.1."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from agi.protocol.environment import Environment, EnvironmentReader
from agi.session import AgiSession

USAGE = (
    b"520-Invalid command syntax.  Proper usage follows:\nUsage: ...\n520 End of proper usage.\n"
)


def environment_bytes(script: str = "route_call", *arguments: str, **changed: str) -> bytes:
    """What Asterisk 22 sends when it connects; `changed` replaces values without `agi_`."""
    values = {
        "network": "yes",
        "network_script": script,
        "request": f"agi://127.0.0.1/{script}",
        "channel": "PJSIP/trunk-00000001",
        "language": "en",
        "type": "PJSIP",
        "uniqueid": "1754550000.1",
        "version": "22.10.1",
        "callerid": "13800138000",
        "calleridname": "unknown",
        "callingpres": "0",
        "callingani2": "0",
        "callington": "0",
        "callingtns": "0",
        "dnid": "4001",
        "rdnis": "unknown",
        "context": "from-trunk",
        "extension": "4001",
        "priority": "4",
        "enhanced": "0.0",
        "accountcode": "",
        "threadid": "140000000000000",
    } | changed
    lines = [f"agi_{key}: {value}" for key, value in values.items()]
    lines += [f"agi_arg_{n}: {value}" for n, value in enumerate(arguments, 1)]
    return "\n".join([*lines, "", ""]).encode()


def environment(script: str = "route_call", *arguments: str, **changed: str) -> Environment:
    reader = EnvironmentReader()
    reader.feed(environment_bytes(script, *arguments, **changed))
    assert reader.environment is not None
    return reader.environment


def tokenize(line: bytes) -> list[str]:
    """Split a command the way Asterisk does."""
    words: list[str] = []
    word: str | None = None
    quoted = escaped = False
    for char in line.decode().removesuffix("\n"):
        if escaped:
            word, escaped = (word or "") + char, False
        elif char == "\\":
            word, escaped = word or "", True
        elif char == '"':
            word, quoted = word or "", not quoted
        elif char in " \t" and not quoted:
            words, word = ([*words, word] if word is not None else words), None
        else:
            word = (word or "") + char
    return words if word is None else [*words, word]


@dataclass
class FakeAsterisk:
    """One channel: its variables, what was said on the console, when it hangs up."""

    variables: dict[str, str] = field(default_factory=dict)
    console: list[str] = field(default_factory=list)
    commands: list[bytes] = field(default_factory=list)
    hangs_up_at: int | None = None  # the command that is answered with HANGUP alone
    replies: Mapping[int, bytes] = field(default_factory=dict)  # instead of the true answer

    def answer(self, line: bytes) -> bytes:
        number = len(self.commands)
        self.commands.append(line)
        if number == self.hangs_up_at:
            return b"HANGUP\n"
        if number in self.replies:
            return self.replies[number]
        return self._run(tokenize(line))

    def _run(self, words: list[str]) -> bytes:
        match words:
            case ["GET", "VARIABLE", name] if name in self.variables:
                return f"200 result=1 ({self.variables[name]})\n".encode()
            case ["GET", "VARIABLE", _]:
                return b"200 result=0\n"
            case ["GET", "FULL", "VARIABLE", text]:
                return f"200 result=1 ({self._substituted(text)})\n".encode()
            case ["SET", "VARIABLE", name, value]:
                self._set(name, value)
                return b"200 result=1\n"
            case ["VERBOSE", text, _]:
                self.console.append(text)
                return b"200 result=1\n"
        return b"510 Invalid or unknown command\n"

    def _set(self, name: str, value: str) -> None:
        if name.startswith("ARRAY("):
            names = name.removeprefix("ARRAY(").removesuffix(")").split(",")
            self.variables |= zip(names, value.split(","), strict=True)
        else:
            self.variables[name] = value

    def _substituted(self, text: str) -> str:
        return re.sub(r"\$\{(\w+)\}", lambda found: self.variables.get(found[1], ""), text)


class MemoryWire:
    """A connection without a network. An answer of no bytes is silence."""

    def __init__(self, asterisk: FakeAsterisk) -> None:
        self._asterisk = asterisk
        self._incoming = b""

    async def send(self, data: bytes) -> None:
        self._incoming += self._asterisk.answer(data)

    async def receive(self) -> bytes:
        while not self._incoming:
            await asyncio.Event().wait()
        data, self._incoming = self._incoming, b""
        return data


def session(
    asterisk: FakeAsterisk, script: str = "route_call", *arguments: str, **changed: str
) -> AgiSession:
    wire = MemoryWire(asterisk)
    return AgiSession(environment(script, *arguments, **changed), wire, command_seconds=2.0)


@asynccontextmanager
async def connected(
    port: int,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A bare connection, to be as rude on as one likes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def say(port: int, data: bytes) -> bytes:
    """Send these bytes, then only listen until the server closes."""
    async with connected(port) as (reader, writer):
        with suppress(ConnectionError):
            writer.write(data)
            return await reader.read()
    return b""


async def request(port: int, asterisk: FakeAsterisk, script: str, **changed: str) -> None:
    """One whole request over a socket, with every command answered."""
    async with connected(port) as (reader, writer):
        writer.write(environment_bytes(script, **changed))
        with suppress(ConnectionError):
            while line := await reader.readline():
                writer.write(asterisk.answer(line))
