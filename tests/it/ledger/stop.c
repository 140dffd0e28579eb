/* Put before the C library with LD_PRELOAD: counts every call that changes a file system, and stops or fails at one of
 * them. A step that is added to publishing later is counted without anybody listing it here.
 *
 * STOP_AT=N         end the process as a power cut would, before the Nth call
 * STOP_AT=N STOP_ERRNO=E   make the Nth call fail with the error E; with STOP_ALL=1 every call from it on
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long number;

/* Nonzero where the call is to fail. */
static int step(void) {
  const char *at = getenv("STOP_AT"), *code = getenv("STOP_ERRNO");
  number++;
  if (!at) return 0;
  long wanted = atol(at);
  if (number == wanted && !code) kill(getpid(), SIGKILL);
  if (code && (number == wanted || (number > wanted && getenv("STOP_ALL")))) {
    errno = atoi(code);
    return 1;
  }
  return 0;
}

/* Only files count: not the terminal, pipes to other programs, or /dev/null. */
static int is_file(int file) {
  struct stat there;
  int saved = errno, found = fstat(file, &there) == 0 && S_ISREG(there.st_mode);
  errno = saved;
  return found && file > 2;
}

#define CHANGES(type, name, parameters, arguments) \
  type name parameters { \
    static type(*real) parameters; \
    if (!real) real = dlsym(RTLD_NEXT, #name); \
    if (step()) return -1; \
    return real arguments; \
  }

CHANGES(int, rename, (const char *a, const char *b), (a, b))
CHANGES(int, renameat2, (int a, const char *b, int c, const char *d, unsigned e), (a, b, c, d, e))
CHANGES(int, link, (const char *a, const char *b), (a, b))
CHANGES(int, linkat, (int a, const char *b, int c, const char *d, int e), (a, b, c, d, e))
CHANGES(int, symlink, (const char *a, const char *b), (a, b))
CHANGES(int, unlink, (const char *a), (a))
CHANGES(int, unlinkat, (int a, const char *b, int c), (a, b, c))
CHANGES(int, rmdir, (const char *a), (a))
CHANGES(int, mkdir, (const char *a, mode_t b), (a, b))
CHANGES(int, ftruncate, (int a, off_t b), (a, b))
CHANGES(int, ftruncate64, (int a, off_t b), (a, b))

#define WRITES(type, name, parameters, arguments) \
  type name parameters { \
    static type(*real) parameters; \
    if (!real) real = dlsym(RTLD_NEXT, #name); \
    if (is_file(file) && step()) return -1; \
    return real arguments; \
  }

WRITES(ssize_t, write, (int file, const void *a, size_t b), (file, a, b))
WRITES(ssize_t, writev, (int file, const struct iovec *a, int b), (file, a, b))
WRITES(ssize_t, pwrite, (int file, const void *a, size_t b, off_t c), (file, a, b, c))
WRITES(ssize_t, pwrite64, (int file, const void *a, size_t b, off_t c), (file, a, b, c))

/* Nothing here outlives the test: waiting for the disk is left out. */
int fsync(int file) { return is_file(file) && step() ? -1 : 0; }
int fdatasync(int file) { return fsync(file); }

/* Opening changes something only where it makes or empties a file. */
#define OPENS(name) \
  int name(const char *path, int flags, ...) { \
    static int (*real)(const char *, int, ...); \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
      va_list rest; \
      va_start(rest, flags); \
      mode = va_arg(rest, mode_t); \
      va_end(rest); \
    } \
    if (!real) real = dlsym(RTLD_NEXT, #name); \
    if ((flags & (O_CREAT | O_TRUNC)) && step()) return -1; \
    return real(path, flags, mode); \
  }

OPENS(open)
OPENS(open64)

int creat(const char *path, mode_t mode) { return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode); }
