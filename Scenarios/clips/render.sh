#!/bin/sh
# Renders the gallery's clips anew: NAME.wav (16 kHz, mono, 16 bit) and NAME.json beside it.
#
# The clips are committed, so nobody needs this to build or to run. It needs espeak-ng, sox
# and python3; another espeak-ng than 1.51 says the same words at slightly other instants.
#
#   sh Scenarios/clips/render.sh            renders every clip into this folder
#
# shape.py then brings each one into form: speech at -20 dBFS RMS, digital silence around it,
# no inner silence but the wanted ones, and ends that fall at different phases of a 20 ms frame.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# speak FILE VOICE PITCH WORDS_PER_MINUTE TEXT: one rendering at 16 kHz.
speak() {
    espeak-ng -v "$2" -p "$3" -s "$4" -w "$work/espeak.wav" "$5"
    sox -D "$work/espeak.wav" -r 16000 -c 1 -b 16 "$work/$1.wav" rate -v
}

caller() { # NAME END_PHASE_MS TEXT [WORDS_PER_MINUTE]
    speak "$1" en-us 45 "${4:-165}" "$3"
    python3 "$here/shape.py" "$here/$1" "$2" "$3" "$work/$1.wav"
}

agent() { # NAME END_PHASE_MS TEXT
    speak "$1" en-gb-x-rp+f3 60 178 "$3"
    python3 "$here/shape.py" "$here/$1" "$2" "$3" "$work/$1.wav"
}

caller opening_hours 3.1 "What are your opening hours on Saturday?"
caller long_question 7.4 "I ordered a pair of running shoes two weeks ago and they still have not arrived so could you tell me where the parcel is and when it will be here"
caller hold_on 11.6 "Hold on, wait a second." 270
caller thanks 15.2 "Thanks, goodbye."
caller side_talk 18.7 "No, the other one, over there."
caller yes_please 1.3 "Yes please."

# A short hum, as people do to show that they are listening.
speak mm_hmm en-us 45 155 "[[m'mh'm]]"
python3 "$here/shape.py" "$here/mm_hmm" 9.5 "Mm-hmm." "$work/mm_hmm.wav"

# Two halves around a pause of exactly 800 ms.
speak first en-us 45 165 "I would like to book a table for"
speak second en-us 45 165 "seven people on Friday evening"
python3 "$here/shape.py" "$here/unfinished" 5.8 \
    "I would like to book a table for … seven people on Friday evening." \
    "$work/first.wav" 800 "$work/second.wav"

# Noise in the shape of a cough.
python3 "$here/shape.py" "$here/cough" 13.3 "(cough)" cough

agent reply_hours 4.2 "On Saturday we are open from nine in the morning until half past six in the evening and on Sunday from ten until four"
agent reply_long 12.7 "Let me explain how that works because there is a little more to it: your parcel left our warehouse on Monday and then it had to wait at the sorting centre for two days because of the holiday"
agent reply_short 16.9 "Of course I can do that for you right away"
agent reply_steps 8.8 "First open the settings and choose your account then scroll down to the bottom of the page and confirm it with the code that we have just sent to your phone"
