"""One caller over aiortc, for Talkover's agent and gateway to answer.

Says a clip, waits for the agent's voice, says another one over it after 700 ms, and waits for
silence. Prints one line of JSON with what it has measured by energy, in frames of 20 ms behind
aiortc's jitter buffer; the exit code is 0 where everything was heard.
"""

import argparse
import asyncio
import json
import os
import sys
import time
import urllib.parse

import aiohttp
from aiortc import RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

import peer


class Ear:
    """When the agent was audible, by the arrival of decoded frames."""

    def __init__(self):
        self.frames = 0
        self.audible = []
        self.codec = None

    async def listen(self, track):
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            self.frames += 1
            if peer.loudness(frame) > peer.AUDIBLE_DBFS:
                self.audible.append(time.monotonic())

    async def first_after(self, start, patience):
        """The first audible frame that came after `start`, or `None`."""
        while time.monotonic() < start + patience:
            for at in self.audible:
                if at > start:
                    return at
            await asyncio.sleep(0.005)
        return None

    async def silence_after(self, start, hold, patience):
        """The last audible frame before silence of length `hold`, or `None`."""
        while time.monotonic() < start + patience:
            last = max((at for at in self.audible), default=start)
            if time.monotonic() - max(last, start) >= hold:
                return last
            await asyncio.sleep(0.005)
        return None


CANDIDATES = ("a=candidate:", "a=end-of-candidates")


def without_candidates(sdp):
    return "".join(line for line in sdp.splitlines(True) if not line.startswith(CANDIDATES))


def fragment(sdp):
    """The candidates of the first media section, as RFC 8840 §9 writes them."""
    section = sdp[sdp.index("m=") :].splitlines()
    wanted = ("m=", "a=mid:", "a=ice-ufrag:", "a=ice-pwd:") + CANDIDATES
    lines, seen_media = [], False
    for line in section:
        if line.startswith("m=") and seen_media:
            break
        seen_media = True
        if line.startswith(wanted):
            lines.append(line)
    # Credentials stand before the media section there.
    lines.sort(key=lambda line: not line.startswith("a=ice-"))
    return "\r\n".join(lines) + "\r\n"


class Signalling:
    """Brings an offer to the agent and its answer back."""

    def __init__(self, session, arguments):
        self.session = session
        self.url = arguments.url
        self.kind = arguments.signalling
        self.headers = dict(header.split("=", 1) for header in arguments.header)
        self.trickles = arguments.trickle
        self.resource = None

    async def exchange(self, sdp):
        if self.kind == "json-offer":
            body = {"sdp": sdp, "type": "offer"}
            async with self.session.post(self.url, json=body, headers=self.headers) as answer:
                await self.check(answer, (200, 201))
                return (await answer.json(content_type=None))["sdp"]
        headers = {**self.headers, "Content-Type": "application/sdp"}
        offer = without_candidates(sdp) if self.trickles else sdp
        async with self.session.post(self.url, data=offer.encode(), headers=headers) as answer:
            await self.check(answer, (201,) if self.kind == "whip" else (200, 201))
            if "Location" in answer.headers:
                self.resource = urllib.parse.urljoin(str(answer.url), answer.headers["Location"])
            elif self.kind == "whip":
                raise RuntimeError("the answer has no Location")
            if self.trickles:
                await self.trickle(sdp, answer.headers.get("ETag", "*"))
            return await answer.text()

    async def trickle(self, sdp, tag):
        """Sends the candidates after the offer (RFC 9725 §4.3.1)."""
        headers = {**self.headers, "Content-Type": "application/trickle-ice-sdpfrag"}
        headers["If-Match"] = tag
        body = fragment(sdp).encode()
        async with self.session.patch(self.resource, data=body, headers=headers) as answer:
            await self.check(answer, (200, 204))

    async def end(self):
        """Ends the session where the agent has named it, as its kind does; the status, or `None`."""
        if self.resource is None:
            return None
        if self.kind == "whip":
            request = self.session.delete(self.resource, headers=self.headers)
        else:
            request = self.session.post(self.resource + "/hangup", headers=self.headers)
        async with request as answer:
            return answer.status

    @staticmethod
    async def check(answer, wanted):
        if answer.status not in wanted:
            text = (await answer.text())[:200]
            raise RuntimeError(f"signalling was answered with {answer.status}: {text}")


class Caller:
    """The call itself, and what is known of it so far."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.connection = peer.new_connection()
        self.mouth = peer.PacedTrack()
        self.ear = Ear()
        self.events = []
        self.result = {
            "connected": False, "signalling": arguments.signalling, "setup_ms": None,
            "first_audio_ms": None, "cut_ms": None, "after_interrupt_ms": None,
        }

    async def connect(self, signalling):
        start = time.monotonic()
        connected = asyncio.Event()
        connection = self.connection

        @connection.on("connectionstatechange")
        def note_state():
            if connection.connectionState in ("connected", "failed", "closed"):
                connected.set()

        connection.on("track", lambda track: asyncio.ensure_future(self.ear.listen(track)))
        connection.addTrack(self.mouth)
        if self.arguments.channel:
            channel = connection.createDataChannel(self.arguments.channel)
            channel.on("message", self.take_event)
        await connection.setLocalDescription(await connection.createOffer())
        sdp = connection.localDescription.sdp
        if self.arguments.setup:
            sdp = sdp.replace("a=setup:actpass", f"a=setup:{self.arguments.setup}")
        sdp = await signalling.exchange(sdp)
        await connection.setRemoteDescription(RTCSessionDescription(sdp=sdp, type="answer"))
        await asyncio.wait_for(connected.wait(), 15)
        if connection.connectionState != "connected":
            raise RuntimeError(f"the connection is {connection.connectionState}")
        self.result["connected"] = True
        self.result["setup_ms"] = milliseconds(time.monotonic() - start)

    def take_event(self, message):
        try:
            self.events.append(json.loads(message)["type"])
        except (ValueError, KeyError, TypeError):
            self.events.append("?")

    def say(self, path):
        """When the voice of a clip begins and ends that is queued now."""
        pcm, onset, end = peer.clip(path)
        due = self.mouth.play(pcm)
        return due + onset, due + end

    async def talk(self):
        await asyncio.sleep(self.arguments.pause / 1000)
        _, end = self.say(self.arguments.clip)
        # Whatever is heard before is a greeting.
        first = await self.ear.first_after(end, 10)
        if first is None:
            raise RuntimeError("the agent has not answered for 10 s")
        self.result["first_audio_ms"] = milliseconds(first - end)
        await asyncio.sleep(max(0.0, first + 0.7 - time.monotonic()))
        onset, end = self.say(self.arguments.interjection)
        # Shorter silences are pauses between words.
        last = await self.ear.silence_after(onset, 0.4, 4)
        if last is None:
            raise RuntimeError("the agent has talked on for 4 s")
        if last < onset:
            raise RuntimeError("the agent was silent before it was spoken over")
        self.result["cut_ms"] = milliseconds(last + peer.FRAME - onset)
        after = await self.ear.first_after(end, 5)
        self.result["after_interrupt_ms"] = after and milliseconds(after - end)

    async def run(self):
        async with aiohttp.ClientSession() as session:
            signalling = Signalling(session, self.arguments)
            try:
                await self.connect(signalling)
                await self.talk()
            except (RuntimeError, asyncio.TimeoutError, aiohttp.ClientError, OSError) as error:
                self.result["error"] = str(error) or type(error).__name__
            try:
                self.result["end_status"] = await signalling.end()
            except (aiohttp.ClientError, OSError) as error:
                self.result.setdefault("error", str(error))
            await self.connection.close()
        self.result["frames_heard"] = self.ear.frames
        self.result["events"] = sorted(set(self.events))
        return self.result


def milliseconds(seconds):
    return round(seconds * 1000, 1)


def main():
    clips = peer.clips_folder()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="where the offer goes")
    parser.add_argument(
        "--signalling", choices=["json-offer", "whip", "sdp-post"], default="json-offer"
    )
    parser.add_argument("--clip", default=os.path.join(clips, "opening_hours.wav"))
    parser.add_argument("--interjection", default=os.path.join(clips, "hold_on.wav"))
    parser.add_argument("--pause", type=int, default=500, help="ms between connection and clip")
    parser.add_argument("--channel", help="open a data channel of this label")
    parser.add_argument("--trickle", action="store_true", help="whip: candidates by PATCH")
    parser.add_argument("--setup", choices=["active", "passive"], help="offer this DTLS role alone")
    parser.add_argument("--header", action="append", default=[], help="NAME=VALUE, repeatable")
    result = asyncio.run(Caller(parser.parse_args()).run())
    print(json.dumps(result), flush=True)
    sys.exit(1 if "error" in result else 0)


if __name__ == "__main__":
    main()
