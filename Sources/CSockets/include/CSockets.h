#pragma once
/*
 * What the drivers need of the kernel and Swift cannot say well: control messages,
 * batched datagrams, process figures.
 *
 * Plain types only: libc's own headers stay in the .c files, where they cannot clash
 * with the modules Swift makes of them. Functions that can fail return a negative errno.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An IPv4 or IPv6 socket address, as the kernel wants it. */
typedef struct {
    uint32_t length;
    uint8_t bytes[28];
} talkover_address;

/* From numeric text, as in "127.0.0.1" or "::1". */
int talkover_address_make(const char *host, uint16_t port, talkover_address *address);
/* Every address a name resolves to, at most `capacity`; blocks. Returns how many, or -1. */
int talkover_address_resolve(const char *host, uint16_t port, talkover_address *found, int capacity);
bool talkover_address_equal(const talkover_address *left, const talkover_address *right);
uint64_t talkover_address_hash(const talkover_address *address);
/* Family, port and IPv4 address in one word, and back; 0 for IPv6, which does not fit. */
uint64_t talkover_address_pack(const talkover_address *address);
void talkover_address_unpack(uint64_t packed, talkover_address *address);
uint16_t talkover_address_port(const talkover_address *address);
void talkover_address_set_port(talkover_address *address, uint16_t port);
bool talkover_address_is_loopback(const talkover_address *address);
/* Numeric host without port, NUL-terminated; `capacity` of 64 is always enough. */
int talkover_address_host(const talkover_address *address, char *text, size_t capacity);
/* The octets of an IP address: 4, 16, or 0 of them where there is none. */
int talkover_address_octets(const talkover_address *address, uint8_t octets[16]);
/* From 4 or 16 octets. */
void talkover_address_from_octets(
    const uint8_t *octets, int count, uint16_t port, talkover_address *address);
/* The address this host would send to `peer` from, port 0. Sends nothing. */
int talkover_address_towards(const talkover_address *peer, talkover_address *local);
/* The wildcard address of the same family, port 0. */
void talkover_address_any(const talkover_address *like, talkover_address *any);

/*
 * A non-blocking UDP socket bound to `local`, stamping arrivals (SO_TIMESTAMPNS).
 * `report_errors`: an unreachable peer becomes ECONNREFUSED although the socket is not connected.
 */
int talkover_udp_open(
    const talkover_address *local, int receive_bytes, int send_bytes, bool report_errors);
/*
 * A socket that shares its port with others made likewise, each with a receive buffer of its own:
 * the kernel deals senders out among them. The buffer is forced up where this process may.
 */
int talkover_udp_open_shared(const talkover_address *local, int receive_bytes, int send_bytes);
int talkover_udp_connect(int socket, const talkover_address *peer);
int talkover_udp_local(int socket, talkover_address *local);
/* The pending error of a socket, cleared by asking; 0 if none. */
int talkover_socket_error(int socket);
/* Throws away queued ICMP reports, which would keep the socket readable. */
void talkover_udp_drain_errors(int socket);
int64_t talkover_udp_send(
    int socket, const void *bytes, size_t count, const talkover_address *peer);
/*
 * One datagram: its length, or a negative errno. `stamp` is CLOCK_REALTIME in ns, 0 when the
 * kernel gave none. What does not fit is cut off and `truncated` set. `from` may be NULL.
 */
int64_t talkover_udp_receive(
    int socket, void *bytes, size_t capacity, int64_t *stamp, talkover_address *from,
    bool *truncated);
/* Whether one could be received, without receiving it. */
bool talkover_udp_has_datagram(int socket);

/*
 * Asks for memory that is about to be used, so that it is there by then: `bytes` from `start`,
 * a kilobyte or two at most.
 */
static inline void talkover_prefetch(const void *start, size_t bytes) {
    for (size_t offset = 0; offset < bytes; offset += 64)
        __builtin_prefetch((const char *)start + offset, 1, 2);
}
/* Bytes the heap keeps for an object at `start`. */
size_t talkover_heap_bytes(const void *start);

/* One datagram of a batch. */
typedef struct {
    void *bytes;
    size_t count; /* in: capacity when receiving; out: length */
    int64_t stamp; /* CLOCK_REALTIME in ns, 0 when the kernel gave none */
    talkover_address peer;
    bool truncated;
} talkover_datagram;

enum { TALKOVER_BATCH = 64 };
/*
 * At most TALKOVER_BATCH datagrams in one system call; how many, or a negative errno. `peer` is left
 * as it is where `wants_peers` is false.
 */
int talkover_udp_receive_many(
    int socket, talkover_datagram *datagrams, int count, bool wants_peers);
int talkover_udp_send_many(int socket, const talkover_datagram *datagrams, int count);

/* A non-blocking TCP socket on its way to `peer`: writable once it is there, or has failed. */
int talkover_tcp_connect(const talkover_address *peer);
/* A listening TCP socket; `local` gets the port that was picked where it was 0. */
int talkover_tcp_listen(talkover_address *local, int backlog);
int talkover_tcp_accept(int listener);
/* Bytes taken, which may be fewer than `count`, or a negative errno. */
int64_t talkover_tcp_send(int socket, const void *bytes, size_t count);
/*
 * Bytes read, 0 at the end of the stream, or a negative errno. `stamp` is CLOCK_REALTIME in ns at
 * which the last byte returned arrived, 0 when the kernel gave none.
 */
int64_t talkover_tcp_receive(int socket, void *bytes, size_t capacity, int64_t *stamp);
/* Tells the peer that nothing follows; what it sends can still be read. */
void talkover_tcp_finish_sending(int socket);

enum { TALKOVER_READING = 1, TALKOVER_WRITING = 2 };
/* Adds a descriptor to an epoll set, or changes what it is watched for. */
int talkover_epoll_watch(int epoll, int descriptor, uint32_t token, int interest, bool is_new);

int talkover_epoll_open(void);
int talkover_epoll_add(int epoll, int descriptor, uint32_t token);
int talkover_epoll_remove(int epoll, int descriptor);
/* Tokens of what is readable now; never waits. `capacity` at most 1024. */
int talkover_epoll_ready(int epoll, uint32_t *tokens, int capacity);

void talkover_close(int descriptor);

int64_t talkover_monotonic_ns(void);
/* Both clocks read together; returns how far apart the readings may be, in ns. */
int64_t talkover_clock_pair(int64_t *monotonic, int64_t *realtime);

/* Has the calling thread run before any thread of ordinary priority, in turn with others of its
   kind and rank (SCHED_RR), and before those of a lower one. 0, or -errno where the system does
   not allow it, as to most users. */
int talkover_go_ahead_of_others(int rank);
/*
 * Gives the calling thread the most of what is left of a processor, behind those that go ahead of
 * others. 0, or a negative errno where the system does not allow it.
 */
int talkover_go_before_others(void);
/* The same, without taking turns (SCHED_FIFO). */
int talkover_go_ahead_of_all(int rank);
/* Whether `talkover_go_ahead_of_all` would be allowed: 0 or -errno. The thread stays as it is. */
int talkover_may_go_ahead_of_all(int rank);
enum { TALKOVER_POLICY_ORDINARY = 0, TALKOVER_POLICY_ROUND_ROBIN = 1, TALKOVER_POLICY_FIFO = 2 };
/* How the calling thread is scheduled. */
int talkover_thread_policy(void);

/* A bit for each of 8,192 CPUs, the lowest first. */
enum { TALKOVER_CPU_WORDS = 128 };
/* The CPUs that the calling thread may run on. */
int talkover_cpus_allowed(uint64_t mask[TALKOVER_CPU_WORDS]);
/* From now on the calling thread, and what it starts, runs on these CPUs alone. */
int talkover_thread_use_cpus(const uint64_t mask[TALKOVER_CPU_WORDS]);
/* The same of every thread of this process. */
int talkover_process_use_cpus(const uint64_t mask[TALKOVER_CPU_WORDS]);

/* Shown by debuggers and in /proc; 15 bytes at most. */
void talkover_name_thread(const char *name);

/* How late this thread's sleeps may be rounded, for fewer wake-ups; the default is 50 us. */
int talkover_set_timer_slack(uint64_t nanoseconds);
/* User and system time of this process. */
int64_t talkover_process_cpu_ns(void);
/* The same of the calling thread alone. */
int64_t talkover_thread_cpu_ns(void);
/* Resident memory of this process; -1 where it is not known. */
int64_t talkover_process_resident_bytes(void);
int talkover_descriptor_limit(uint64_t *soft, uint64_t *hard);
/* Raises the soft limit on open descriptors to the hard one. */
int talkover_descriptor_limit_raise(void);
/* Descriptors open in this process; -1 where it is not known. */
int talkover_descriptors_open(void);
/* Ports the kernel hands out by itself, both ends included. */
int talkover_ephemeral_ports(uint32_t *lowest, uint32_t *highest);
/* Whether some of them are kept for somebody, whom the kernel knows to leave out. */
bool talkover_ports_reserved(void);
