#include "info.h"

#include <ftw.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

static const char *
environment(const char *name)
{
   const char *value = getenv(name);
   return value && *value ? value : NULL;
}

static void
print_threads(void)
{
   const char *threads = environment("DXG_THREADS");
   cpu_set_t cpus;

   if (threads)
      info_print("threads", "%s (DXG_THREADS)", threads);
   else if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0)
      info_print("threads", "%d (the CPUs that we may use)", CPU_COUNT(&cpus));
}

/* As src/d3d12/jit/cache.h says. */
static bool
cache_directory(char path[static PATH_MAX])
{
   const char *own = environment("DXG_CACHE_DIR");
   const char *xdg = environment("XDG_CACHE_HOME");
   const char *home = environment("HOME");

   if (own)
      snprintf(path, PATH_MAX, "%s", own);
   else if (xdg)
      snprintf(path, PATH_MAX, "%s/mesa-dxg", xdg);
   else if (home)
      snprintf(path, PATH_MAX, "%s/.cache/mesa-dxg", home);
   return own || xdg || home;
}

/* nftw's callback has no argument of its caller's. */
static unsigned cache_entries;
static unsigned long long cache_bytes;

static int
add_entry(const char *path, const struct stat *info, int type, struct FTW *walk)
{
   if (type == FTW_F) {
      cache_entries++;
      cache_bytes += (unsigned long long)info->st_size;
   }
   return 0;
}

static void
print_cache(void)
{
   const char *limit = environment("DXG_CACHE_SIZE");
   char path[PATH_MAX];

   if (!cache_directory(path)) {
      info_print("cache", "none: neither DXG_CACHE_DIR, XDG_CACHE_HOME nor HOME is set");
      return;
   }
   cache_entries = 0;
   cache_bytes = 0;
   if (nftw(path, add_entry, 16, FTW_PHYS) < 0)
      info_print("cache", "%s (nothing in it yet)", path);
   else
      info_print("cache", "%s: %u entries, %.1f MiB of %s", path, cache_entries,
                 (double)cache_bytes / (1024 * 1024), limit ? limit : "1G");
}

void
info_settings(void)
{
   print_threads();
   print_cache();
}
