#define _GNU_SOURCE
#include "CSockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool store(const struct sockaddr *from, socklen_t length, talkover_address *address) {
    if (length > sizeof address->bytes) return false;
    memset(address, 0, sizeof *address);
    memcpy(address->bytes, from, length);
    address->length = length;
    return true;
}

static int family(const talkover_address *address) {
    struct sockaddr head;
    memcpy(&head, address->bytes, sizeof head);
    return address->length == 0 ? AF_UNSPEC : head.sa_family;
}

int talkover_address_make(const char *host, uint16_t port, talkover_address *address) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
        store((struct sockaddr *)&v4, sizeof v4, address);
        return 0;
    }
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1) {
        store((struct sockaddr *)&v6, sizeof v6, address);
        return 0;
    }
    return -EINVAL;
}

int talkover_address_resolve(
    const char *host, uint16_t port, talkover_address *found, int capacity) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    char service[8];
    snprintf(service, sizeof service, "%u", (unsigned)port);
    if (getaddrinfo(host, service, &hints, &list) != 0) return -1;
    int count = 0;
    for (struct addrinfo *each = list; each != NULL && count < capacity; each = each->ai_next) {
        if (each->ai_family != AF_INET && each->ai_family != AF_INET6) continue;
        if (store(each->ai_addr, each->ai_addrlen, &found[count])) count++;
    }
    freeaddrinfo(list);
    return count;
}

bool talkover_address_equal(const talkover_address *left, const talkover_address *right) {
    if (family(left) != family(right)) return false;
    if (family(left) == AF_INET) {
        const struct sockaddr_in *a = (const void *)left->bytes, *b = (const void *)right->bytes;
        return a->sin_port == b->sin_port && a->sin_addr.s_addr == b->sin_addr.s_addr;
    }
    if (family(left) != AF_INET6) return false;
    /* Flow labels and scopes may differ between what was asked for and what arrives. */
    const struct sockaddr_in6 *a = (const void *)left->bytes, *b = (const void *)right->bytes;
    return a->sin6_port == b->sin6_port && memcmp(&a->sin6_addr, &b->sin6_addr, 16) == 0;
}

uint64_t talkover_address_hash(const talkover_address *address) {
    uint64_t hash = 0xCBF29CE484222325u;
    const uint8_t *bytes = address->bytes;
    /* Family, port and IPv4 address are the first 8 bytes; an IPv6 address is bytes 8 to 23. */
    size_t end = family(address) == AF_INET6 ? 24 : 8;
    for (size_t i = 0; i < end; i++) {
        if (family(address) == AF_INET6 && i >= 4 && i < 8) continue;
        hash = (hash ^ bytes[i]) * 0x100000001B3u;
    }
    return hash;
}

uint64_t talkover_address_pack(const talkover_address *address) {
    if (family(address) != AF_INET) return 0;
    const struct sockaddr_in *v4 = (const void *)address->bytes;
    return (uint64_t)1 << 48 | (uint64_t)ntohs(v4->sin_port) << 32 | ntohl(v4->sin_addr.s_addr);
}

void talkover_address_unpack(uint64_t packed, talkover_address *address) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)(packed >> 32))};
    v4.sin_addr.s_addr = htonl((uint32_t)packed);
    store((struct sockaddr *)&v4, sizeof v4, address);
}

uint16_t talkover_address_port(const talkover_address *address) {
    if (family(address) == AF_UNSPEC) return 0;
    /* The port is at the same place in both families. */
    return ntohs(((const struct sockaddr_in *)(const void *)address->bytes)->sin_port);
}

void talkover_address_set_port(talkover_address *address, uint16_t port) {
    if (family(address) == AF_UNSPEC) return;
    ((struct sockaddr_in *)(void *)address->bytes)->sin_port = htons(port);
}

bool talkover_address_is_loopback(const talkover_address *address) {
    if (family(address) == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)address->bytes;
        return (ntohl(v4->sin_addr.s_addr) >> 24) == 127;
    }
    if (family(address) != AF_INET6) return false;
    const struct sockaddr_in6 *v6 = (const void *)address->bytes;
    return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

int talkover_address_host(const talkover_address *address, char *text, size_t capacity) {
    const void *host = NULL;
    if (family(address) == AF_INET) {
        host = &((const struct sockaddr_in *)(const void *)address->bytes)->sin_addr;
    } else if (family(address) == AF_INET6) {
        host = &((const struct sockaddr_in6 *)(const void *)address->bytes)->sin6_addr;
    } else {
        return -EAFNOSUPPORT;
    }
    return inet_ntop(family(address), host, text, (socklen_t)capacity) == NULL ? -errno : 0;
}

void talkover_address_any(const talkover_address *like, talkover_address *any) {
    if (family(like) == AF_INET6) {
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
        store((struct sockaddr *)&v6, sizeof v6, any);
    } else {
        struct sockaddr_in v4 = {.sin_family = AF_INET};
        store((struct sockaddr *)&v4, sizeof v4, any);
    }
}

int talkover_address_octets(const talkover_address *address, uint8_t octets[16]) {
    if (family(address) == AF_INET) {
        memcpy(octets, &((const struct sockaddr_in *)(const void *)address->bytes)->sin_addr, 4);
        return 4;
    }
    if (family(address) != AF_INET6) return 0;
    memcpy(octets, &((const struct sockaddr_in6 *)(const void *)address->bytes)->sin6_addr, 16);
    return 16;
}

void talkover_address_from_octets(
    const uint8_t *octets, int count, uint16_t port, talkover_address *address) {
    if (count == 16) {
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
        memcpy(&v6.sin6_addr, octets, 16);
        store((struct sockaddr *)&v6, sizeof v6, address);
    } else {
        struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
        memcpy(&v4.sin_addr, octets, 4);
        store((struct sockaddr *)&v4, sizeof v4, address);
    }
}

int talkover_address_towards(const talkover_address *peer, talkover_address *local) {
    int socket_ = socket(family(peer), SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) return -errno;
    int result = 0;
    struct sockaddr_storage name;
    socklen_t length = sizeof name;
    /* A connected datagram socket knows its route; no packet leaves. */
    if (connect(socket_, (const struct sockaddr *)(const void *)peer->bytes, peer->length) != 0 ||
        getsockname(socket_, (struct sockaddr *)&name, &length) != 0) {
        result = -errno;
    } else if (!store((struct sockaddr *)&name, length, local)) {
        result = -EAFNOSUPPORT;
    } else {
        uint8_t octets[16];
        talkover_address_from_octets(octets, talkover_address_octets(local, octets), 0, local);
    }
    close(socket_);
    return result;
}
