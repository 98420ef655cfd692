#define _GNU_SOURCE
#include "CSockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Room for SO_TIMESTAMPNS and, when draining errors, an extended error with its address. */
enum { CONTROL_BYTES = 128 };

static int fail(int descriptor) {
    int reason = errno;
    close(descriptor);
    return -reason;
}

static int set_flag(int descriptor, int level, int option) {
    int on = 1;
    return setsockopt(descriptor, level, option, &on, sizeof on);
}

/* A stamping socket of the address's family; negative errno. */
static int open_stamping(const struct sockaddr *address) {
    int descriptor = socket(address->sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    if (set_flag(descriptor, SOL_SOCKET, SO_TIMESTAMPNS) != 0) return fail(descriptor);
    return descriptor;
}

static int set_buffers(int descriptor, int receive_bytes, int send_bytes) {
    if (receive_bytes > 0
        && setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes) != 0)
        return -1;
    if (send_bytes > 0
        && setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &send_bytes, sizeof send_bytes) != 0)
        return -1;
    return 0;
}

int talkover_udp_open(
    const talkover_address *local, int receive_bytes, int send_bytes, bool report_errors) {
    const struct sockaddr *address = (const void *)local->bytes;
    int descriptor = open_stamping(address);
    if (descriptor < 0) return descriptor;
    bool is_v6 = address->sa_family == AF_INET6;
    if (set_buffers(descriptor, receive_bytes, send_bytes) != 0) return fail(descriptor);
    if (report_errors
        && set_flag(
               descriptor, is_v6 ? IPPROTO_IPV6 : IPPROTO_IP, is_v6 ? IPV6_RECVERR : IP_RECVERR)
            != 0)
        return fail(descriptor);
    if (bind(descriptor, address, local->length) != 0) return fail(descriptor);
    return descriptor;
}

int talkover_udp_open_shared(const talkover_address *local, int receive_bytes, int send_bytes) {
    const struct sockaddr *address = (const void *)local->bytes;
    int descriptor = open_stamping(address);
    if (descriptor < 0) return descriptor;
    if (set_flag(descriptor, SOL_SOCKET, SO_REUSEPORT) != 0) return fail(descriptor);
    if (setsockopt(
            descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &receive_bytes, sizeof receive_bytes) == 0)
        receive_bytes = 0;
    if (set_buffers(descriptor, receive_bytes, send_bytes) != 0) return fail(descriptor);
    if (bind(descriptor, address, local->length) != 0) return fail(descriptor);
    return descriptor;
}

int talkover_udp_connect(int socket, const talkover_address *peer) {
    return connect(socket, (const void *)peer->bytes, peer->length) == 0 ? 0 : -errno;
}

int talkover_udp_local(int socket, talkover_address *local) {
    memset(local, 0, sizeof *local);
    socklen_t length = sizeof local->bytes;
    if (getsockname(socket, (struct sockaddr *)(void *)local->bytes, &length) != 0) return -errno;
    local->length = length;
    return 0;
}

int talkover_socket_error(int socket) {
    int pending = 0;
    socklen_t length = sizeof pending;
    if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &pending, &length) != 0) return errno;
    return pending;
}

void talkover_udp_drain_errors(int socket) {
    char payload[64], control[512];
    for (int i = 0; i < 256; i++) {
        struct iovec piece = {payload, sizeof payload};
        struct msghdr message = {
            .msg_iov = &piece, .msg_iovlen = 1,
            .msg_control = control, .msg_controllen = sizeof control,
        };
        if (recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return;
    }
}

int64_t talkover_udp_send(
    int socket, const void *bytes, size_t count, const talkover_address *peer) {
    ssize_t sent = peer == NULL
        ? send(socket, bytes, count, MSG_NOSIGNAL)
        : sendto(socket, bytes, count, MSG_NOSIGNAL, (const void *)peer->bytes, peer->length);
    return sent < 0 ? -errno : sent;
}

static int64_t arrival_stamp(struct msghdr *message) {
    for (struct cmsghdr *each = CMSG_FIRSTHDR(message); each != NULL;
         each = CMSG_NXTHDR(message, each)) {
        if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec stamp;
            memcpy(&stamp, CMSG_DATA(each), sizeof stamp);
            return (int64_t)stamp.tv_sec * 1000000000 + stamp.tv_nsec;
        }
    }
    return 0;
}

int64_t talkover_udp_receive(
    int socket, void *bytes, size_t capacity, int64_t *stamp, talkover_address *from,
    bool *truncated) {
    char control[CONTROL_BYTES];
    struct iovec piece = {bytes, capacity};
    struct msghdr message = {
        .msg_name = from == NULL ? NULL : from->bytes,
        .msg_namelen = from == NULL ? 0 : sizeof from->bytes,
        .msg_iov = &piece, .msg_iovlen = 1,
        .msg_control = control, .msg_controllen = sizeof control,
    };
    ssize_t received = recvmsg(socket, &message, MSG_DONTWAIT);
    if (received < 0) return -errno;
    if (from != NULL) from->length = message.msg_namelen;
    *stamp = arrival_stamp(&message);
    *truncated = (message.msg_flags & MSG_TRUNC) != 0;
    return received;
}

bool talkover_udp_has_datagram(int socket) {
    char byte;
    return recv(socket, &byte, sizeof byte, MSG_DONTWAIT | MSG_PEEK | MSG_TRUNC) >= 0;
}

int talkover_udp_receive_many(
    int socket, talkover_datagram *datagrams, int count, bool wants_peers) {
    struct mmsghdr messages[TALKOVER_BATCH];
    struct iovec pieces[TALKOVER_BATCH];
    char control[TALKOVER_BATCH][CONTROL_BYTES];
    if (count > TALKOVER_BATCH) count = TALKOVER_BATCH;
    for (int i = 0; i < count; i++) {
        pieces[i] = (struct iovec){datagrams[i].bytes, datagrams[i].count};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = wants_peers ? datagrams[i].peer.bytes : NULL,
            .msg_namelen = wants_peers ? sizeof datagrams[i].peer.bytes : 0,
            .msg_iov = &pieces[i], .msg_iovlen = 1,
            .msg_control = control[i], .msg_controllen = CONTROL_BYTES,
        };
    }
    int received = recvmmsg(socket, messages, (unsigned)count, MSG_DONTWAIT, NULL);
    if (received < 0) return -errno;
    for (int i = 0; i < received; i++) {
        datagrams[i].count = messages[i].msg_len;
        datagrams[i].stamp = arrival_stamp(&messages[i].msg_hdr);
        if (wants_peers) datagrams[i].peer.length = messages[i].msg_hdr.msg_namelen;
        datagrams[i].truncated = (messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
    }
    return received;
}

int talkover_udp_send_many(int socket, const talkover_datagram *datagrams, int count) {
    struct mmsghdr messages[TALKOVER_BATCH];
    struct iovec pieces[TALKOVER_BATCH];
    if (count > TALKOVER_BATCH) count = TALKOVER_BATCH;
    for (int i = 0; i < count; i++) {
        pieces[i] = (struct iovec){datagrams[i].bytes, datagrams[i].count};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = (void *)datagrams[i].peer.bytes,
            .msg_namelen = datagrams[i].peer.length,
            .msg_iov = &pieces[i], .msg_iovlen = 1,
        };
    }
    int sent = sendmmsg(socket, messages, (unsigned)count, MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent < 0 ? -errno : sent;
}

int talkover_epoll_open(void) {
    int descriptor = epoll_create1(EPOLL_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

int talkover_epoll_add(int epoll, int descriptor, uint32_t token) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = token};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 ? 0 : -errno;
}

int talkover_epoll_remove(int epoll, int descriptor) {
    struct epoll_event unused = {0};
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &unused) == 0 ? 0 : -errno;
}

int talkover_epoll_ready(int epoll, uint32_t *tokens, int capacity) {
    struct epoll_event events[1024];
    if (capacity > 1024) capacity = 1024;
    int ready = epoll_wait(epoll, events, capacity, 0);
    if (ready < 0) return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < ready; i++) tokens[i] = events[i].data.u32;
    return ready;
}

void talkover_close(int descriptor) { close(descriptor); }
