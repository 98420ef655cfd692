"""What the aiortc peers share: loopback candidates, sound in and out, and an end with stdin."""

import array
import asyncio
import fractions
import json
import math
import os
import signal
import threading
import time
import wave

import aioice.ice
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection
from av import AudioFrame

FRAME = 0.02
RATE = 48_000
SAMPLES = int(FRAME * RATE)
# Quieter is silence: far above Opus' own noise, far below speech.
AUDIBLE_DBFS = -45.0


def new_connection():
    """A peer connection on loopback alone, which aioice leaves out by itself."""
    aioice.ice.get_host_addresses = lambda use_ipv4=True, use_ipv6=True: ["127.0.0.1"]
    # An empty list is not the same as none: that would mean a public STUN server.
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


def loudness(frame):
    """RMS of a decoded frame in dBFS; a fourth of its samples tell enough."""
    count = frame.samples * frame.layout.nb_channels
    samples = array.array("h", bytes(frame.planes[0])[: 2 * count])[::4]
    power = sum(sample * sample for sample in samples) / max(1, len(samples))
    return 10 * math.log10(power / 32768**2) if power > 0 else -100.0


class PacedTrack(MediaStreamTrack):
    """Sound in frames of 20 ms by the monotonic clock; silence where nothing is queued."""

    kind = "audio"

    def __init__(self):
        super().__init__()
        self._frames = []
        self._number = 0
        self._origin = None
        self.on_silent = None

    def play(self, pcm):
        """Queues 16-bit mono at 48 kHz; returns when its first sample is due."""
        size = 2 * SAMPLES
        pcm = pcm + bytes(-len(pcm) % size)
        due = self.next_due + FRAME * len(self._frames)
        self._frames += [pcm[start : start + size] for start in range(0, len(pcm), size)]
        return due

    def hush(self):
        """Forgets what has not been sent."""
        self._frames.clear()

    @property
    def is_playing(self):
        return bool(self._frames)

    @property
    def next_due(self):
        """When the next frame leaves, on the monotonic clock."""
        origin = time.monotonic() if self._origin is None else self._origin
        return origin + FRAME * self._number

    async def recv(self):
        if self._origin is None:
            self._origin = time.monotonic()
        await asyncio.sleep(max(0.0, self.next_due - time.monotonic()))
        was_playing = self.is_playing
        pcm = self._frames.pop(0) if self._frames else bytes(2 * SAMPLES)
        if was_playing and not self.is_playing and self.on_silent:
            self.on_silent()
        frame = AudioFrame(format="s16", layout="mono", samples=SAMPLES)
        frame.planes[0].update(pcm)
        frame.sample_rate = RATE
        frame.time_base = fractions.Fraction(1, RATE)
        frame.pts = self._number * SAMPLES
        self._number += 1
        return frame


def tone(seconds):
    """A voice-like sound: harmonics of 180 Hz, swelling five times a second, never silent."""
    pcm = array.array("h")
    for number in range(int(seconds * RATE)):
        at = number / RATE
        swell = 0.65 + 0.35 * math.cos(2 * math.pi * 5 * at)
        sound = sum(math.sin(2 * math.pi * 180 * n * at) / n for n in (1, 2, 3, 5))
        pcm.append(int(5_000 * swell * sound))
    return pcm.tobytes()


def clip(path):
    """Samples of a mono clip at 48 kHz, and where in it the voice begins and ends, in seconds."""
    with wave.open(path) as file:
        if file.getnchannels() != 1 or file.getsampwidth() != 2 or RATE % file.getframerate():
            raise ValueError(f"{path} is not 16-bit mono at a divisor of {RATE} Hz")
        rate, samples = file.getframerate(), array.array("h", file.readframes(file.getnframes()))
    voiced = [[0, len(samples)]]
    sidecar = os.path.splitext(path)[0] + ".json"
    if os.path.exists(sidecar):
        with open(sidecar, encoding="utf-8") as file:
            voiced = json.load(file)["voiced"]
    pcm, factor = array.array("h"), RATE // rate
    for this, following in zip(samples, samples[1:] + samples[-1:]):
        pcm.extend(this + (following - this) * step // factor for step in range(factor))
    return pcm.tobytes(), voiced[0][0] / rate, voiced[-1][1] / rate


def clips_folder():
    """`Scenarios/clips` of the repository that this file is part of."""
    here = os.path.dirname(os.path.abspath(__file__))
    return os.path.join(here, "..", "..", "Scenarios", "clips")


def ended():
    """An event that is set when stdin closes, or on SIGTERM or SIGINT."""
    event, loop = asyncio.Event(), asyncio.get_running_loop()

    def wait_for_stdin():
        # Not through sys.stdin: its lock would be held when the interpreter goes.
        while os.read(0, 4096):
            pass
        loop.call_soon_threadsafe(event.set)

    threading.Thread(target=wait_for_stdin, daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, event.set)
    return event
