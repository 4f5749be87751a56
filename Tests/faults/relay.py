"""A TCP relay of ours between workers and the server: the place where connections are cut, or fall silent while they stand."""
import asyncio
import contextlib
import socket
import threading

PIECE = 64 << 10
WAYS = ("up", "down")       # to the server, and back


class Relay:
    """One listening port in front of a server; a thread of its own moves the bytes. Any thread may disturb it."""

    def __init__(self, port):
        self.server_port = port
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"tcp://127.0.0.1:{self.socket.getsockname()[1]}"
        self.pairs, self.stalled = set(), set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_until_complete, args=(self.serve(),), daemon=True)
        self.ended = asyncio.Event()
        self.thread.start()

    def cut(self):
        """Every connection is reset; new ones are taken."""
        self.loop.call_soon_threadsafe(self.abort)

    def stall(self, ways=WAYS):
        """What goes these ways is held back, and nobody is told."""
        self.stalled = set(ways)

    def flow(self):
        """What was held back arrives after all."""
        self.stalled = set()

    def close(self):
        self.loop.call_soon_threadsafe(self.ended.set)
        self.thread.join()
        self.loop.close()

    # In the thread

    async def serve(self):
        listener = await asyncio.start_server(self.connected, sock=self.socket)
        await self.ended.wait()
        listener.close()
        self.abort()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    def abort(self):
        for writer in list(self.pairs):
            writer.transport.abort()

    async def connected(self, reader, writer):
        try:
            away, back = await asyncio.open_connection("127.0.0.1", self.server_port)
        except OSError:     # the server is away
            writer.transport.abort()
            return
        self.pairs |= {writer, back}
        await asyncio.gather(self.pump(reader, back, "up"), self.pump(away, writer, "down"))
        self.pairs -= {writer, back}

    async def pump(self, reader, writer, way):
        with contextlib.suppress(OSError):
            while piece := await reader.read(PIECE):
                while way in self.stalled:
                    await asyncio.sleep(0.01)
                writer.write(piece)
                await writer.drain()
        writer.close()
