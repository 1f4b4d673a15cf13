"""An AMI peer on 127.0.0.1 that a test scripts: channels, variables, silence, refusals."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Headers = dict[str, str]
EOL = "\r\n"


@dataclass
class AmiServer:
    """`said` lists every action that came; `channels` is what Status answers."""

    port: int = 0
    channels: list[str] = field(default_factory=list)  # bodies of Status events, lines with \n
    variables: dict[str, str] = field(default_factory=dict)  # `name` or `channel name`
    refuse: set[str] = field(default_factory=set)
    silent: Callable[[str], bool] = lambda action: False
    said: list[Headers] = field(default_factory=list)
    connections: int = 0
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator["AmiServer"]:
        peer = cls()
        server = await asyncio.start_server(peer._serve, "127.0.0.1", 0)
        peer.port = server.sockets[0].getsockname()[1]
        try:
            yield peer
        finally:
            server.close()
            peer.hang_up()
            await server.wait_closed()

    def hang_up(self) -> None:
        for writer in tuple(self._writers):
            writer.close()

    async def until(self, true: Callable[[], object]) -> None:
        """Waits for actions until `true()`."""
        async with asyncio.timeout(5):
            while not true():
                self.heard.clear()
                await self.heard.wait()

    def names(self) -> list[str]:
        return [action["Action"] for action in self.said]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        try:
            while block := await reader.readuntil(b"\r\n\r\n"):
                self._answer(_headers(block.decode()), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    def _answer(self, action: Headers, writer: asyncio.StreamWriter) -> None:
        self.said.append(action)
        self.heard.set()
        name, tag = action["Action"], f"ActionID: {action['ActionID']}"
        if self.silent(name):
            return
        if name in self.refuse:
            blocks = [f"Response: Error\n{tag}\nMessage: no"]
        elif name == "Status":
            listed = [f"Event: Status\n{tag}\n{channel}" for channel in self.channels]
            start = f"Response: Success\n{tag}\nEventList: start\nMessage: will follow"
            blocks = [start, *listed, f"Event: StatusComplete\n{tag}\nEventList: Complete"]
        elif name == "Getvar":
            key = " ".join(action[part] for part in ("Channel", "Variable") if part in action)
            unset = "0" if key.startswith("GROUP_COUNT(") else "(null)"
            value = self.variables.get(key, unset)
            blocks = [f"Response: Success\n{tag}\nVariable: {key}\nValue: {value}"]
        else:
            blocks = [f"Response: Success\n{tag}\nMessage: done"]
        text = "".join(f"{block}\n\n" for block in blocks)
        writer.write(text.replace("\n", EOL).encode())


def _headers(block: str) -> Headers:
    lines = (line.partition(": ") for line in block.split(EOL) if line)
    return {name: value for name, _, value in lines}
