/* Binary WebSocket messages (RFC 6455) on TCP: a level octet and a frame in each, as the agent's
 * /binary has them. What arrives is told apart by its headers, and no more.
 */
#define _GNU_SOURCE
#include "pairs.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

enum { HEAD = 6, MESSAGE = 1 + PAYLOAD, TEXT = 0x81, BINARY = 0x82, MASKED = 0x80 };

typedef struct {
    int socket;
    uint32_t mask;
    /* Of the message that is arriving: its header so far, and payload still to come. */
    uint8_t head[4];
    uint8_t head_length;
    size_t left;
} caller;

static caller callers[MOST];
static uint8_t payload[MESSAGE];

/* xorshift32 (Marsaglia, 2003). */
static uint32_t next_mask(caller *c) {
    c->mask ^= c->mask << 13;
    c->mask ^= c->mask >> 17;
    c->mask ^= c->mask << 5;
    return c->mask;
}

static bool send_message(caller *c, uint8_t kind, const uint8_t *bytes, uint8_t count) {
    uint8_t wire[HEAD + 125] = {kind, MASKED | count};
    uint32_t mask = next_mask(c);
    memcpy(wire + 2, &mask, sizeof mask);
    for (int i = 0; i < count; i++) wire[HEAD + i] = bytes[i] ^ wire[2 + i % 4];
    return send(c->socket, wire, HEAD + (size_t)count, MSG_NOSIGNAL) == HEAD + count;
}

/* Returns how many binary messages began. */
static int take(caller *c, const uint8_t *bytes, size_t count) {
    int messages = 0;
    while (count > 0) {
        if (c->left > 0) {
            size_t part = count < c->left ? count : c->left;
            bytes += part;
            count -= part;
            c->left -= part;
            continue;
        }
        c->head[c->head_length++] = *bytes++;
        count--;
        if (c->head_length < 2) continue;
        size_t length = c->head[1] & 0x7f;
        if (length == 127) {
            errno = EMSGSIZE;
            die("receive");
        }
        if (length == 126 && c->head_length < 4) continue;
        if (length == 126) length = (size_t)c->head[2] << 8 | c->head[3];
        if (c->head[0] == BINARY) messages++;
        c->left = length;
        c->head_length = 0;
    }
    return messages;
}

static void upgrade(caller *c) {
    static const char request[] =
        "GET /binary HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    if (send(c->socket, request, sizeof request - 1, MSG_NOSIGNAL) < 0) die("upgrade");
    char answer[1024];
    size_t length = 0;
    while (memmem(answer, length, "\r\n\r\n", 4) == NULL) {
        /* A byte at a time: what is behind the head is a message. */
        if (length == sizeof answer || recv(c->socket, answer + length, 1, 0) != 1) die("upgrade");
        length++;
    }
    if (length < 12 || memcmp(answer + 9, "101", 3) != 0) {
        errno = EPROTO;
        die("upgrade");
    }
}

static int open_websocket(int index, const struct sockaddr_in *agent) {
    static const char start[] = "{\"type\":\"start\",\"codec\":\"opus\",\"ptime_ms\":20,\"levels\":true}";
    caller *c = &callers[index];
    int on = 1;
    c->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->socket < 0) die("socket");
    c->mask = first_source + (uint32_t)index + 1;
    if (connect(c->socket, (const void *)agent, sizeof *agent) != 0) die("connect");
    if (setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) die("nodelay");
    upgrade(c);
    if (!send_message(c, TEXT, (const void *)start, sizeof start - 1)) die("start");
    if (fcntl(c->socket, F_SETFL, O_NONBLOCK) != 0) die("nonblocking");
    return c->socket;
}

static bool send_websocket(int index, uint8_t level) {
    payload[0] = level;
    return send_message(&callers[index], BINARY, payload, MESSAGE);
}

static int receive_websocket(int index) {
    static uint8_t bytes[64 << 10];
    caller *c = &callers[index];
    long count = receive_stamped(c->socket, bytes, sizeof bytes);
    if (count == 0) {
        errno = ECONNRESET;
        die("receive");
    }
    return count < 0 ? -1 : take(c, bytes, (size_t)count);
}

static void prepare_websocket(void) {
    memset(payload, 0x5a, sizeof payload);
    payload[1] = OPUS;
}

const transport websocket = {
    "websocket", prepare_websocket, open_websocket, send_websocket, receive_websocket,
};
