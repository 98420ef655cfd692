/* The floor: what the frames of N callers cost when nothing looks at them.
 *
 * Sends every caller's frame at its slot on a tick of 1 ms and reads what comes back, with the
 * kernel's receive timestamps: one connected socket a caller, one epoll set, one thread. No codec,
 * no jitter buffer, no ear. Prints one line: CPU time of this process (user and system) per pair,
 * one frame out and one in.
 *
 *   pairs PORT CALLERS SECONDS [TRANSPORT]     to a reference agent on 127.0.0.1:PORT
 *
 * TRANSPORT is rtp, srtp or websocket (datagrams.c, messages.c). Callers speak for two seconds and
 * are measured from the third second on. On WebSocket an agent sends its reply and no silence: with
 * one of 8 s, not more than 7 s can be measured there. The agent tells speech by the
 * level beside a frame (RFC 6464), so levels are all it gets: payloads are noise of Opus's length.
 */
#define _GNU_SOURCE
#include "pairs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

uint32_t first_source;
static uint32_t frames[MOST];
static uint64_t sent, received, refused;
static int64_t worst, late_sum, last_arrival;

void die(const char *what) {
    perror(what);
    exit(1);
}

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

long receive_stamped(int socket, uint8_t *bytes, unsigned long capacity) {
    uint8_t control[64];
    struct iovec piece = {bytes, capacity};
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control,
    };
    ssize_t count = recvmsg(socket, &message, MSG_DONTWAIT);
    if (count < 0) return count;
    for (struct cmsghdr *each = CMSG_FIRSTHDR(&message); each != NULL;
         each = CMSG_NXTHDR(&message, each)) {
        if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_TIMESTAMPNS) continue;
        struct timespec stamp;
        memcpy(&stamp, CMSG_DATA(each), sizeof stamp);
        last_arrival = (int64_t)stamp.tv_sec * 1000000000 + stamp.tv_nsec;
    }
    return count;
}

static void open_caller(const transport *path, int index, int epoll, const struct sockaddr_in *agent) {
    int on = 1, socket = path->open(index, agent);
    if (setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) die("timestamps");
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)index};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) != 0) die("epoll");
}

static void receive_ready(const transport *path, int epoll) {
    struct epoll_event events[1024];
    int ready = epoll_wait(epoll, events, 1024, 0);
    for (int i = 0; i < ready; i++) {
        int count = path->receive((int)events[i].data.u32);
        if (count < 0) refused++;
        else received += (unsigned)count;
    }
}

static void send_frame(const transport *path, int index) {
    uint8_t level = frames[index]++ % CYCLE < SPEECH ? LOUD : QUIET;
    if (path->send(index, level)) sent++;
    else refused++;
}

/* As the generator does where it may: ahead of ordinary threads, woken exactly. */
static void go_ahead(void) {
    struct sched_param parameters = {.sched_priority = 2};
    sched_setscheduler(0, SCHED_RR, &parameters);
    prctl(PR_SET_TIMERSLACK, 1000UL, 0, 0, 0);
}

static void forget(void) {
    sent = received = refused = 0;
    worst = late_sum = 0;
}

/* Returns the CPU time, in seconds, from tick `first` on. */
static double run(const transport *path, int epoll, int many, int64_t first, int64_t ticks) {
    int64_t due = now_ns(CLOCK_MONOTONIC);
    double begun = 0;
    for (int64_t tick = 0; tick < first + ticks; tick++) {
        if (tick == first) {
            forget();
            begun = cpu_seconds();
        }
        due += 1000000;
        struct timespec until = {due / 1000000000, due % 1000000000};
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {}
        receive_ready(path, epoll);
        for (int i = (int)(tick % FRAME_MS); i < many; i += FRAME_MS) send_frame(path, i);
        int64_t late = now_ns(CLOCK_MONOTONIC) - due;
        late_sum += late;
        if (late > worst) worst = late;
    }
    return cpu_seconds() - begun;
}

static const transport *named(const char *name) {
    const transport *all[] = {&rtp, &srtp, &websocket};
    for (int i = 0; i < 3; i++)
        if (strcmp(all[i]->name, name) == 0) return all[i];
    return NULL;
}

int main(int count, char **arguments) {
    const transport *path = named(count == 5 ? arguments[4] : "rtp");
    if (count < 4 || count > 5 || path == NULL) {
        fprintf(stderr, "usage: %s PORT CALLERS SECONDS [rtp|srtp|websocket]\n", arguments[0]);
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
    if (path->prepare != NULL) path->prepare();
    for (int i = 0; i < many; i++) open_caller(path, i, epoll, &agent);
    go_ahead();
    double used = run(path, epoll, many, 3000, ticks);
    double pairs = (double)(sent + received) / 2;
    printf(
        "{\"cpu_us_per_pair\": %.3f, \"sent\": %llu, \"received\": %llu, \"refused\": %llu, "
        "\"late_ms\": {\"mean\": %.3f, \"max\": %.3f}}\n",
        used * 1e6 / pairs, (unsigned long long)sent, (unsigned long long)received,
        (unsigned long long)refused, (double)late_sum / (double)ticks / 1e6, (double)worst / 1e6);
    return 0;
}
