/*
 * A disk that fails, for tests only: loaded before libc (LD_PRELOAD), it looks at writes and syncs of
 * files whose path holds FOLKMOOT_DISK_PATH. The process turns its knobs by setenv, so one process
 * tries one fault after the other:
 *
 *   FOLKMOOT_DISK_ROUND   counting begins anew whenever this changes
 *   FOLKMOOT_DISK_FAIL    the number, from 1, of the call that fails; 0: none
 *   FOLKMOOT_DISK_FAULT   error (EIO) | full (ENOSPC) | torn (half of it, then EIO)
 *   FOLKMOOT_DISK_STICKS  1: all calls after it fail, too
 *   FOLKMOOT_DISK_LOG     where calls are recorded: kind, file, offset, length, data
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, TRUNCATE = 3 };

static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off64_t);
static char round_name[64];
static long calls;

static void find(void) {
  if (real_pwrite) return;
  real_write = dlsym(RTLD_NEXT, "write");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
}

/* 0: not ours; 1: the database; 2: its log; 3: another file beside them. */
static int file_of(int fd) {
  const char *wanted = getenv("FOLKMOOT_DISK_PATH");
  char link[64], path[4096];
  if (!wanted || !*wanted) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  const char *at = strstr(path, wanted);
  if (!at) return 0;
  const char *rest = at + strlen(wanted);
  return *rest == 0 ? 1 : strcmp(rest, "-wal") == 0 ? 2 : 3;
}

static void record(int kind, int file, off64_t offset, const void *data, size_t length) {
  const char *path = getenv("FOLKMOOT_DISK_LOG");
  if (!path || !*path || file == 3) return;
  int log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (log < 0) return;
  struct { uint32_t kind, file, length, unused; int64_t offset; } head = {kind, file, length, 0, offset};
  real_write(log, &head, sizeof head);
  if (data) real_write(log, data, length);
  close(log);
}

/* Whether this call fails. */
static int fails(void) {
  const char *round = getenv("FOLKMOOT_DISK_ROUND");
  const char *fail = getenv("FOLKMOOT_DISK_FAIL");
  const char *sticks = getenv("FOLKMOOT_DISK_STICKS");
  if (!round || !fail) return 0;
  if (strncmp(round, round_name, sizeof round_name) != 0) {
    strncpy(round_name, round, sizeof round_name - 1);
    calls = 0;
  }
  long at = atol(fail);
  calls++;
  return at > 0 && (calls == at || (calls > at && sticks && *sticks == '1'));
}

static int is_fault(const char *name) {
  const char *fault = getenv("FOLKMOOT_DISK_FAULT");
  return fault && strcmp(fault, name) == 0;
}

static int failure(void) {
  errno = is_fault("full") ? ENOSPC : EIO;
  return -1;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
  find();
  int file = file_of(fd);
  if (file && fails()) {
    if (is_fault("torn")) real_pwrite(fd, data, length / 2, offset);
    return failure();
  }
  ssize_t done = real_pwrite(fd, data, length, offset);
  if (file && done > 0) record(WRITE, file, offset, data, done);
  return done;
}

ssize_t write(int fd, const void *data, size_t length) {
  find();
  int file = file_of(fd);
  if (file && fails()) return failure();
  return real_write(fd, data, length);
}

static int synced(int fd, int (*real)(int)) {
  int file = file_of(fd);
  if (file && fails()) return failure();
  int done = real(fd);
  if (file && done == 0) record(SYNC, file, 0, NULL, 0);
  return done;
}

int fsync(int fd) {
  find();
  return synced(fd, real_fsync);
}

int fdatasync(int fd) {
  find();
  return synced(fd, real_fdatasync);
}

int ftruncate64(int fd, off64_t length) {
  find();
  int file = file_of(fd);
  if (file && fails()) return failure();
  int done = real_ftruncate(fd, length);
  if (file && done == 0) record(TRUNCATE, file, length, NULL, 0);
  return done;
}
