#define _GNU_SOURCE
#include "CSockets.h"

#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static int64_t read_clock(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t talkover_monotonic_ns(void) { return read_clock(CLOCK_MONOTONIC); }

int64_t talkover_clock_pair(int64_t *monotonic, int64_t *realtime) {
    int64_t before = read_clock(CLOCK_MONOTONIC);
    *realtime = read_clock(CLOCK_REALTIME);
    int64_t after = read_clock(CLOCK_MONOTONIC);
    *monotonic = before + (after - before) / 2;
    return after - before;
}

static int run_ahead(int policy, int rank) {
    struct sched_param parameters = {.sched_priority = rank};
    return sched_setscheduler(0, policy | SCHED_RESET_ON_FORK, &parameters) == 0 ? 0 : -errno;
}

int talkover_go_ahead_of_others(int rank) { return run_ahead(SCHED_RR, rank); }

int talkover_go_ahead_of_all(int rank) { return run_ahead(SCHED_FIFO, rank); }

int talkover_may_go_ahead_of_all(int rank) {
    struct sched_param before;
    int policy = sched_getscheduler(0);
    if (policy < 0 || sched_getparam(0, &before) != 0) return -errno;
    /* Without SCHED_RESET_ON_FORK, which only the privileged may take back. */
    struct sched_param ahead = {.sched_priority = rank};
    if (sched_setscheduler(0, SCHED_FIFO, &ahead) != 0) return -errno;
    sched_setscheduler(0, policy, &before);
    return 0;
}

int talkover_thread_policy(void) {
    switch (sched_getscheduler(0) & ~SCHED_RESET_ON_FORK) {
    case SCHED_FIFO: return TALKOVER_POLICY_FIFO;
    case SCHED_RR: return TALKOVER_POLICY_ROUND_ROBIN;
    default: return TALKOVER_POLICY_ORDINARY;
    }
}

int talkover_cpus_allowed(uint64_t mask[TALKOVER_CPU_WORDS]) {
    memset(mask, 0, sizeof(uint64_t) * TALKOVER_CPU_WORDS);
    size_t bytes = sizeof(uint64_t) * TALKOVER_CPU_WORDS;
    return sched_getaffinity(0, bytes, (cpu_set_t *)mask) == 0 ? 0 : -errno;
}

static int restrict_thread(pid_t thread, const uint64_t *mask) {
    size_t bytes = sizeof(uint64_t) * TALKOVER_CPU_WORDS;
    return sched_setaffinity(thread, bytes, (const cpu_set_t *)mask) == 0 ? 0 : -errno;
}

int talkover_thread_use_cpus(const uint64_t mask[TALKOVER_CPU_WORDS]) {
    return restrict_thread(0, mask);
}

int talkover_process_use_cpus(const uint64_t mask[TALKOVER_CPU_WORDS]) {
    int worst = restrict_thread(0, mask);
    /* Twice: a thread that another one made meanwhile has that one's CPUs of before. */
    for (int round = 0; round < 2; round++) {
        DIR *directory = opendir("/proc/self/task");
        if (directory == NULL) return -errno;
        for (struct dirent *each = readdir(directory); each != NULL; each = readdir(directory)) {
            pid_t thread = (pid_t)strtol(each->d_name, NULL, 10);
            if (thread <= 0) continue;
            int result = restrict_thread(thread, mask);
            /* A thread that has ended needs no CPU. */
            if (result != 0 && result != -ESRCH) worst = result;
        }
        closedir(directory);
    }
    return worst;
}

void talkover_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

int talkover_set_timer_slack(uint64_t nanoseconds) {
    return prctl(PR_SET_TIMERSLACK, (unsigned long)nanoseconds, 0, 0, 0) == 0 ? 0 : -errno;
}

int64_t talkover_process_cpu_ns(void) {
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
    return ((int64_t)usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000
        + ((int64_t)usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000;
}

int64_t talkover_thread_cpu_ns(void) { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

int64_t talkover_process_resident_bytes(void) {
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL) return -1;
    long total = 0, resident = 0;
    int fields = fscanf(file, "%ld %ld", &total, &resident);
    fclose(file);
    return fields == 2 ? (int64_t)resident * sysconf(_SC_PAGESIZE) : -1;
}

int talkover_descriptor_limit(uint64_t *soft, uint64_t *hard) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -errno;
    *soft = limit.rlim_cur;
    *hard = limit.rlim_max;
    return 0;
}

int talkover_descriptor_limit_raise(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -errno;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? 0 : -errno;
}

int talkover_descriptors_open(void) {
    DIR *directory = opendir("/proc/self/fd");
    if (directory == NULL) return -1;
    int count = 0;
    for (struct dirent *each = readdir(directory); each != NULL; each = readdir(directory)) {
        if (each->d_name[0] != '.') count++;
    }
    closedir(directory);
    return count - 1; /* the directory itself was open while counting */
}

int talkover_ephemeral_ports(uint32_t *lowest, uint32_t *highest) {
    FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
    if (file == NULL) return -errno;
    int fields = fscanf(file, "%u %u", lowest, highest);
    fclose(file);
    return fields == 2 ? 0 : -EINVAL;
}

bool talkover_ports_reserved(void) {
    FILE *file = fopen("/proc/sys/net/ipv4/ip_local_reserved_ports", "re");
    if (file == NULL) return false;
    int first = fgetc(file);
    fclose(file);
    return first >= '0' && first <= '9';
}

size_t talkover_heap_bytes(const void *start) { return malloc_usable_size((void *)start); }

int talkover_go_before_others(void) {
    return setpriority(PRIO_PROCESS, 0, -20) == 0 ? 0 : -errno;
}
