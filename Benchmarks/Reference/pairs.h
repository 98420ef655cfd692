/* What the floors of all transports share: see pairs.c. */
#pragma once
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    FRAME_MS = 20, PAYLOAD = 60, MOST = 20000,
    /* Two seconds of speech, then silence until the agent's reply is over. */
    CYCLE = 10700 / FRAME_MS, SPEECH = 2000 / FRAME_MS,
    /* Of speech and of silence: RFC 6464, the V bit and -dBov. */
    LOUD = 0x80 | 20, QUIET = 127,
    /* RFC 6716 3.1: one frame of 20 ms, mono. */
    OPUS = 0xf8,
};

typedef struct {
    const char *name;
    /* Once, before there are callers; NULL where there is nothing to do. */
    void (*prepare)(void);
    /* Connects caller `index`. Returns its socket, which does not block. */
    int (*open)(int index, const struct sockaddr_in *agent);
    /* Sends the caller's next frame. Returns whether it left. */
    bool (*send)(int index, uint8_t level);
    /* Takes what has arrived. Returns how many frames there were, or -1. */
    int (*receive)(int index);
} transport;

extern const transport rtp, srtp, websocket;

/* Of the first caller: another in every process, for an agent remembers who called. */
extern uint32_t first_source;

/* Receives with the kernel's timestamp, as recv(2) otherwise. */
long receive_stamped(int socket, uint8_t *bytes, unsigned long capacity);

/* Ends the program, naming what failed. */
void die(const char *what);
