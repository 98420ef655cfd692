#!/usr/bin/env bash
# Runs coturn on 127.0.0.1, over UDP and TCP, until stdin closes: coturn.sh PORT USER PASSWORD [REALM]
#
# Port 0 picks a free one. Prints READY with its URLs once it listens. Relays to loopback peers, which coturn refuses by
# itself; its files lie in a temporary folder and go with it.
set -euo pipefail

if [ $# -lt 3 ]; then
    echo "usage: coturn.sh PORT USER PASSWORD [REALM]" >&2
    exit 2
fi
port=$1 user=$2 password=$3 realm=${4:-talkover}
if ! command -v turnserver >/dev/null; then
    echo "there is no turnserver on PATH: .ci/install-interop brings it" >&2
    exit 6
fi
is_taken() { (: </dev/tcp/127.0.0.1/"$1") 2>/dev/null; }
while [ "$port" -eq 0 ]; do
    # Below what the kernel hands out by itself.
    candidate=$((20000 + RANDOM % 10000))
    is_taken "$candidate" || port=$candidate
done
# coturn shares a port that is taken, without a word, and then gets half of what is sent to it.
if is_taken "$port"; then
    echo "port $port is in use" >&2
    exit 6
fi

folder=$(mktemp -d)
server=
end() {
    trap - EXIT
    if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" || true; fi
    rm -rf "$folder"
    exit "${1:-0}"
}
trap 'end 1' EXIT
trap 'end 0' TERM INT

# Should this script be killed, its server goes too.
with_us=()
if command -v setpriv >/dev/null; then with_us=(setpriv --pdeathsig KILL); fi
${with_us[@]+"${with_us[@]}"} turnserver -n \
    --listening-ip=127.0.0.1 --relay-ip=127.0.0.1 --listening-port="$port" \
    --lt-cred-mech --user="$user:$password" --realm="$realm" --fingerprint \
    --no-tls --no-dtls --no-cli --allow-loopback-peers --no-stdout-log --simple-log \
    --log-file="$folder/log" --pidfile="$folder/pid" --userdb="$folder/users" \
    >"$folder/output" 2>&1 </dev/null &
server=$!

is_ready=false
for _ in $(seq 100); do
    if ! kill -0 "$server" 2>/dev/null; then break; fi
    if is_taken "$port"; then
        printf 'READY {"udp": "turn:127.0.0.1:%s", "tcp": "turn:127.0.0.1:%s?transport=tcp"}\n' \
            "$port" "$port"
        is_ready=true
        break
    fi
    sleep 0.05
done
if ! $is_ready; then
    tail -n 5 "$folder/output" "$folder/log" >&2 || true
    end 1
fi

# Whichever ends first: the server, or whoever holds our stdin. A command in the background would
# read from /dev/null unless it is told otherwise.
exec 3<&0
cat <&3 >/dev/null &
reader=$!
wait -n "$server" "$reader" || true
kill "$reader" 2>/dev/null || true
end 0
