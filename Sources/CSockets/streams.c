#define _GNU_SOURCE
#include "CSockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int fail(int descriptor) {
    int reason = errno;
    close(descriptor);
    return -reason;
}

/* Small messages leave at once, arrivals are stamped. Neither is worth failing a call for. */
static void prepare(int descriptor) {
    int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
}

int talkover_tcp_connect(const talkover_address *peer) {
    const struct sockaddr *address = (const void *)peer->bytes;
    int descriptor = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    prepare(descriptor);
    if (connect(descriptor, address, peer->length) != 0 && errno != EINPROGRESS)
        return fail(descriptor);
    return descriptor;
}

int talkover_tcp_listen(talkover_address *local, int backlog) {
    struct sockaddr *address = (void *)local->bytes;
    int descriptor = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    int on = 1;
    if (setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
        return fail(descriptor);
    if (bind(descriptor, address, local->length) != 0) return fail(descriptor);
    if (listen(descriptor, backlog) != 0) return fail(descriptor);
    socklen_t length = sizeof local->bytes;
    if (getsockname(descriptor, address, &length) != 0) return fail(descriptor);
    local->length = length;
    return descriptor;
}

int talkover_tcp_accept(int listener) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) return -errno;
    prepare(descriptor);
    return descriptor;
}

int64_t talkover_tcp_send(int socket, const void *bytes, size_t count) {
    ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent < 0 ? -errno : sent;
}

int64_t talkover_tcp_receive(int socket, void *bytes, size_t capacity, int64_t *stamp) {
    char control[64];
    struct iovec piece = {bytes, capacity};
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1,
        .msg_control = control, .msg_controllen = sizeof control,
    };
    *stamp = 0;
    ssize_t received = recvmsg(socket, &message, MSG_DONTWAIT);
    if (received < 0) return -errno;
    for (struct cmsghdr *each = CMSG_FIRSTHDR(&message); each != NULL;
         each = CMSG_NXTHDR(&message, each)) {
        if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_TIMESTAMPNS) continue;
        struct timespec at;
        memcpy(&at, CMSG_DATA(each), sizeof at);
        *stamp = (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
    }
    return received;
}

void talkover_tcp_finish_sending(int socket) { shutdown(socket, SHUT_WR); }

int talkover_epoll_watch(int epoll, int descriptor, uint32_t token, int interest, bool is_new) {
    uint32_t events = 0;
    if (interest & TALKOVER_READING) events |= EPOLLIN;
    if (interest & TALKOVER_WRITING) events |= EPOLLOUT;
    struct epoll_event event = {.events = events, .data.u32 = token};
    int operation = is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    return epoll_ctl(epoll, operation, descriptor, &event) == 0 ? 0 : -errno;
}
