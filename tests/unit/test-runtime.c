/*
 * The choice of libd3d12.so and of the adapter. It is made once per process, so each case is a process
 * of its own, with stand-ins for the Windows libraries (runtime/) in a directory of theirs.
 */
#include "gallium/winsys/dxg/runtime.h"

#include <dlfcn.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define MESA "MESA_D3D12_DEFAULT_ADAPTER_NAME"
#define OWN "dxg CPU"

static const char *stand_ins; /* where they were built */
static char directory[] = "/tmp/dxg-runtime-XXXXXX";

enum library {
   ABSENT,
   GOOD,
   EMPTY,  /* lacks its symbol */
   BROKEN, /* no library at all */
};

struct test_case {
   enum library dxcore, d3d12;
   const char *adapters; /* the stand-in's; NULL: its factory fails */
   const char *dxg_adapter, *mesa;

   enum dxg_runtime_kind kind;
   const char *name;       /* the beginning of the chosen adapter's; NULL: there is none */
   uint64_t luid;          /* 0: our own */
   const char *mesa_after; /* the beginning of what Mesa is told; NULL: nothing */
   const char *why;        /* a part of it, when there is none */
};

static void
place(const char *soname, const char *good, enum library library)
{
   char path[PATH_MAX], target[PATH_MAX];

   snprintf(path, sizeof(path), "%s/%s.so", directory, soname);
   unlink(path);
   if (library == ABSENT)
      return;
   snprintf(target, sizeof(target), "%s/lib%s-%s.so", stand_ins, good,
            library == EMPTY ? "empty" : "standin");
   if (library == BROKEN)
      snprintf(target, sizeof(target), "/proc/self/maps");
   if (symlink(target, path) != 0)
      abort();
}

#define EXPECT(condition)                                                                          \
   do {                                                                                            \
      if (!(condition)) {                                                                          \
         fprintf(stderr, "%d: not so: %s\n", __LINE__, #condition);                                \
         return 1;                                                                                 \
      }                                                                                            \
   } while (0)

static bool
is_loaded(const char *soname, const char *path, void *library)
{
   /* As the driver asks for it. */
   void *found = dlopen(soname, RTLD_NOW | RTLD_NOLOAD);

   return found == library && path[0] == '/';
}

static bool
starts_with(const char *text, const char *start)
{
   return !strncmp(text, start, strlen(start));
}

static int
check(const struct test_case *c)
{
   const char *why = NULL;
   const struct dxg_runtime *runtime = dxg_runtime_get(&why);
   const char *mesa = getenv(MESA);

   EXPECT(dxg_runtime_get(&why) == runtime);
   EXPECT(c->mesa_after ? mesa && starts_with(mesa, c->mesa_after) : !mesa);
   if (!c->name) {
      EXPECT(!runtime);
      EXPECT(why);
      EXPECT(strstr(why, c->why));
      EXPECT(!dlopen("libd3d12.so", RTLD_NOW | RTLD_NOLOAD));
      return 0;
   }
   if (!runtime)
      fprintf(stderr, "%s\n", why);
   EXPECT(runtime);
   EXPECT(runtime->kind == c->kind);
   EXPECT(starts_with(runtime->adapter_name, c->name));
   EXPECT(runtime->adapter_luid == c->luid || (!c->luid && runtime->adapter_luid));
   EXPECT(!c->luid || runtime->vendor_id == 0x10de);
   EXPECT(is_loaded("libd3d12.so", runtime->d3d12_path, runtime->d3d12));
   EXPECT(is_loaded("libdxcore.so", runtime->dxcore_path, runtime->dxcore));
   EXPECT(dlsym(runtime->d3d12, "D3D12CreateDevice"));
   return 0;
}

static void
set(const char *name, const char *value)
{
   if (value)
      setenv(name, value, 1);
   else
      unsetenv(name);
}

static void
run(const struct test_case *c)
{
   int status;

   place("libdxcore", "dxcore", c->dxcore);
   place("libd3d12", "d3d12", c->d3d12);
   const pid_t pid = fork();
   assert_true(pid >= 0);
   if (pid == 0) {
      set("DXG_RUNTIME_DIR", directory);
      set("DXG_ADAPTER", c->dxg_adapter);
      set(MESA, c->mesa);
      set("STANDIN_ADAPTERS", c->adapters);
      set("STANDIN_FACTORY", c->adapters ? NULL : "fails");
      _exit(check(c));
   }
   assert_int_equal(waitpid(pid, &status, 0), pid);
   assert_int_equal(status, 0);
}

#define LUID_OF(index) (0xffffffff00000000u | (100 + (index)))
#define WSL GOOD, GOOD

static void
windows_comes_first(void **state)
{
   run(&(struct test_case){ WSL, "NVIDIA", NULL, NULL, DXG_RUNTIME_WSL, "NVIDIA", LUID_OF(0) });
   run(&(struct test_case){ WSL, "NVIDIA", "", NULL, DXG_RUNTIME_WSL, "NVIDIA", LUID_OF(0) });
}

static void
mesa_chooses(void **state)
{
   /* The first that is integrated. */
   run(
      &(struct test_case){ WSL, "NVIDIA,intel", NULL, NULL, DXG_RUNTIME_WSL, "intel", LUID_OF(1) });
   run(&(struct test_case){ WSL, "NVIDIA,AMD", NULL, NULL, DXG_RUNTIME_WSL, "NVIDIA", LUID_OF(0) });
   /* By its own variable; by the rules again, when that names nothing. */
   run(&(struct test_case){ WSL, "intel,NVIDIA,AMD", NULL, "amd", DXG_RUNTIME_WSL, "AMD",
                            LUID_OF(2), "amd" });
   run(&(struct test_case){ WSL, "NVIDIA,intel", NULL, "Matrox", DXG_RUNTIME_WSL, "intel",
                            LUID_OF(1), "Matrox" });
}

static void
mesa_is_told_of_our_choice(void **state)
{
   run(&(struct test_case){ WSL, "intel,NVIDIA RTX", "nvidia", NULL, DXG_RUNTIME_WSL, "NVIDIA RTX",
                            LUID_OF(1), "NVIDIA RTX" });
   /* Both variables agree, or not. */
   run(&(struct test_case){ WSL, "intel,NVIDIA RTX", "rtx", "nvidia", DXG_RUNTIME_WSL, "NVIDIA RTX",
                            LUID_OF(1), "nvidia" });
   run(&(struct test_case){ WSL, "Matrox,NVIDIA", "matrox", "nvidia", .mesa_after = "nvidia",
                            .why = "\"matrox\"" });
}

static void
a_name_must_match(void **state)
{
   /* Nowhere. */
   run(&(struct test_case){ WSL, "NVIDIA", "Matrox", NULL, .why = "\"Matrox\"" });
   run(&(struct test_case){ ABSENT, ABSENT, "", "Matrox", NULL, .why = "\"Matrox\"" });
   /* Ours. */
   run(&(struct test_case){ WSL, "NVIDIA", "DXG cpu", NULL, DXG_RUNTIME_CPU, OWN, 0, OWN });
}

static void
cpu_means_ours(void **state)
{
   run(&(struct test_case){ WSL, "NVIDIA", "cpu", NULL, DXG_RUNTIME_CPU, OWN });
   run(&(struct test_case){ WSL, "a CPU", "CPU", NULL, DXG_RUNTIME_CPU, OWN });
}

static void
what_does_not_work_is_not_used(void **state)
{
   static const enum library bad[] = { ABSENT, EMPTY, BROKEN };

   for (int i = 0; i < 3; i++) {
      run(&(struct test_case){ bad[i], GOOD, "NVIDIA", NULL, NULL, DXG_RUNTIME_CPU, OWN });
      run(&(struct test_case){ GOOD, bad[i], "NVIDIA", NULL, NULL, DXG_RUNTIME_CPU, OWN });
      run(&(struct test_case){ GOOD, bad[i], "NVIDIA", "nvidia", NULL,
                               .why = i == 1 ? "D3D12CreateDevice" : "libd3d12.so" });
   }
   run(&(struct test_case){ WSL, NULL, NULL, NULL, DXG_RUNTIME_CPU, OWN }); /* the factory fails */
   run(&(struct test_case){ WSL, "", NULL, NULL, DXG_RUNTIME_CPU, OWN });   /* no adapter */
}

static int
make_directory(void **state)
{
   return mkdtemp(directory) ? 0 : -1;
}

static int
remove_directory(void **state)
{
   place("libdxcore", "", ABSENT);
   place("libd3d12", "", ABSENT);
   return rmdir(directory);
}

int
main(int argc, char **argv)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(windows_comes_first),
      cmocka_unit_test(mesa_chooses),
      cmocka_unit_test(mesa_is_told_of_our_choice),
      cmocka_unit_test(a_name_must_match),
      cmocka_unit_test(cpu_means_ours),
      cmocka_unit_test(what_does_not_work_is_not_used),
   };

   if (argc != 2) {
      fprintf(stderr, "usage: %s DIRECTORY-OF-STAND-INS\n", argv[0]);
      return 2;
   }
   stand_ins = argv[1];
   return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
