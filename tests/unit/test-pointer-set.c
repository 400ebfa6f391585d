#include "util/pointer_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void
test_empty(void **state)
{
   struct pointer_set set;
   size_t cursor = 0;

   pointer_set_init(&set);
   assert_false(pointer_set_contains(&set, &set));
   assert_false(pointer_set_contains(&set, NULL));
   assert_false(pointer_set_remove(&set, &set));
   assert_null(pointer_set_next(&set, &cursor));
   pointer_set_finish(&set);
}

/* Against an array of flags: many neighbours, so that probes meet, and removal in the middle. */
static void
test_random(void **state)
{
   enum { N = 300 };
   static char objects[N];
   bool present[N] = { false };
   size_t count = 0;
   struct pointer_set set;

   pointer_set_init(&set);
   srandom(1);
   for (int step = 0; step < 20000; step++) {
      /* It grows and shrinks in turns. */
      size_t i = random() % N;
      if (random() % 8 < (step / 2000 % 2 ? 2 : 6)) {
         assert_true(pointer_set_add(&set, &objects[i]));
         count += !present[i];
         present[i] = true;
      } else {
         assert_int_equal(pointer_set_remove(&set, &objects[i]), present[i]);
         count -= present[i];
         present[i] = false;
      }
      assert_int_equal(set.count, count);
      size_t other = random() % N;
      assert_int_equal(pointer_set_contains(&set, &objects[other]), present[other]);
      if (step % 100)
         continue;
      for (i = 0; i < N; i++)
         assert_int_equal(pointer_set_contains(&set, &objects[i]), present[i]);
      size_t cursor = 0, seen = 0;
      for (char *object; (object = pointer_set_next(&set, &cursor)); seen++)
         assert_true(present[object - objects]);
      assert_int_equal(seen, count);
   }
   pointer_set_finish(&set);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_empty),
      cmocka_unit_test(test_random),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
