/* The floor: what the packets of N callers cost when nothing looks at them.
 *
 * Sends every caller's RTP packet at its slot on a tick of 1 ms and reads what comes back, with
 * the kernel's receive timestamps: one connected socket a caller, one epoll set, one thread. No
 * codec, no jitter buffer, no ear. Prints one line: CPU time of this process (user and system)
 * per pair, one packet out and one in, over the whole callers-up part of the run.
 *
 *   pairs PORT CALLERS SECONDS        to a reference agent on 127.0.0.1:PORT
 *
 * The agent tells speech by the level in the header (RFC 6464), so levels are all it gets: two
 * seconds of speech, then silence until its reply is over. Payloads are noise of Opus's length.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    FRAME_MS = 20, HEADER = 12, EXTENSION = 8, PAYLOAD = 60,
    PACKET = HEADER + EXTENSION + PAYLOAD,
    CYCLE = 10700 / FRAME_MS, SPEECH = 2000 / FRAME_MS, MOST = 20000,
};

typedef struct {
    int socket;
    uint16_t sequence;
    uint32_t timestamp;
    uint32_t frames;
    uint32_t received;
    int64_t last_arrival;
    uint8_t packet[PACKET];
} caller;

static caller callers[MOST];
static uint64_t sent, received, refused;
static int64_t worst, late_sum;
/* Of the first caller: another in every process, for an agent remembers who called. */
static uint32_t first_source;

static int64_t now_ns(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static double cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void open_caller(caller *c, int index, int epoll, const struct sockaddr_in *agent) {
    int on = 1;
    c->socket = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->socket < 0) die("socket");
    if (setsockopt(c->socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) die("timestamps");
    if (connect(c->socket, (const void *)agent, sizeof *agent) != 0) die("connect");
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)index};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->socket, &event) != 0) die("epoll");
    memset(c->packet, 0x5a, sizeof c->packet);
    uint32_t source = htonl(first_source + (uint32_t)index);
    c->packet[0] = 0x90; /* version 2, with an extension */
    c->packet[1] = 111;
    memcpy(c->packet + 8, &source, sizeof source);
    /* RFC 8285 one-byte header, one element of id 1 and one byte, padding. */
    const uint8_t extension[EXTENSION] = {0xbe, 0xde, 0, 1, 0x10, 127, 0, 0};
    memcpy(c->packet + HEADER, extension, sizeof extension);
    c->packet[HEADER + EXTENSION] = 0xf8; /* RFC 6716 3.1: one frame of 20 ms, mono */
    c->frames = (uint32_t)(index * 7) % CYCLE;
}

static void send_frame(caller *c) {
    uint16_t sequence = htons(c->sequence++);
    uint32_t timestamp = htonl(c->timestamp);
    c->timestamp += 960;
    memcpy(c->packet + 2, &sequence, sizeof sequence);
    memcpy(c->packet + 4, &timestamp, sizeof timestamp);
    c->packet[HEADER + 5] = c->frames++ % CYCLE < SPEECH ? 0x80 | 20 : 127;
    if (send(c->socket, c->packet, PACKET, MSG_NOSIGNAL) == PACKET) sent++;
    else refused++;
}

static void receive_frame(caller *c) {
    uint8_t bytes[2048], control[64];
    struct iovec piece = {bytes, sizeof bytes};
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control,
    };
    if (recvmsg(c->socket, &message, MSG_DONTWAIT) < 0) {
        refused++;
        return;
    }
    for (struct cmsghdr *each = CMSG_FIRSTHDR(&message); each != NULL;
         each = CMSG_NXTHDR(&message, each)) {
        if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_TIMESTAMPNS) continue;
        struct timespec stamp;
        memcpy(&stamp, CMSG_DATA(each), sizeof stamp);
        c->last_arrival = (int64_t)stamp.tv_sec * 1000000000 + stamp.tv_nsec;
    }
    c->received++;
    received++;
}

static void receive_ready(int epoll) {
    struct epoll_event events[1024];
    int ready = epoll_wait(epoll, events, 1024, 0);
    for (int i = 0; i < ready; i++) receive_frame(&callers[events[i].data.u32]);
}

/* As the generator does where it may: ahead of ordinary threads, woken exactly. */
static void go_ahead(void) {
    struct sched_param parameters = {.sched_priority = 2};
    sched_setscheduler(0, SCHED_RR, &parameters);
    prctl(PR_SET_TIMERSLACK, 1000UL, 0, 0, 0);
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: %s PORT CALLERS SECONDS\n", arguments[0]);
        return 2;
    }
    struct sockaddr_in agent = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[1])),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int many = atoi(arguments[2]);
    int64_t ticks = (int64_t)atoi(arguments[3]) * 1000;
    if (many < 1 || many > MOST || ticks < 1) {
        fprintf(stderr, "callers: 1 to %d; seconds: 1 or more\n", MOST);
        return 2;
    }
    first_source = (uint32_t)getpid() << 16;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < many; i++) open_caller(&callers[i], i, epoll, &agent);
    go_ahead();
    double begun = cpu_seconds();
    int64_t due = now_ns(CLOCK_MONOTONIC);
    for (int64_t tick = 0; tick < ticks; tick++) {
        due += 1000000;
        struct timespec until = {due / 1000000000, due % 1000000000};
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {}
        receive_ready(epoll);
        for (int i = (int)(tick % FRAME_MS); i < many; i += FRAME_MS) send_frame(&callers[i]);
        int64_t late = now_ns(CLOCK_MONOTONIC) - due;
        late_sum += late;
        if (late > worst) worst = late;
    }
    double used = cpu_seconds() - begun;
    double pairs = (double)(sent + received) / 2;
    printf(
        "{\"cpu_us_per_pair\": %.3f, \"sent\": %llu, \"received\": %llu, \"refused\": %llu, "
        "\"late_ms\": {\"mean\": %.3f, \"max\": %.3f}}\n",
        used * 1e6 / pairs, (unsigned long long)sent, (unsigned long long)received,
        (unsigned long long)refused, (double)late_sum / (double)ticks / 1e6, (double)worst / 1e6);
    return 0;
}
