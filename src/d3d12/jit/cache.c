#include "jit/cache.h"
#include "util/bits.h"
#include "util/debug.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>
#include <zstd.h>

#define MAX_OBJECT_SIZE (64u << 20)
#define MAX_INFO_SIZE (1u << 20)
#define DEFAULT_SIZE (UINT64_C(1) << 30)

/* ---- The file format ------------------------------------------------------------------------- */

/* Followed by the info, then the compressed object, then nothing. Little-endian, as the code is. */
struct header {
   char magic[8];
   uint64_t build[2];
   uint64_t key[2];
   uint32_t object_size;
   uint32_t compressed_size;
   uint32_t info_size;
   uint32_t reserved;
   uint64_t checksum[2]; /* of all that is before and behind it */
};

static const char magic[8] = "dxgcode";

/* Which build of ours made the code: what it generates may change with any of its own code. */
static uint64_t build_hash[2];
static pthread_once_t build_once = PTHREAD_ONCE_INIT;

static bool
segment_contains(const struct dl_phdr_info *object, const void *address)
{
   for (unsigned i = 0; i < object->dlpi_phnum; i++) {
      const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
      uintptr_t start = object->dlpi_addr + segment->p_vaddr;
      if (segment->p_type == PT_LOAD && (uintptr_t)address - start < segment->p_memsz)
         return true;
   }
   return false;
}

static int
hash_build_id(struct dl_phdr_info *object, size_t size, void *state)
{
   (void)size;
   if (!segment_contains(object, magic))
      return 0;

   for (unsigned i = 0; i < object->dlpi_phnum; i++) {
      const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
      if (segment->p_type != PT_NOTE)
         continue;
      const uint8_t *note = (const uint8_t *)(object->dlpi_addr + segment->p_vaddr);
      const uint8_t *end = note + segment->p_memsz;
      while ((size_t)(end - note) > sizeof(ElfW(Nhdr))) {
         const ElfW(Nhdr) *header = (const ElfW(Nhdr) *)note;
         const uint8_t *name = note + sizeof(*header);
         const uint8_t *id = name + align_up(header->n_namesz, 4);
         if (header->n_type == NT_GNU_BUILD_ID && !strcmp((const char *)name, ELF_NOTE_GNU))
            XXH3_128bits_update(state, id, header->n_descsz);
         note = id + align_up(header->n_descsz, 4);
      }
   }
   return 1;
}

static void
init_build_hash(void)
{
   static const uint32_t version = JIT_CACHE_VERSION;
   XXH3_state_t state;
   XXH3_128bits_reset(&state);
   XXH3_128bits_update(&state, &version, sizeof(version));
   dl_iterate_phdr(hash_build_id, &state);
   XXH128_hash_t hash = XXH3_128bits_digest(&state);
   build_hash[0] = hash.low64;
   build_hash[1] = hash.high64;
}

static void
init_header(struct header *header, const uint64_t key[2])
{
   pthread_once(&build_once, init_build_hash);
   memset(header, 0, sizeof(*header));
   memcpy(header->magic, magic, sizeof(magic));
   memcpy(header->build, build_hash, sizeof(build_hash));
   memcpy(header->key, key, sizeof(header->key));
}

static void
set_checksum(struct header *header, const uint8_t *payload, size_t size)
{
   XXH3_state_t state;
   XXH3_128bits_reset(&state);
   XXH3_128bits_update(&state, header, offsetof(struct header, checksum));
   XXH3_128bits_update(&state, payload, size);
   XXH128_hash_t hash = XXH3_128bits_digest(&state);
   header->checksum[0] = hash.low64;
   header->checksum[1] = hash.high64;
}

void *
jit_cache_encode(const uint64_t key[2], const struct jit_cache_entry *entry, size_t *size)
{
   if (entry->object_size > MAX_OBJECT_SIZE || entry->info_size > MAX_INFO_SIZE)
      return NULL;

   size_t bound = ZSTD_compressBound(entry->object_size);
   uint8_t *file = malloc(sizeof(struct header) + entry->info_size + bound);
   if (!file)
      return NULL;
   uint8_t *payload = file + sizeof(struct header);
   if (entry->info_size)
      memcpy(payload, entry->info, entry->info_size);
   size_t compressed = ZSTD_compress(payload + entry->info_size, bound, entry->object,
                                     entry->object_size, 1);
   if (ZSTD_isError(compressed)) {
      free(file);
      return NULL;
   }

   struct header header;
   init_header(&header, key);
   header.object_size = entry->object_size;
   header.compressed_size = compressed;
   header.info_size = entry->info_size;
   set_checksum(&header, payload, entry->info_size + compressed);
   memcpy(file, &header, sizeof(header));
   *size = sizeof(header) + entry->info_size + compressed;
   return file;
}

bool
jit_cache_decode(const uint64_t key[2], const void *file, size_t size,
                 struct jit_cache_entry *entry)
{
   struct header header, expected;
   if (size < sizeof(header))
      return false;
   memcpy(&header, file, sizeof(header));
   init_header(&expected, key);
   if (header.object_size > MAX_OBJECT_SIZE || header.info_size > MAX_INFO_SIZE ||
       size - sizeof(header) != (uint64_t)header.info_size + header.compressed_size)
      return false;
   expected.object_size = header.object_size;
   expected.compressed_size = header.compressed_size;
   expected.info_size = header.info_size;
   const uint8_t *payload = (const uint8_t *)file + sizeof(header);
   set_checksum(&expected, payload, size - sizeof(header));
   if (memcmp(&header, &expected, sizeof(header)))
      return false;

   *entry = (struct jit_cache_entry){
      .object = malloc(MAX2(header.object_size, 1)),
      .object_size = header.object_size,
      .info = header.info_size ? malloc(header.info_size) : NULL,
      .info_size = header.info_size,
   };
   if (!entry->object || (header.info_size && !entry->info) ||
       ZSTD_decompress(entry->object, header.object_size, payload + header.info_size,
                       header.compressed_size) != header.object_size) {
      jit_cache_entry_finish(entry);
      return false;
   }
   if (entry->info)
      memcpy(entry->info, payload, header.info_size);
   return true;
}

void
jit_cache_entry_finish(struct jit_cache_entry *entry)
{
   free(entry->object);
   free(entry->info);
}

/* ---- The directory --------------------------------------------------------------------------- */

static struct {
   char path[PATH_MAX - 64]; /* empty: there is no cache */
   uint64_t max_size;
} directory;
static pthread_once_t directory_once = PTHREAD_ONCE_INIT;

static uint64_t
parse_size(const char *text)
{
   char *end;
   errno = 0;
   uint64_t size = strtoull(text, &end, 10);
   unsigned shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
   if (end == text || end[shift != 0] || errno || *text == '-' || size > UINT64_MAX >> shift) {
      debug_printf(DEBUG_INFO, "DXG_CACHE_SIZE=%s is not a size", text);
      return DEFAULT_SIZE;
   }
   return size << shift;
}

/* A process with more rights than its user must not run code that the user can write. */
static void
init_directory(void)
{
   const char *size = secure_getenv("DXG_CACHE_SIZE");
   directory.max_size = size ? parse_size(size) : DEFAULT_SIZE;
   if (directory.max_size == 0)
      return;

   const char *own = secure_getenv("DXG_CACHE_DIR");
   const char *xdg = secure_getenv("XDG_CACHE_HOME");
   const char *home = secure_getenv("HOME");
   int length = 0;
   if (own && *own)
      length = snprintf(directory.path, sizeof(directory.path), "%s", own);
   else if (xdg && *xdg == '/')
      length = snprintf(directory.path, sizeof(directory.path), "%s/mesa-dxg", xdg);
   else if (home && *home == '/')
      length = snprintf(directory.path, sizeof(directory.path), "%s/.cache/mesa-dxg", home);
   if (length >= (int)sizeof(directory.path))
      directory.path[0] = 0;
}

static bool
has_directory(void)
{
   pthread_once(&directory_once, init_directory);
   return directory.path[0];
}

/* All that the path names but its last part, which follows the last slash. */
static bool
make_directories(char *path)
{
   for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
      *slash = 0;
      bool made = !mkdir(path, 0700) || errno == EEXIST;
      *slash = '/';
      if (!made)
         return false;
   }
   return true;
}

/* The build is part of the name: builds that take turns don't delete each other's entries. */
static void
entry_path(const uint64_t key[2], char path[static PATH_MAX])
{
   pthread_once(&build_once, init_build_hash);
   uint64_t high = key[0] ^ build_hash[0], low = key[1] ^ build_hash[1];
   snprintf(path, PATH_MAX, "%s/%02x/%014llx%016llx", directory.path, (unsigned)(high >> 56),
            (unsigned long long)(high & (UINT64_MAX >> 8)), (unsigned long long)low);
}

/* ---- Loading --------------------------------------------------------------------------------- */

/* Code is run only from files that nobody else can have written. */
static bool
is_ours(const struct stat *status)
{
   return S_ISREG(status->st_mode) && status->st_uid == geteuid() &&
          !(status->st_mode & (S_IWGRP | S_IWOTH));
}

static bool
read_all(int fd, uint8_t *data, size_t size)
{
   while (size > 0) {
      ssize_t done = read(fd, data, size);
      if (done < 0 && errno == EINTR)
         continue;
      if (done <= 0)
         return false;
      data += done;
      size -= done;
   }
   return true;
}

/* Files are evicted by age: one that is still of use is made young again, now and then. */
static void
touch(int fd, const struct stat *status)
{
   if (time(NULL) - status->st_mtime > 60 * 60)
      futimens(fd, NULL);
}

static bool
load_file(int fd, const uint64_t key[2], struct jit_cache_entry *entry)
{
   struct stat status;
   if (fstat(fd, &status) || !is_ours(&status) || status.st_size < (off_t)sizeof(struct header) ||
       status.st_size > 2 * (off_t)MAX_OBJECT_SIZE)
      return false;
   uint8_t *file = malloc(status.st_size);
   bool ok = file && read_all(fd, file, status.st_size) &&
             jit_cache_decode(key, file, status.st_size, entry);
   free(file);
   if (ok)
      touch(fd, &status);
   return ok;
}

bool
jit_cache_load(const uint64_t key[2], struct jit_cache_entry *entry)
{
   char path[PATH_MAX];
   if (!has_directory())
      return false;
   entry_path(key, path);
   int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
   if (fd < 0)
      return false;
   bool ok = load_file(fd, key, entry);
   close(fd);
   if (!ok) {
      debug_printf(DEBUG_INFO, "removing the damaged cache entry %s", path);
      unlink(path);
   }
   return ok;
}

/* ---- Eviction -------------------------------------------------------------------------------- */

struct file {
   struct timespec time;
   uint64_t size;
   uint8_t bucket;
   char name[51]; /* of temporary files too */
};

struct listing {
   struct file *files;
   size_t count, capacity;
   uint64_t total;
};

/* name: fits */
static bool
listing_add(struct listing *listing, unsigned bucket, const char *name, const struct stat *status)
{
   if (listing->count == listing->capacity) {
      size_t capacity = listing->capacity ? listing->capacity * 2 : 1024;
      struct file *files = realloc(listing->files, capacity * sizeof(*files));
      if (!files)
         return false;
      listing->files = files;
      listing->capacity = capacity;
   }
   struct file *file = &listing->files[listing->count++];
   file->time = status->st_mtim;
   file->size = (uint64_t)status->st_blocks * 512;
   file->bucket = bucket;
   memcpy(file->name, name, strlen(name) + 1);
   listing->total += file->size;
   return true;
}

static void
list_bucket(struct listing *listing, int root, unsigned bucket)
{
   char name[8];
   snprintf(name, sizeof(name), "%02x", bucket);
   int fd = openat(root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
   DIR *dir = fd < 0 ? NULL : fdopendir(fd);
   if (!dir) {
      if (fd >= 0)
         close(fd);
      return;
   }
   for (struct dirent *entry; (entry = readdir(dir));) {
      struct stat status;
      if (strlen(entry->d_name) < sizeof(((struct file *)0)->name) &&
          !fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) && S_ISREG(status.st_mode) &&
          !listing_add(listing, bucket, entry->d_name, &status))
         break;
   }
   closedir(dir);
}

static int
compare_age(const void *a, const void *b)
{
   const struct file *first = a, *second = b;
   if (first->time.tv_sec != second->time.tv_sec)
      return first->time.tv_sec < second->time.tv_sec ? -1 : 1;
   return (first->time.tv_nsec > second->time.tv_nsec) -
          (first->time.tv_nsec < second->time.tv_nsec);
}

/* Oldest first, until an eighth of the room is free. What a dead process left half-written goes the
 * same way. A reader that has the file open keeps it. */
static void
evict(int root)
{
   struct listing listing = { 0 };
   for (unsigned bucket = 0; bucket < 256; bucket++)
      list_bucket(&listing, root, bucket);
   if (listing.total > directory.max_size) {
      qsort(listing.files, listing.count, sizeof(listing.files[0]), compare_age);
      uint64_t goal = directory.max_size - directory.max_size / 8;
      for (size_t i = 0; i < listing.count && listing.total > goal; i++) {
         const struct file *file = &listing.files[i];
         char path[sizeof(file->name) + 4];
         snprintf(path, sizeof(path), "%02x/%s", file->bucket, file->name);
         if (!unlinkat(root, path, 0))
            listing.total -= file->size;
      }
   }
   free(listing.files);
}

/*
 * Looking at all files takes milliseconds: it is done when this process has stored a sixteenth of
 * the cache, or when nobody has done it for ten minutes (the time of the file `checked`), by one
 * process at a time (its lock).
 */
static void
evict_sometimes(uint64_t stored)
{
   static _Atomic uint64_t since_check;
   static atomic_flag once = ATOMIC_FLAG_INIT;
   bool first = !atomic_flag_test_and_set(&once);
   uint64_t share = MAX2(directory.max_size / 16, 1);
   uint64_t before = atomic_fetch_add(&since_check, stored);
   bool much = before / share != (before + stored) / share;
   if (!first && !much)
      return;

   int root = open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
   if (root < 0)
      return;
   int fd = openat(root, "checked", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
   struct stat status;
   if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB) && !fstat(fd, &status) &&
       (much || time(NULL) - status.st_mtime > 600)) {
      futimens(fd, NULL);
      evict(root);
   }
   if (fd >= 0)
      close(fd);
   close(root);
}

/* ---- Storing --------------------------------------------------------------------------------- */

static bool
write_all(int fd, const uint8_t *data, size_t size)
{
   while (size > 0) {
      ssize_t done = write(fd, data, size);
      if (done < 0 && errno == EINTR)
         continue;
      if (done <= 0)
         return false;
      data += done;
      size -= done;
   }
   return true;
}

static int
create_temporary(char *path)
{
   int fd = mkostemp(path, O_CLOEXEC);
   if (fd >= 0 || errno != ENOENT || !make_directories(path))
      return fd;
   memcpy(path + strlen(path) - 6, "XXXXXX", 6); /* the first try may have changed them */
   return mkostemp(path, O_CLOEXEC);
}

void
jit_cache_store(const uint64_t key[2], const struct jit_cache_entry *entry)
{
   if (!has_directory())
      return;
   char path[PATH_MAX], temporary[PATH_MAX + 8];
   entry_path(key, path);
   snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);

   size_t size;
   uint8_t *file = jit_cache_encode(key, entry, &size);
   if (!file)
      return;
   int fd = create_temporary(temporary);
   if (fd >= 0) {
      /* No fsync: a file torn by a crash of the machine has a wrong checksum. */
      bool ok = write_all(fd, file, size);
      ok &= !close(fd);
      if (ok && !rename(temporary, path))
         evict_sometimes(size);
      else
         unlink(temporary);
   }
   free(file);
}
