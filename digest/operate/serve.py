"""`digest serve`: the site and the open draft on loopback, made anew whenever a file changes.

Nothing is written: pages are made from the snapshots, the draft and the templates when they are
asked for. Only what is served holds the script that loads a page again.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import MachineError
from digest.operate.showing import EVENTS, HEADERS, Desk, respond
from digest.pipeline.project import Project
from digest.publish.templates import built_in
from digest.publish.writer import MANIFEST

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

HOST = "127.0.0.1"

_PAUSE = 0.3
"""Seconds between two looks at whether a page is to be loaded again."""


def serve(opened: Callable[[], Project], port: int, started: Callable[[str], None]) -> None:
    """Serve until interrupted.

    Args:
        opened: Opens the project as it is now; it is opened again after each change.
        port: Where to listen on loopback; 0 takes any that is free.
        started: Told the address once it can be asked.

    Raises:
        MachineError: another program listens there.
        DigestError: the project cannot be opened.
    """
    import uvicorn

    with opened() as project:
        folders = (project.config.folder, project.config.drafts, project.config.site)
        templates = project.config.templates
    try:
        listening = socket.create_server((HOST, port))
    except OSError as problem:
        raise MachineError(
            f"port {port} cannot be used: {problem.strerror}",
            where=f"{HOST}:{port}",
            cure="Name another with --port; --port 0 takes one that is free.",
        ) from problem
    with listening:
        port = listening.getsockname()[1]
        desk = Desk(opened)
        application = app(desk, port, (*folders, templates, templates / "drafts", built_in()))
        settings = uvicorn.Config(
            application, log_level="warning", access_log=False, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(settings)
        application.state.ending = lambda: server.should_exit
        started(f"http://{HOST}:{port}/")
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listening])


def app(desk: Desk, port: int, folders: tuple[Path, ...]) -> Starlette:
    """The web application.

    Args:
        desk: What it serves.
        port: The port that those who ask must name.
        folders: What is watched; `folders[2]` holds the built site.
    """
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import PlainTextResponse, StreamingResponse
    from starlette.routing import Route

    names = {f"{name}:{port}" for name in (HOST, "localhost")}
    names |= {name.partition(":")[0] for name in names if port == 80}

    async def answer(request: Request) -> Response:
        # A page of somebody else's, under a name that leads here, must not read what is served.
        if request.headers.get("host", "").lower() not in names:
            return PlainTextResponse(f"Ask for http://{HOST}:{port}/ itself.\n", status_code=421)
        path = request.url.path.lstrip("/")
        if path == EVENTS:
            return StreamingResponse(events(request), media_type="text/event-stream",
                                     headers=HEADERS)  # fmt: skip
        return await run_in_threadpool(respond, desk, folders[2], path)

    async def events(request: Request) -> AsyncIterator[str]:
        told = 0
        while not request.app.state.ending():
            if told != desk.version:
                told = desk.version
                yield f"data: {told}\n\n"
            await asyncio.sleep(_PAUSE)

    @asynccontextmanager
    async def watching(_app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(_watch(desk, folders))
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    application = Starlette(routes=[Route("/{path:path}", answer)], lifespan=watching)
    application.state.ending = lambda: False
    return application


async def _watch(desk: Desk, folders: tuple[Path, ...]) -> None:
    """Tell of each change; folders that come or go are watched from then on."""
    from watchfiles import awatch

    while True:
        there = [folder for folder in folders if folder.is_dir()]
        async for _ in awatch(*there, watch_filter=_matters, recursive=False, debounce=200):
            desk.forget()
            if there != [folder for folder in folders if folder.is_dir()]:
                break


def _matters(_change: object, path: str) -> bool:
    """Whether a file is one that pages are made of; editors' own files beside it are not."""
    file = Path(path)
    return file.name == MANIFEST or file.name == "templates" or (
        file.suffix in (".html", ".css", ".js", ".svg", ".md", ".yaml", ".txt")
        and not file.name.startswith(".")
    )  # fmt: skip
