#include "share/share.h"
#include "util/bits.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

/*
 * The file: the data, in whole pages, then a page with this header. The data comes first because
 * others than us may map it: an X server that is given a row-major texture expects texels from the
 * start of the file. Whoever holds a descriptor could write to the header, which cannot be sealed
 * apart from the data. So nobody uses it in place: it is copied when the memory is opened, and the
 * copy is checked. A header that another process changed before is the same as a creator that lied.
 */
struct header {
   uint32_t magic;
   uint32_t version;
   uint32_t kind;
   uint32_t meta_size;
   uint64_t size;
   uint8_t meta[SHARE_MAX_META];
};

#define HEADER_MAGIC 0x47584447 /* "GDXG" */
#define HEADER_VERSION 1
#define HEADER_BYTES 4096
#define PAGE_BYTES 4096
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

_Static_assert(sizeof(struct header) <= HEADER_BYTES, "the header has one page");

static int
write_header(int fd, const struct share_memory *memory)
{
   struct header header = {
      .magic = HEADER_MAGIC,
      .version = HEADER_VERSION,
      .kind = memory->kind,
      .meta_size = memory->meta_size,
      .size = memory->size,
   };
   memcpy(header.meta, memory->meta, memory->meta_size);
   ssize_t done = pwrite(fd, &header, sizeof(header), align_up(memory->size, PAGE_BYTES));
   return done == sizeof(header) ? 0 : done < 0 ? -errno : -ENOSPC;
}

static int
map_data(struct share_memory *memory, int fd)
{
   bool shared = fd >= 0;
   void *data = mmap(NULL, memory->size, PROT_READ | PROT_WRITE,
                     shared ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS, fd, 0);
   if (data == MAP_FAILED)
      return -errno;
   memory->data = data;
   memory->fd = fd;
   return 0;
}

static int
fill_file(struct share_memory *memory, int fd)
{
   if (ftruncate(fd, align_up(memory->size, PAGE_BYTES) + HEADER_BYTES))
      return -errno;
   int error = write_header(fd, memory);
   if (error)
      return error;
   if (fcntl(fd, F_ADD_SEALS, SEALS))
      return -errno;
   return map_data(memory, fd);
}

int
share_memory_init(struct share_memory *memory, size_t size, bool shareable, enum share_kind kind,
                  const void *meta, uint32_t meta_size)
{
   if (size == 0 || meta_size > SHARE_MAX_META)
      return -EINVAL;
   if (size > INT64_MAX / 2)
      return -ENOMEM;

   memset(memory, 0, sizeof(*memory));
   memory->size = size;
   memory->kind = kind;
   memory->meta_size = meta_size;
   if (meta_size)
      memcpy(memory->meta, meta, meta_size);
   if (!shareable)
      return map_data(memory, -1);

   int fd = memfd_create("dxg", MFD_CLOEXEC | MFD_ALLOW_SEALING);
   if (fd < 0)
      return -errno;
   int error = fill_file(memory, fd);
   if (error)
      close(fd);
   return error == -EFBIG ? -ENOMEM : error;
}

/* Is it a sealed memory file of ordinary pages? Asked first: reading from another kind of file
 * might block, and a mapping of it might lose its pages. */
static bool
is_sealed_memory(int fd, uint64_t *file_size)
{
   struct stat status;
   struct statfs fs;
   if (fcntl(fd, F_GET_SEALS) != SEALS || fstat(fd, &status) || fstatfs(fd, &fs) ||
       !S_ISREG(status.st_mode) || fs.f_type != TMPFS_MAGIC || status.st_size < HEADER_BYTES)
      return false;
   *file_size = status.st_size;
   return true;
}

static bool
read_header(int fd, struct header *header)
{
   uint64_t file_size;
   if (!is_sealed_memory(fd, &file_size) ||
       pread(fd, header, sizeof(*header), file_size - HEADER_BYTES) != sizeof(*header))
      return false;
   return header->magic == HEADER_MAGIC && header->version == HEADER_VERSION &&
          header->kind >= SHARE_HEAP && header->kind <= SHARE_FENCE &&
          header->meta_size <= SHARE_MAX_META && header->size > 0 && header->size <= file_size &&
          align_up(header->size, PAGE_BYTES) + HEADER_BYTES == file_size;
}

int
share_kind(int fd)
{
   struct header header;
   return read_header(fd, &header) ? (int)header.kind : -EINVAL;
}

int
share_memory_open(struct share_memory *memory, int fd)
{
   struct header header;
   if (!read_header(fd, &header))
      return -EINVAL;

   memset(memory, 0, sizeof(*memory));
   memory->size = header.size;
   memory->kind = header.kind;
   memory->meta_size = header.meta_size;
   memcpy(memory->meta, header.meta, header.meta_size);

   int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
   if (own < 0)
      return -errno;
   int error = map_data(memory, own);
   if (error)
      close(own);
   /* EACCES: a descriptor that was opened for reading only. */
   return error == -EACCES || error == -EPERM ? -EINVAL : error;
}

void
share_memory_finish(struct share_memory *memory)
{
   munmap(memory->data, memory->size);
   if (memory->fd >= 0)
      close(memory->fd);
}

int
share_memory_export(const struct share_memory *memory)
{
   if (memory->fd < 0)
      return -EINVAL;
   int fd = fcntl(memory->fd, F_DUPFD_CLOEXEC, 0);
   return fd < 0 ? -errno : fd;
}
