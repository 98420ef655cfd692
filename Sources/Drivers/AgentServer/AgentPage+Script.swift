extension AgentPage {
    /// Calls this agent with the microphone; `window.talkover` lets a test do what a person does.
    static let script = """
        "use strict";
        const find = (id) => document.getElementById(id);
        let call = null;
        let state = "idle";

        function show(next) {
          state = next;
          const busy = next === "connecting" || next === "talking";
          find("state").textContent = next;
          find("state").className = next.startsWith("failed") ? "failed" : "";
          find("call").setAttribute("aria-pressed", String(busy));
          find("verb").textContent = busy ? "Hang up" : "Talk";
        }

        function note(text) {
          const log = find("log");
          const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
          const line = document.createElement("li");
          const time = document.createElement("time");
          const seconds = call ? (performance.now() - call.began) / 1000 : 0;
          time.textContent = seconds.toFixed(2).padStart(6, "\\u2007");
          line.append(time, text.length > 400 ? text.slice(0, 400) + "\\u2026" : text);
          log.append(line);
          while (log.childElementCount > 300) log.firstElementChild.remove();
          if (atEnd) log.scrollTop = log.scrollHeight;
        }

        // Root mean square of the last 43 ms, 1 at full scale.
        function rms(analyser) {
          if (!analyser) return 0;
          const samples = new Float32Array(analyser.fftSize);
          analyser.getFloatTimeDomainData(samples);
          return Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
        }

        function listen(context, stream) {
          const analyser = context.createAnalyser();
          analyser.fftSize = 2048;
          context.createMediaStreamSource(stream).connect(analyser);
          return analyser;
        }

        // The whole offer at once: this end trickles nothing.
        function gathered(peer) {
          return new Promise((resolve) => {
            const look = () => peer.iceGatheringState === "complete" && resolve();
            peer.addEventListener("icegatheringstatechange", look);
            setTimeout(resolve, 3000);
            look();
          });
        }

        async function dial(own) {
          const { peer } = own;
          if (!navigator.mediaDevices) throw new Error("the microphone needs https or localhost");
          own.stream = await navigator.mediaDevices.getUserMedia({
            audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
          });
          if (call !== own) return end(own);
          own.context = new AudioContext();
          own.mine = listen(own.context, own.stream);
          for (const track of own.stream.getTracks()) peer.addTrack(track, own.stream);
          peer.addEventListener("track", (event) => {
            const stream = event.streams[0] ?? new MediaStream([event.track]);
            own.player.srcObject = stream;
            own.player.play().catch((error) => note("not played: " + error.message));
            own.theirs = listen(own.context, stream);
          });
          peer.addEventListener("connectionstatechange", () => {
            if (call !== own) return;
            note("connection: " + peer.connectionState);
            if (peer.connectionState === "connected") show("talking");
            if (peer.connectionState === "failed") fail(own, "the connection was lost");
          });
          const channel = peer.createDataChannel("oai-events");
          const tell = (text) => call === own && note(text);
          channel.addEventListener("open", () => tell("oai-events: open"));
          channel.addEventListener("close", () => tell("oai-events: closed"));
          channel.addEventListener("message", (event) => {
            tell(typeof event.data === "string" ? event.data : "(binary)");
          });
          await peer.setLocalDescription();
          await gathered(peer);
          if (call !== own) return;
          const { sdp, type } = peer.localDescription;
          const answer = await fetch("/offer", {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ sdp, type }),
          });
          if (!answer.ok) {
            throw new Error("HTTP " + answer.status + ", " + (await answer.text()).trim());
          }
          const description = await answer.json();
          if (call !== own) return;
          await peer.setRemoteDescription({ type: "answer", sdp: description.sdp });
        }

        function end(own) {
          own.peer.close();
          own.stream?.getTracks().forEach((track) => track.stop());
          own.player.srcObject = null;
          own.context?.close();
        }

        function fail(own, why) {
          if (call !== own) return;
          note("failed: " + why);
          call = null;
          end(own);
          show("failed: " + why);
        }

        async function start() {
          if (call) return;
          const own = {
            peer: new RTCPeerConnection(), player: new Audio(), began: performance.now(),
          };
          call = own;
          show("connecting");
          try {
            await dial(own);
          } catch (error) {
            fail(own, error.message || String(error));
          }
        }

        function stop() {
          if (call) {
            note("hung up");
            const own = call;
            call = null;
            end(own);
          }
          show("idle");
        }

        window.talkover = { start, stop, state: () => state, level: () => rms(call?.theirs) };

        find("call").addEventListener("click", () => (call ? stop() : start()));
        window.addEventListener("pagehide", stop);

        // 60 dB below full scale is the meter's left end.
        const deflection = (level) => Math.max(0, 1 + Math.log10(Math.max(level, 1e-6)) / 3);
        (function draw() {
          find("mine").value = deflection(rms(call?.mine));
          find("theirs").value = deflection(rms(call?.theirs));
          requestAnimationFrame(draw);
        })();
        """
}
