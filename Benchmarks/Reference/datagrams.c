/* RTP (RFC 3550) on UDP; with SRTP (RFC 7714), every packet is sealed and opened as well.
 *
 * On srtp a copy of each packet is sealed when it is sent, and the copy sealed last is opened for
 * each that arrives: the agent has no keys and hears none. Keys are AES-128-GCM's by OpenSSL, one
 * context for all callers, expanded anew for each packet: cheaper than to wait for the memory of
 * a context of each caller's own.
 */
#include "pairs.h"

#include <openssl/evp.h>
#include <string.h>
#include <sys/socket.h>

enum { HEADER = 12, EXTENSION = 8, CLEAR = HEADER + EXTENSION, PACKET = CLEAR + PAYLOAD, TAG = 16 };

typedef struct {
    int socket;
    uint16_t sequence;
    uint32_t timestamp;
    uint8_t packet[PACKET];
    uint8_t sealed[PACKET + TAG];
    uint8_t key[16];
} caller;

static caller callers[MOST];
static EVP_CIPHER_CTX *sealing, *opening;

static int open_rtp(int index, const struct sockaddr_in *agent) {
    caller *c = &callers[index];
    c->socket = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->socket < 0) die("socket");
    if (connect(c->socket, (const void *)agent, sizeof *agent) != 0) die("connect");
    memset(c->packet, 0x5a, sizeof c->packet);
    uint32_t source = htonl(first_source + (uint32_t)index);
    c->packet[0] = 0x90; /* version 2, with an extension */
    c->packet[1] = 111;
    memcpy(c->packet + 8, &source, sizeof source);
    memcpy(c->key, &source, sizeof source);
    /* RFC 8285 one-byte header, one element of id 1 and one byte, padding. */
    const uint8_t extension[EXTENSION] = {0xbe, 0xde, 0, 1, 0x10, QUIET, 0, 0};
    memcpy(c->packet + HEADER, extension, sizeof extension);
    c->packet[CLEAR] = OPUS;
    return c->socket;
}

static bool send_rtp(int index, uint8_t level) {
    caller *c = &callers[index];
    uint16_t sequence = htons(c->sequence++);
    uint32_t timestamp = htonl(c->timestamp);
    c->timestamp += 960;
    memcpy(c->packet + 2, &sequence, sizeof sequence);
    memcpy(c->packet + 4, &timestamp, sizeof timestamp);
    c->packet[HEADER + 5] = level;
    return send(c->socket, c->packet, PACKET, MSG_NOSIGNAL) == PACKET;
}

static int receive_rtp(int index) {
    uint8_t bytes[2048];
    return receive_stamped(callers[index].socket, bytes, sizeof bytes) < 0 ? -1 : 1;
}

static EVP_CIPHER_CTX *new_cipher(int is_sealing) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context == NULL
        || EVP_CipherInit_ex2(context, EVP_aes_128_gcm(), NULL, NULL, is_sealing, NULL) != 1)
        die("cipher");
    return context;
}

static void prepare_srtp(void) {
    sealing = new_cipher(1);
    opening = new_cipher(0);
}

/* The header stands for the nonce of RFC 7714 8.1: sequence number and timestamp never come again. */
static bool run_cipher(const caller *c, EVP_CIPHER_CTX *context, uint8_t *packet) {
    int count;
    return EVP_CipherInit_ex2(context, NULL, c->key, packet, -1, NULL) == 1
        && EVP_CipherUpdate(context, NULL, &count, packet, CLEAR) == 1
        && EVP_CipherUpdate(context, packet + CLEAR, &count, packet + CLEAR, PAYLOAD) == 1;
}

static void seal(caller *c) {
    int count;
    memcpy(c->sealed, c->packet, PACKET);
    if (!run_cipher(c, sealing, c->sealed)
        || EVP_CipherFinal_ex(sealing, c->sealed + PACKET, &count) != 1
        || EVP_CIPHER_CTX_ctrl(sealing, EVP_CTRL_AEAD_GET_TAG, TAG, c->sealed + PACKET) != 1)
        die("seal");
}

static void unseal(const caller *c) {
    uint8_t packet[PACKET + TAG];
    int count;
    memcpy(packet, c->sealed, sizeof packet);
    if (!run_cipher(c, opening, packet)
        || EVP_CIPHER_CTX_ctrl(opening, EVP_CTRL_AEAD_SET_TAG, TAG, packet + PACKET) != 1
        || EVP_CipherFinal_ex(opening, packet, &count) != 1)
        die("open");
}

static int open_srtp(int index, const struct sockaddr_in *agent) {
    int socket = open_rtp(index, agent);
    seal(&callers[index]);
    return socket;
}

static bool send_srtp(int index, uint8_t level) {
    bool has_left = send_rtp(index, level);
    seal(&callers[index]);
    return has_left;
}

static int receive_srtp(int index) {
    int count = receive_rtp(index);
    if (count > 0) unseal(&callers[index]);
    return count;
}

const transport rtp = {"rtp", NULL, open_rtp, send_rtp, receive_rtp};
const transport srtp = {"srtp", prepare_srtp, open_srtp, send_srtp, receive_srtp};
