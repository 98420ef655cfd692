"""One caller in headless Chromium, by way of the agent's own page.

Opens the page, which exposes `window.talkover` with start(), stop(), state() and level(), and
feeds the browser's microphone from a file: silence, a question, silence, an interjection, silence.
Every 20 ms the page is asked for the agent's level and for the microphone's own, so that both
are on one clock. Prints one line of JSON; the exit code is 0 where everything was heard.
"""

import argparse
import asyncio
import ctypes
import json
import os
import shutil
import signal
import sys
import tempfile
import wave

import aiohttp

# Runs in the page before its own scripts: listens to the microphone that the page will ask for,
# and writes both levels down.
PROBE = """
(() => {
  const devices = navigator.mediaDevices;
  const original = devices.getUserMedia.bind(devices);
  let analyser;
  const samples = new Float32Array(1024);
  devices.getUserMedia = async constraints => {
    const stream = await original(constraints);
    const context = new AudioContext();
    analyser = new AnalyserNode(context, {fftSize: samples.length});
    context.createMediaStreamSource(stream).connect(analyser);
    return stream;
  };
  const microphone = () => {
    if (!analyser) return 0;
    analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  };
  window.probe = {rows: [], start() {
    setInterval(() => this.rows.push([
      performance.now(), microphone(), window.talkover.level(), window.talkover.state(),
    ]), 20);
  }};
})();
"""


def die_with_parent():
    """No browser outlives a caller that was killed: PR_SET_PDEATHSIG of prctl(2)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Browser:
    """Chromium behind its DevTools protocol, with one page."""

    def __init__(self, arguments, microphone, folder):
        self.arguments = arguments
        self.microphone = microphone
        self.folder = folder
        self.process = None
        self.socket = None
        self.page = None
        self.number = 0
        self.log = []
        self.draining = None

    def command(self):
        names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
        program = self.arguments.chromium or next(filter(None, map(shutil.which, names)), None)
        if program is None:
            raise RuntimeError("there is no chromium on PATH")
        flags = [
            "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={self.folder}/profile",
            "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={self.microphone}%noloop",
            "--autoplay-policy=no-user-gesture-required", "--allow-loopback-in-peer-connection",
            "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--mute-audio",
            "--disable-background-networking", "--disable-component-update",
        ]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        return [program, *flags, "about:blank"]

    async def start(self, session):
        self.process = await asyncio.create_subprocess_exec(
            *self.command(), stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
            preexec_fn=die_with_parent,
        )
        url = await asyncio.wait_for(self.debugging_url(), 30)
        self.draining = asyncio.ensure_future(self.process.stderr.read())
        self.socket = await session.ws_connect(url, max_msg_size=0)
        target = await self.call("Target.createTarget", url="about:blank")
        attached = await self.call(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )
        self.page = attached["sessionId"]
        await self.call("Runtime.enable")
        await self.call("Page.enable")
        await self.call("Page.addScriptToEvaluateOnNewDocument", source=PROBE)

    async def debugging_url(self):
        last = b""
        while line := await self.process.stderr.readline():
            last = line
            if b"DevTools listening on " in line:
                return line.split(b"DevTools listening on ")[1].strip().decode()
        raise RuntimeError(f"Chromium did not start: {last.decode(errors='replace').strip()}")

    async def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.page:
            message["sessionId"] = self.page
        await self.socket.send_json(message)
        while True:
            reply = await asyncio.wait_for(self.socket.receive_json(), 30)
            if reply.get("method") in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
                self.log.append(json.dumps(reply["params"])[:300])
            if reply.get("id") != self.number:
                continue
            if "error" in reply:
                raise RuntimeError(f"{method}: {reply['error'].get('message')}")
            return reply["result"]

    async def evaluate(self, expression):
        reply = await self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in reply:
            details = reply["exceptionDetails"]
            text = details.get("exception", {}).get("description", details.get("text"))
            raise RuntimeError(f"the page threw: {text}")
        return reply["result"].get("value")

    async def open(self, url):
        reply = await self.call("Page.navigate", url=url)
        if reply.get("errorText"):
            raise RuntimeError(f"{url} did not load: {reply['errorText']}")
        for _ in range(200):
            if await self.evaluate("typeof window.talkover") == "object":
                return
            await asyncio.sleep(0.05)
        raise RuntimeError("the page has no window.talkover after 10 s")

    async def stop(self):
        if self.process is None:
            return
        if self.socket:
            await self.socket.close()
        if self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), 5)
            except asyncio.TimeoutError:
                self.process.kill()
                await self.process.wait()
        if self.draining:
            await self.draining


def write_microphone(path, arguments):
    """The browser's microphone as a file; its length in seconds."""
    parts, rate = [], None
    for name in (arguments.clip, arguments.interjection):
        with wave.open(name) as file:
            if rate not in (None, file.getframerate()) or file.getnchannels() != 1:
                raise ValueError(f"{name} is not mono at {rate} Hz")
            rate = file.getframerate()
            parts.append(file.readframes(file.getnframes()))

    def silence(seconds):
        return bytes(2 * round(seconds * rate))

    sound = silence(2) + parts[0] + silence(arguments.gap / 1000) + parts[1] + silence(4)
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(sound)
    return len(sound) / 2 / rate


def stretches(rows, column, threshold, hold):
    """From when to when a level was up, in ms; shorter pauses than `hold` do not count."""
    found = []
    for row in rows:
        if row[column] < threshold:
            continue
        if found and row[0] - found[-1][1] < hold:
            found[-1][1] = row[0]
        else:
            found.append([row[0], row[0]])
    return found


def judge(rows, result):
    """Fills in what the levels tell: who spoke when, and who stopped for whom."""
    result["connected"] = any(row[3] == "talking" for row in rows)
    result["peak_level"] = round(max((row[2] for row in rows), default=0), 4)
    spoken = stretches(rows, 1, 0.005, 500)
    heard = stretches(rows, 2, 0.003, 400)
    result["caller_ms"] = [[round(at) for at in stretch] for stretch in spoken]
    result["agent_ms"] = [[round(at) for at in stretch] for stretch in heard]
    failed = next((row[3] for row in rows if row[3].startswith("failed")), None)
    if failed or not result["connected"]:
        last = rows[-1][3] if rows else "nothing"
        raise RuntimeError(f"the page says: {failed or last}")
    if len(spoken) < 2:
        raise RuntimeError("the microphone's two clips were not both heard in the page")
    (_, end), (onset, _) = spoken[:2]
    reply = next((stretch for stretch in heard if stretch[0] > end), None)
    if reply is None:
        raise RuntimeError("the agent has not answered")
    result["first_audio_ms"] = round(reply[0] - end, 1)
    reply = next((stretch for stretch in heard if stretch[0] < onset < stretch[1]), None)
    if reply is None:
        raise RuntimeError("the agent was not speaking when it was spoken over")
    result["cut_ms"] = round(reply[1] - onset, 1)
    if result["cut_ms"] > 2_000:
        raise RuntimeError("the agent has talked on")


async def run(arguments):
    task = asyncio.current_task()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    result = {"connected": False, "first_audio_ms": None, "cut_ms": None}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        microphone = os.path.join(folder, "microphone.wav")
        length = write_microphone(microphone, arguments)
        browser = Browser(arguments, microphone, folder)
        async with aiohttp.ClientSession() as session:
            try:
                await browser.start(session)
                await browser.open(arguments.url)
                await browser.evaluate("probe.start()")
                await browser.evaluate("void talkover.start()")
                await asyncio.sleep(length + 1)
                rows = await browser.evaluate("probe.rows")
                await browser.evaluate("void talkover.stop()")
                judge(rows, result)
            except (RuntimeError, asyncio.TimeoutError, aiohttp.ClientError, OSError) as error:
                result["error"] = str(error) or type(error).__name__
                result["console"] = browser.log[-5:]
            finally:
                await browser.stop()
    return result


def main():
    clips = os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "..", "..", "Scenarios", "clips"
    )
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="the agent's page")
    parser.add_argument("--clip", default=os.path.join(clips, "opening_hours.wav"))
    parser.add_argument("--interjection", default=os.path.join(clips, "hold_on.wav"))
    parser.add_argument("--gap", type=int, default=1_500, help="ms between the two clips")
    parser.add_argument("--chromium", help="the program, where it is not on PATH")
    try:
        result = asyncio.run(run(parser.parse_args()))
    except asyncio.CancelledError:
        sys.exit(128 + signal.SIGTERM)
    print(json.dumps(result), flush=True)
    sys.exit(1 if "error" in result else 0)


if __name__ == "__main__":
    main()
