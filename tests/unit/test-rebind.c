/* loader/rebind.h, with an import that is bound late and one that is bound early, and read-only since. */
#include "loader/rebind.h"

#include <dlfcn.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static const char *directory;

static pid_t
answer(void)
{
   return -7;
}

static void
rebinds(const char *name)
{
   char path[PATH_MAX];

   snprintf(path, sizeof(path), "%s/lib%s.so", directory, name);
   void *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
   assert_non_null(library);
   int (*ask)(void) = (int (*)(void))dlsym(library, "ask");
   assert_non_null(ask);
   const pid_t parent = getppid();

   assert_int_equal(ask(), parent);
   assert_true(loader_rebind(library, "getppid", (void (*)(void))answer));
   assert_int_equal(ask(), -7);
   assert_int_equal(getppid(), parent); /* nobody else's */

   assert_false(loader_rebind(library, "getpid", (void (*)(void))answer)); /* not imported */
   dlclose(library);
}

static void
late(void **state)
{
   rebinds("rebind-late");
}

static void
early(void **state)
{
   rebinds("rebind-early");
}

int
main(int argc, char **argv)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(late),
      cmocka_unit_test(early),
   };

   directory = argv[1];
   return cmocka_run_group_tests(tests, NULL, NULL);
}
