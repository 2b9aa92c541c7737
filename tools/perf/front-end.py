"""What a streamed token takes of the processes of an HTTP server in Python: the figures of src/perf/front-end.ts.

    pip install fastapi uvicorn pydantic tokenizers pyzmq
    python tools/perf/front-end.py --tokenizer path/to/tokenizer.json --streams 150 --tokens 128 --prompt 778

A stand-in for an engine's server, as TensorRT-LLM's was built in July 2025: an engine that makes a token for each stream at
every step, workers that make text and JSON of them, a serving process that writes them to its streams, and a client that
reads them. Between processes go signed pickles over ZeroMQ. Processor time is read thread by thread, so that a
busy machine says half as much again at worst. Of a request, compare runs with short and long answers.
"""

import argparse
import asyncio
import collections
import gc
import hashlib
import hmac
import json
import multiprocessing
import os
import pickle
import selectors
import socket
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Optional

KEY = b"stand-in"


def pack(value: Any) -> bytes:
    data = pickle.dumps(value)
    return data + hmac.new(KEY, data, hashlib.sha256).digest()


def unpack(data: bytes) -> Any:
    body, signature = data[:-32], data[-32:]
    assert hmac.compare_digest(hmac.new(KEY, body, hashlib.sha256).digest(), signature)
    return pickle.loads(body)


def bound(context, kind: int, address: str, connects: bool = False):
    found = context.socket(kind)
    found.set_hwm(0)
    (found.connect if connects else found.bind)(address)
    return found


@dataclass
class Made:
    """A token as the engine hands it over: its number, in a record of some 150 bytes."""

    stream: int
    record: bytes
    is_last: bool
    is_first: bool


class Chunks(NamedTuple):
    """Events that are ready to be written."""

    stream: int
    events: list[str]
    is_last: bool


def engine(asked: str, feeds: list[str], report, step_seconds: float, tokens: int, seconds: float) -> None:
    import zmq

    context = zmq.Context()
    requests = bound(context, zmq.PAIR, asked)
    workers = [bound(context, zmq.PAIR, feed) for feed in feeds]
    made: dict[int, int] = {}
    count, processor, now = 0, 0.0, time.monotonic()
    end = now + seconds
    while now < end:
        while requests.poll(0):
            made[unpack(requests.recv())[0]] = 0
        started = time.thread_time()
        batches: list[list[Made]] = [[] for _ in workers]
        for stream in list(made):
            made[stream] += 1
            token = 300 + (stream * 131 + made[stream] * 7919) % 90_000
            is_last = made[stream] == tokens
            record = token.to_bytes(4, "little") + bytes(140)
            batches[stream % len(workers)].append(Made(stream, record, is_last, made[stream] == 1))
            count += 1
            if is_last:
                del made[stream]
        for worker, batch in zip(workers, batches):
            if batch:
                worker.send(pack(batch))
        processor += time.thread_time() - started
        now += step_seconds
        time.sleep(max(0.0, now - time.monotonic()))
    report.put(("hand over", processor / count))


def format_tokens(feed: str, out: str, report, tokenizer_file: str) -> None:
    import zmq
    from pydantic import BaseModel, Field
    from tokenizers import Tokenizer
    from tokenizers.decoders import DecodeStream

    class Delta(BaseModel):
        role: Optional[str] = None
        content: Optional[str] = None
        reasoning_content: Optional[str] = None
        tool_calls: list[dict] = Field(default_factory=list)

    class Choice(BaseModel):
        index: int
        delta: Delta
        logprobs: Optional[dict] = None
        finish_reason: Optional[str] = None

    class Chunk(BaseModel):
        id: str = Field(default_factory=lambda: f"chatcmpl-{os.urandom(16).hex()}")
        object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
        created: int = Field(default_factory=lambda: int(time.time()))
        model: str
        choices: list[Choice]
        usage: Optional[dict] = None

    tokenizer = Tokenizer.from_file(tokenizer_file)
    decoders: dict[int, DecodeStream] = {}

    def event(delta: Delta, reason: Optional[str] = None) -> str:
        chunk = Chunk(model="stand-in", choices=[Choice(index=0, delta=delta, finish_reason=reason)])
        return f"data: {chunk.model_dump_json(exclude_unset=True)}\n\n"

    def formatted(made: Made) -> Chunks:
        if made.is_first:
            decoders[made.stream] = DecodeStream(skip_special_tokens=True)
        text = decoders[made.stream].step(tokenizer, int.from_bytes(made.record[:4], "little")) or ""
        events = [event(Delta(role="assistant", content=""))] if made.is_first else []
        events.append(event(Delta(content=text), "length" if made.is_last else None))
        if made.is_last:
            del decoders[made.stream]
        return Chunks(made.stream, events, made.is_last)

    context = zmq.Context()
    incoming = bound(context, zmq.PAIR, feed, connects=True)
    outgoing = bound(context, zmq.PUSH, out, connects=True)
    count, started = 0, time.thread_time()
    while incoming.poll(3000):
        batch = unpack(incoming.recv())
        outgoing.send(pack([formatted(made) for made in batch]))
        count += len(batch)
    if count > 0:
        report.put(("format", (time.thread_time() - started) / count))


def serve(port: int, out: str, asked: str, report) -> None:
    import uvicorn
    import zmq
    from fastapi import FastAPI
    from fastapi.responses import StreamingResponse
    from pydantic import BaseModel

    class Message(BaseModel):
        role: str
        content: str

    class ChatRequest(BaseModel):
        model: str
        messages: list[Message]
        prompt_token_ids: list[int]
        max_tokens: int
        temperature: float = 1.0
        stream: bool = False

    class Waiting:
        def __init__(self) -> None:
            self.chunks: collections.deque[Chunks] = collections.deque()
            self.came = asyncio.Event()

        async def get(self) -> Chunks:
            while not self.chunks:
                self.came.clear()
                await self.came.wait()
            return self.chunks.popleft()

    context = zmq.Context()
    incoming = bound(context, zmq.PULL, out)
    requests = bound(context, zmq.PAIR, asked, connects=True)
    streams: dict[int, Waiting] = {}
    counts = {"tokens": 0, "requests": 0, "dispatching": 0.0}
    app = FastAPI()

    @app.post("/v1/chat/completions")
    async def chat(request: ChatRequest) -> StreamingResponse:
        counts["requests"] += 1
        stream = counts["requests"]
        waiting = streams[stream] = Waiting()
        requests.send(pack((stream, request.prompt_token_ids, request.max_tokens, request.temperature)))

        async def events():
            is_last = False
            while not is_last:
                _, ready, is_last = await waiting.get()
                for one in ready:
                    yield one
            yield "data: [DONE]\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")

    async def notify(all_waiting: list[Waiting]) -> None:
        for waiting in all_waiting:
            waiting.came.set()

    def dispatch(loop: asyncio.AbstractEventLoop) -> None:
        while True:
            batch = unpack(incoming.recv())
            told = []
            for chunks in batch:
                waiting = streams.pop(chunks.stream) if chunks.is_last else streams[chunks.stream]
                waiting.chunks.append(chunks)
                told.append(waiting)
            counts["tokens"] += len(batch)
            counts["dispatching"] = time.thread_time()
            asyncio.run_coroutine_threadsafe(notify(told), loop)

    async def main() -> None:
        gc.disable()
        threading.Thread(target=dispatch, args=(asyncio.get_running_loop(),), daemon=True).start()

        async def watch() -> None:
            while True:
                await asyncio.sleep(0.5)
                report.put(("serve", counts["tokens"], counts["requests"], time.thread_time(), counts["dispatching"]))

        watching = asyncio.create_task(watch())
        await uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", loop="asyncio", http="h11")).serve()
        watching.cancel()

    asyncio.run(main())


def client(port: int, streams: int, tokens: int, prompt: int, seconds: float) -> None:
    body = json.dumps(
        {
            "model": "stand-in",
            "messages": [],
            "prompt_token_ids": [300 + index * 7919 % 90_000 for index in range(prompt)],
            "max_tokens": tokens,
            "stream": True,
        }
    ).encode()
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    selector = selectors.DefaultSelector()
    started = time.monotonic()
    tails: dict[socket.socket, bytes] = {}
    while (past := time.monotonic() - started) < seconds:
        while len(tails) < min(streams, streams * past / 1.5 + 1):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(head.encode() + body)
            selector.register(connection, selectors.EVENT_READ)
            tails[connection] = b""
        for key, _ in selector.select(0.02):
            connection = key.fileobj
            tails[connection] = (tails[connection] + connection.recv(1 << 16))[-8:]
            if tails[connection].endswith(b"0\r\n\r\n"):
                tails[connection] = b""
                connection.sendall(head.encode() + body)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokenizer", required=True, help="a tokenizer.json of Hugging Face's tokenizers")
    parser.add_argument("--streams", type=int, default=150)
    parser.add_argument("--tokens", type=int, default=128, help="of an answer")
    parser.add_argument("--prompt", type=int, default=778, help="tokens of a prompt")
    parser.add_argument("--step-ms", type=float, default=30)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    multiprocessing.set_start_method("spawn")
    report = multiprocessing.Queue()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        asked, out = f"ipc://{folder}/asked", f"ipc://{folder}/out"
        feeds = [f"ipc://{folder}/feed{index}" for index in (0, 1)]
        processes: list[multiprocessing.Process] = []

        def start(target, *given) -> None:
            processes.append(multiprocessing.Process(target=target, args=given))
            processes[-1].start()

        start(engine, asked, feeds, report, options.step_ms / 1e3, options.tokens, options.seconds + 5)
        for feed in feeds:
            start(format_tokens, feed, out, report, options.tokenizer)
        start(serve, port, out, asked, report)
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        start(client, port, options.streams, options.tokens, options.prompt, options.seconds)
        served, others = [], []
        end = time.monotonic() + options.seconds + 10
        while time.monotonic() < end and len(others) < 3:
            if not report.empty():
                name, *figures = report.get()
                (served if name == "serve" else others).append((name, *figures))
            else:
                time.sleep(0.05)
        for process in processes:
            process.kill()
    busy = [figures for _, *figures in served if figures[0] > 0]
    first, last = busy[4], busy[int(options.seconds / 0.5) - 2]
    tokens, requests, serving, dispatching = (after - before for before, after in zip(first, last))
    micros = (serving + dispatching) / tokens * 1e6
    print(f"{'serve':<10} {micros:.1f} µs a token, with {requests / tokens:.4f} requests for each")
    for name, seconds in others:
        print(f"{name:<10} {seconds * 1e6:.1f} µs a token")


if __name__ == "__main__":
    main()
