"""Brings one rendering into the form of a gallery clip.

python3 shape.py OUTPUT END_PHASE_MS TRANSCRIPT PIECE [PAUSE_MS PIECE]...

PIECE is a 16 kHz mono WAV file, or the word `cough`. Writes OUTPUT.wav and OUTPUT.json.
"""

import array
import json
import math
import random
import sys
import wave

RATE = 16000
MS = RATE // 1000
AUDIBLE = 184  # -45 dBFS, as an amplitude
LOUD = 32768 * 10 ** (-38 / 20)  # RMS over 10 ms that an edge of speech reaches
LONGEST_GAP = 150 * MS  # inner silence of continuous speech, at most
GAP_KEPT = 110 * MS
LEAD = 50 * MS
TAIL = 65 * MS
FADE = 2 * MS


def load(path):
    if path == "cough":
        return cough()
    with wave.open(path, "rb") as file:
        assert file.getframerate() == RATE and file.getnchannels() == 1
        samples = array.array("h", file.readframes(file.getnframes()))
    return [float(sample) for sample in samples]


def cough():
    """A burst of air, then a shorter one, 250 ms in all."""
    source = random.Random(7)
    low = high = 0.0
    samples = []
    for index in range(250 * MS):
        time = index / RATE
        burst = math.exp(-time / 0.05) + 0.55 * math.exp(-abs(time - 0.13) / 0.045)
        noise = source.uniform(-1, 1) + 0.6 * math.sin(2 * math.pi * 210 * time)
        low += 0.55 * (noise - low)
        high += 0.06 * (low - high)
        samples.append(12000 * burst * (low - high))
    return samples


def normalised(samples):
    """Scales speech to -20 dBFS RMS over the 10 ms blocks that hold any."""
    for _ in range(3):
        blocks = [samples[i : i + 10 * MS] for i in range(0, len(samples), 10 * MS)]
        powers = [sum(x * x for x in block) / len(block) for block in blocks]
        voiced = [power for power in powers if power > LOUD * LOUD / 16]
        factor = 3276.8 / math.sqrt(sum(voiced) / len(voiced))
        samples = [max(-32000.0, min(32000.0, x * factor)) for x in samples]
    return samples


def loud_start(samples):
    """Index from which on the next 10 ms are loud."""
    power = sum(x * x for x in samples[: 10 * MS])
    for start in range(len(samples) - 10 * MS):
        if power > LOUD * LOUD * 10 * MS:
            return start
        power += samples[start + 10 * MS] ** 2 - samples[start] ** 2
    raise SystemExit("nothing is loud")


def trimmed(samples):
    """Cuts to loud edges, fades them, and leaves audible samples first and last."""
    for _ in range(2):
        samples = samples[loud_start(samples) :][::-1]
    for index in range(FADE):
        samples[index] *= (index + 1) / FADE
        samples[-1 - index] *= (index + 1) / FADE
    samples = [int(round(x)) for x in samples]
    audible = [i for i, x in enumerate(samples) if abs(x) >= AUDIBLE]
    return samples[audible[0] : audible[-1] + 1]


def without_gaps(samples):
    """Shortens what would count as a pause inside continuous speech."""
    quiet = 0
    result = []
    step = 5 * MS
    for start in range(0, len(samples), step):
        block = samples[start : start + step]
        power = sum(x * x for x in block) / len(block)
        quiet = quiet + len(block) if power < (LOUD / 2) ** 2 else 0
        if quiet > GAP_KEPT:
            continue
        result += block
    return result


def main():
    output, phase, transcript = sys.argv[1], float(sys.argv[2]), sys.argv[3]
    samples, voiced = [0] * LEAD, []
    for argument in sys.argv[4:]:
        if argument.isdigit():
            samples += [0] * (int(argument) * MS)
            continue
        piece = trimmed(without_gaps(normalised(load(argument))))
        voiced.append([len(samples), len(samples) + len(piece) - 1])
        samples += piece
    # A longer lead-in puts the last voiced sample where it is wanted in a 20 ms frame.
    frame = 20 * MS
    shift = (round(phase * MS) - voiced[-1][1]) % frame
    samples = [0] * shift + samples + [0] * TAIL
    samples += [0] * (-len(samples) % frame)
    voiced = [[first + shift, last + shift] for first, last in voiced]
    with wave.open(output + ".wav", "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array.array("h", samples).tobytes())
    with open(output + ".json", "w", encoding="utf-8") as file:
        body = {"transcript": transcript, "sample_rate": RATE, "voiced": voiced}
        json.dump(body, file, ensure_ascii=False)
        file.write("\n")
    spoken = (voiced[-1][1] - voiced[0][0] + 1) / MS
    print(f"{output.rsplit('/', 1)[-1]}: {spoken:.0f} ms of {len(samples) / MS:.0f} ms")


main()
