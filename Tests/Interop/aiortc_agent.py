"""A small voice agent over aiortc, to which Talkover's callers are sent.

It hears a turn by its energy, waits for 300 ms of silence, then sounds for three seconds, and
stops when it is spoken over for 100 ms. Prints one line `READY {...}` with its URLs, tells on
stderr what it does, and ends when stdin closes.
"""

import argparse
import asyncio
import collections
import json
import os
import re
import sys
import time

from aiohttp import web
from aiortc import RTCSessionDescription, rtcdtlstransport
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import candidate_from_sdp

import peer

REPLY = peer.tone(3.0)


class Agent:
    """One call: a brain between the caller's track and the agent's."""

    def __init__(self, number, arguments):
        self.number = number
        self.endpointing = arguments.endpointing / 1000
        self.barge_in = arguments.barge_in / 1000
        self.connection = peer.new_connection()
        self.voice = peer.PacedTrack()
        self.voice.on_silent = lambda: self.tell("response.done", response=self.response("completed"))
        self.channel = None
        self.replies = 0
        self.connection.on("track", lambda track: asyncio.ensure_future(self.listen(track)))
        self.connection.on("datachannel", self.take_channel)
        self.connection.on("connectionstatechange", self.note_state)

    def take_channel(self, channel):
        self.channel = channel
        self.tell("session.created", session={"type": "realtime"})

        @channel.on("message")
        def take(message):
            event = json.loads(message) if isinstance(message, str) else {}
            self.log("message", kind=event.get("type"))
            if event.get("type") == "session.update":
                self.tell("session.updated", session=event.get("session", {}))

    async def note_state(self):
        self.log("state", state=self.connection.connectionState)
        if self.connection.connectionState in ("failed", "closed"):
            await self.connection.close()

    def log(self, what, **fields):
        line = {"call": self.number, "event": what, "mono_ns": time.monotonic_ns(), **fields}
        print(json.dumps(line), file=sys.stderr, flush=True)

    def tell(self, kind, **fields):
        self.log(kind)
        if self.channel and self.channel.readyState == "open":
            self.channel.send(json.dumps({"type": kind, **fields}))

    def response(self, status):
        return {"id": f"response-{self.number}-{self.replies}", "status": status}

    async def listen(self, track):
        if track.kind != "audio":
            return
        recent = collections.deque(maxlen=round(self.barge_in / peer.FRAME) + 2)
        silence, in_turn = 0.0, False
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            is_voiced = peer.loudness(frame) > peer.AUDIBLE_DBFS
            length = frame.samples / frame.sample_rate
            recent.append(length if is_voiced else 0)
            silence = 0 if is_voiced else silence + length
            if not in_turn and sum(recent) > (self.barge_in if self.voice.is_playing else 0.06) - 0.001:
                in_turn = True
                self.tell("input_audio_buffer.speech_started", audio_start_ms=0)
                if self.voice.is_playing:
                    self.voice.hush()
                    self.tell("output_audio_buffer.cleared")
                    self.tell("response.done", response=self.response("cancelled"))
            elif in_turn and silence >= self.endpointing:
                in_turn = False
                recent.clear()
                self.tell("input_audio_buffer.speech_stopped", audio_end_ms=0)
                self.replies += 1
                self.tell("response.created", response=self.response("in_progress"))
                self.voice.play(REPLY)

    async def answer(self, sdp, wishes):
        """The answer to an offer; see `Desk.offer` for the wishes."""
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp=sdp, type="offer"))
        self.connection.addTrack(self.voice)
        transport = self.connection.getTransceivers()[0].receiver.transport
        if wishes.get("setup") == "passive":
            transport._set_role("server")
        if wishes.get("srtp") == "cm":
            transport._srtp_profiles = [rtcdtlstransport.SRTP_AES128_CM_SHA1_80]
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        sdp = self.connection.localDescription.sdp
        if wishes.get("fingerprint") == "wrong":
            sdp = re.sub("a=fingerprint:.*", "a=fingerprint:sha-256 " + ":".join(32 * ["00"]), sdp)
        return sdp

    async def add_candidates(self, fragment):
        """Those of a trickle fragment (RFC 8840 §9) that aiortc can read."""
        mid = None
        for line in fragment.splitlines():
            if line.startswith("a=mid:"):
                mid = line[6:].strip()
            elif line.startswith("a=candidate:"):
                candidate = candidate_from_sdp(line[12:].strip())
                candidate.sdpMid, candidate.sdpMLineIndex = mid, None if mid else 0
                await self.connection.addIceCandidate(candidate)


class Desk:
    """The agent's HTTP side, in three kinds of signalling."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.calls = {}
        self.opened = 0

    def open(self, request):
        bearer = self.arguments.bearer
        if bearer and request.headers.get("Authorization") != f"Bearer {bearer}":
            raise web.HTTPUnauthorized(text="this agent wants another bearer token")
        self.opened += 1
        agent = self.calls[str(self.opened)] = Agent(self.opened, self.arguments)
        agent.log("call", name=request.headers.get("X-Talkover-Call"))
        return agent

    async def answer(self, agent, sdp, wishes=()):
        try:
            return await agent.answer(sdp, dict(wishes))
        except Exception as error:  # aiortc raises many kinds over a description it cannot read
            del self.calls[str(agent.number)]
            await agent.connection.close()
            raise web.HTTPBadRequest(text=f"no offer for this agent: {error!r}") from error

    async def offer(self, request):
        """Beside the SDP there may be `setup: passive`, `srtp: cm`, and `fingerprint: wrong`."""
        body = await request.json()
        sdp = await self.answer(self.open(request), body["sdp"], body)
        return web.json_response({"sdp": sdp, "type": "answer"})

    async def created(self, request, sdp, folder):
        agent = self.open(request)
        return web.Response(
            status=201,
            text=await self.answer(agent, sdp),
            content_type="application/sdp",
            headers={"Location": f"{folder}/{agent.number}", "ETag": f'"{agent.number}"'},
        )

    async def whip(self, request):
        if request.content_type != "application/sdp":
            raise web.HTTPUnsupportedMediaType(text="WHIP takes application/sdp")
        return await self.created(request, await request.text(), "/whip")

    async def calls_endpoint(self, request):
        if request.content_type == "application/sdp":
            sdp = await request.text()
        else:
            sdp = (await request.post())["sdp"]
        return await self.created(request, sdp, "/v1/realtime/calls")

    def call(self, request):
        agent = self.calls.get(request.match_info["number"])
        if agent is None:
            raise web.HTTPNotFound(text="no such session")
        return agent

    async def trickle(self, request):
        agent, tag = self.call(request), request.headers.get("If-Match")
        if tag is None:
            raise web.HTTPPreconditionRequired(text="If-Match is missing")
        if tag != f'"{agent.number}"':
            raise web.HTTPPreconditionFailed(text="that is not this ICE session's tag")
        await agent.add_candidates(await request.text())
        agent.log("trickle")
        return web.Response(status=204)

    async def delete(self, request):
        agent = self.call(request)
        del self.calls[str(agent.number)]
        agent.log("hangup")
        await agent.connection.close()
        return web.Response()

    async def page(self, request):
        here = os.path.dirname(os.path.abspath(__file__))
        return web.FileResponse(os.path.join(here, "page.html"))

    def application(self):
        application = web.Application()
        application.add_routes(
            [
                web.get("/", self.page),
                web.post("/offer", self.offer),
                web.post("/whip", self.whip),
                web.patch("/whip/{number}", self.trickle),
                web.delete("/whip/{number}", self.delete),
                web.post("/v1/realtime/calls", self.calls_endpoint),
                web.post("/v1/realtime/calls/{number}/hangup", self.delete),
            ]
        )
        return application


async def serve(arguments):
    desk = Desk(arguments)
    runner = web.AppRunner(desk.application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", arguments.port)
    await site.start()
    url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    ready = {"url": url, "offer": f"{url}/offer", "whip": f"{url}/whip"}
    ready["calls"] = f"{url}/v1/realtime/calls"
    print("READY " + json.dumps(ready), flush=True)
    await peer.ended().wait()
    await asyncio.gather(*(agent.connection.close() for agent in desk.calls.values()))
    await runner.cleanup()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--endpointing", type=int, default=300, help="ms of silence that end a turn")
    parser.add_argument("--barge-in", type=int, default=100, help="ms of voice that silence it")
    parser.add_argument("--bearer", help="refuse whoever does not bring this token")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
