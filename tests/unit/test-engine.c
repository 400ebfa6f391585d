/* The compiler's engine: code from IR, in memory and from the cache. */
#include "jit/engine.h"

#include <llvm-c/IRReader.h>
#include <llvm-c/Linker.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MAX_LANES 16

static uint64_t next_key = 1;

static void
fresh_key(uint64_t key[2])
{
   key[0] = __atomic_fetch_add(&next_key, 1, __ATOMIC_RELAXED);
   key[1] = 0;
}

static struct jit_build *
build_from_text(const uint64_t key[2], const char *text)
{
   struct jit_build *build = jit_build_create(key);
   assert_non_null(build);
   LLVMContextSetDiscardValueNames(build->context, false); /* the parser needs them */
   LLVMMemoryBufferRef buffer =
      LLVMCreateMemoryBufferWithMemoryRangeCopy(text, strlen(text), "text");
   LLVMModuleRef module;
   char *message = NULL;
   if (LLVMParseIRInContext(build->context, buffer, &module, &message))
      fail_msg("%s", message);
   LLVMSetTarget(module, LLVMGetTarget(build->module));
   LLVMSetDataLayout(module, LLVMGetDataLayoutStr(build->module));
   assert_false(LLVMLinkModules2(build->module, module));
   return build;
}

/* A function void run(ptr a, ptr b, i32 c); leaves the builder in it. */
static LLVMValueRef
begin_function(struct jit_build *build)
{
   LLVMTypeRef args[] = { build->ptr, build->ptr, build->i32 };
   LLVMValueRef function = LLVMAddFunction(
      build->module, "run", LLVMFunctionType(build->void_type, args, 3, false));
   jit_position(build, LLVMAppendBasicBlockInContext(build->context, function, "entry"));
   return function;
}

static struct jit_code *
finish_function(struct jit_build *build)
{
   LLVMBuildRetVoid(build->builder);
   struct jit_code *code = jit_build_finish(build, "run");
   assert_non_null(code);
   return code;
}

typedef void (*run_fn)(void *a, void *b, uint32_t c);

static void
run(const struct jit_code *code, void *a, void *b, uint32_t c)
{
   ((run_fn)jit_code_entry(code))(a, b, c);
}

static void
test_builders(void **state)
{
   uint64_t key[2];
   fresh_key(key);
   struct jit_build *build = jit_build_create(key);
   LLVMValueRef function = begin_function(build);
   LLVMValueRef a = LLVMGetParam(function, 0), b = LLVMGetParam(function, 1);
   LLVMValueRef mask = jit_mask_from_bits(build, LLVMGetParam(function, 2));

   /* b[i] = mask ? a[lanes - 1 - i] * 2 + 1 : 1; b[lanes] = bits, b[lanes + 1] = any */
   LLVMValueRef last = jit_splat_i32(build, build->lanes - 1);
   LLVMValueRef index = LLVMBuildSub(build->builder, last, jit_lane_ids(build), "");
   LLVMValueRef offset = LLVMBuildZExt(
      build->builder, LLVMBuildMul(build->builder, index, jit_splat_i32(build, 4), ""),
      build->vi64, "");
   LLVMValueRef value =
      jit_gather(build, build->vf32, jit_ptr_add_value(build, a, offset), mask, 4);
   value = jit_fma(build, value, jit_splat_f32(build, 2), jit_splat_f32(build, 1));
   jit_store(build, value, b, 0, 4);
   jit_store(build, jit_mask_bits(build, mask), b, build->lanes * 4, 4);
   LLVMValueRef any = LLVMBuildZExt(build->builder, jit_any(build, mask), build->i32, "");
   jit_store(build, any, b, build->lanes * 4 + 4, 4);

   /* And what was gathered is scattered to where it came from, plus 100. */
   value = LLVMBuildFAdd(build->builder, value, jit_splat_f32(build, 100), "");
   jit_scatter(build, value, jit_ptr_add_value(build, a, offset), mask, 4);
   struct jit_code *code = finish_function(build);

   uint32_t lanes = jit_target_get()->lanes;
   for (uint32_t bits = 0; bits < 1u << lanes; bits += 37) {
      float in[MAX_LANES], out[MAX_LANES + 2];
      for (uint32_t i = 0; i < lanes; i++)
         in[i] = i;
      run(code, in, out, bits);
      uint32_t tail[2];
      memcpy(tail, out + lanes, sizeof(tail));
      assert_int_equal(tail[0], bits);
      assert_int_equal(tail[1], bits != 0);
      for (uint32_t i = 0; i < lanes; i++) {
         bool on = bits >> i & 1;
         uint32_t from = lanes - 1 - i;
         assert_true(out[i] == (on ? from * 2 + 1 : 1));
         assert_true(in[from] == (on ? from * 2 + 101 : from));
      }
   }
   jit_code_release(code);
}

/* Bytes and qwords go other ways than dwords. */
static void
test_gather_sizes(void **state)
{
   uint64_t key[2];
   fresh_key(key);
   struct jit_build *build = jit_build_create(key);
   LLVMValueRef function = begin_function(build);
   LLVMValueRef a = LLVMGetParam(function, 0), b = LLVMGetParam(function, 1);
   LLVMValueRef mask = jit_mask_from_bits(build, LLVMGetParam(function, 2));
   LLVMValueRef offset = LLVMBuildZExt(
      build->builder,
      LLVMBuildMul(build->builder, jit_lane_ids(build), jit_splat_i32(build, 9), ""), build->vi64,
      "");
   LLVMTypeRef types[] = { build->vi8, build->vi16, build->vi64 };
   for (int i = 0; i < 3; i++) {
      LLVMValueRef from = jit_ptr_add_value(build, a, offset);
      LLVMValueRef to = jit_ptr_add_value(build, jit_ptr_add(build, b, i * 256), offset);
      jit_scatter(build, jit_gather(build, types[i], from, mask, 1), to,
                  jit_mask_from_bits(build, jit_const_i32(build, 0x7fff)), 1);
   }
   struct jit_code *code = finish_function(build);

   uint32_t lanes = jit_target_get()->lanes, bits = 0x5a5a;
   static const int sizes[] = { 1, 2, 8 };
   uint8_t in[256], out[768], expected[768];
   for (int i = 0; i < 256; i++)
      in[i] = i * 7 + 1;
   memset(out, 0xcc, sizeof(out));
   memset(expected, 0xcc, sizeof(expected));
   run(code, in, out, bits);
   for (int i = 0; i < 3; i++) {
      for (uint32_t lane = 0; lane < lanes && lane < 15; lane++) {
         uint8_t *place = expected + i * 256 + lane * 9;
         memset(place, 0, sizes[i]);
         if (bits >> lane & 1)
            memcpy(place, in + lane * 9, sizes[i]);
      }
   }
   assert_memory_equal(out, expected, sizeof(out));
   jit_code_release(code);
}

static void
test_minmax_nan(void **state)
{
   uint64_t key[2];
   fresh_key(key);
   struct jit_build *build = jit_build_create(key);
   LLVMValueRef function = begin_function(build);
   LLVMValueRef b = LLVMGetParam(function, 1);
   LLVMValueRef x = jit_load(build, build->vf32, LLVMGetParam(function, 0), 0, 4);
   LLVMValueRef y = jit_load(build, build->vf32, LLVMGetParam(function, 0), 64, 4);
   jit_store(build, jit_fmin(build, x, y), b, 0, 4);
   jit_store(build, jit_fmax(build, x, y), b, 64, 4);
   struct jit_code *code = finish_function(build);

   float nan = __builtin_nanf(""), in[32] = { nan, 1, 2, nan }, out[32];
   in[16] = 3, in[17] = nan, in[18] = 1, in[19] = nan;
   run(code, in, out, 0);
   assert_true(out[0] == 3 && out[16] == 3);
   assert_true(out[1] == 1 && out[17] == 1);
   assert_true(out[2] == 1 && out[18] == 2);
   assert_true(out[3] != out[3] && out[19] != out[19]);
   jit_code_release(code);
}

/* What the CPU cannot do is called from libm; the loader must find it. */
static void
test_library_calls(void **state)
{
   static const char text[] =
      "declare <8 x float> @llvm.sin.v8f32(<8 x float>)\n"
      "declare <8 x float> @llvm.pow.v8f32(<8 x float>, <8 x float>)\n"
      "declare <8 x float> @llvm.floor.v8f32(<8 x float>)\n"
      "declare double @llvm.fma.f64(double, double, double)\n"
      "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)\n"
      "define void @run(ptr %a, ptr %b, i32 %n) {\n"
      "  %x = load <8 x float>, ptr %a, align 4\n"
      "  %s = call <8 x float> @llvm.sin.v8f32(<8 x float> %x)\n"
      "  %p = call <8 x float> @llvm.pow.v8f32(<8 x float> %x, <8 x float> %x)\n"
      "  %f = call <8 x float> @llvm.floor.v8f32(<8 x float> %p)\n"
      "  %h = fptrunc <8 x float> %f to <8 x half>\n"
      "  %w = fpext <8 x half> %h to <8 x float>\n"
      "  %r = fadd <8 x float> %s, %w\n"
      "  store <8 x float> %r, ptr %b, align 4\n"
      "  %d = fpext float 3.0 to double\n"
      "  %m = sitofp i32 %n to double\n"
      "  %e = call double @llvm.fma.f64(double %d, double %m, double %m)\n"
      "  %q = getelementptr i8, ptr %b, i64 32\n"
      "  store double %e, ptr %q, align 8\n"
      "  %z = zext i32 %n to i64\n"
      "  %t = getelementptr i8, ptr %b, i64 40\n"
      "  call void @llvm.memcpy.p0.p0.i64(ptr %t, ptr %a, i64 %z, i1 false)\n"
      "  ret void\n"
      "}\n";
   uint64_t key[2];
   fresh_key(key);
   struct jit_code *code = jit_build_finish(build_from_text(key, text), "run");
   assert_non_null(code);
   float in[8] = { 0, 1, 2, 3, 1.5f, 2.5f, 0.5f, 4 };
   struct {
      float sum[8];
      double fma;
      float copy[8];
   } out = { { 0 } };
   run(code, in, &out, sizeof(in));
   for (int i = 0; i < 8; i++) {
      float expected = __builtin_sinf(in[i]) + __builtin_floorf(__builtin_powf(in[i], in[i]));
      assert_true(__builtin_fabsf(out.sum[i] - expected) < 1e-4f);
   }
   assert_true(out.fma == 4.0 * sizeof(in));
   assert_memory_equal(out.copy, in, sizeof(in));
   jit_code_release(code);
}

/* Tables of constants, of addresses, and of branch targets. */
static void
test_tables(void **state)
{
   char text[8192];
   size_t length = snprintf(text, sizeof(text),
                            "@t = constant [3 x i32] [i32 7, i32 8, i32 9]\n"
                            "@p = constant [2 x ptr] [ptr @t, ptr getelementptr (i8, "
                            "ptr @t, i64 4)]\n"
                            "define void @run(ptr %%a, ptr %%b, i32 %%n) {\n"
                            "  %%bit = and i32 %%n, 1\n"
                            "  %%z = zext i32 %%bit to i64\n"
                            "  %%pp = getelementptr [2 x ptr], ptr @p, i64 0, i64 %%z\n"
                            "  %%base = load volatile ptr, ptr %%pp\n"
                            "  %%e = getelementptr i32, ptr %%base, i64 %%z\n"
                            "  %%v = load i32, ptr %%e\n"
                            "  store i32 %%v, ptr %%b\n"
                            "  switch i32 %%n, label %%out [");
   for (int i = 0; i < 16; i++)
      length += snprintf(text + length, sizeof(text) - length, " i32 %d, label %%l%d", i, i);
   length += snprintf(text + length, sizeof(text) - length, " ]\n");
   for (int i = 0; i < 16; i++)
      length += snprintf(text + length, sizeof(text) - length,
                         "l%d: store volatile %s %d, ptr %%a\n  br label %%out\n", i,
                         i % 3 ? "i32" : "i16", i * i);
   snprintf(text + length, sizeof(text) - length, "out: ret void\n}\n");

   uint64_t key[2];
   fresh_key(key);
   struct jit_code *code = jit_build_finish(build_from_text(key, text), "run");
   assert_non_null(code);
   for (uint32_t i = 0; i < 20; i++) {
      uint32_t a = 1, b = 0;
      run(code, &a, &b, i);
      assert_int_equal(b, i & 1 ? 9 : 7);
      assert_int_equal(a, i < 16 ? i * i : 1);
   }
   jit_code_release(code);
}

/*
 * Compute shaders wait at barriers by suspending: each invocation is a coroutine whose frame lies
 * in memory of the caller's. Here three of them append to a list, in rounds.
 */
static void
test_coroutines(void **state)
{
   static const char text[] =
      "declare token @llvm.coro.id(i32, ptr, ptr, ptr)\n"
      "declare ptr @llvm.coro.begin(token, ptr)\n"
      "declare i8 @llvm.coro.suspend(token, i1)\n"
      "declare i1 @llvm.coro.end(ptr, i1)\n"
      "declare void @llvm.coro.resume(ptr)\n"
      "define internal ptr @thread(ptr %frame, ptr %list, i32 %id) presplitcoroutine {\n"
      "entry:\n"
      "  %token = call token @llvm.coro.id(i32 64, ptr null, ptr null, ptr null)\n"
      "  %handle = call ptr @llvm.coro.begin(token %token, ptr %frame)\n"
      "  br label %loop\n"
      "loop:\n"
      "  %round = phi i32 [ 0, %entry ], [ %next, %resume ]\n"
      "  %n = load i32, ptr %list\n"
      "  %n1 = add i32 %n, 1\n"
      "  store i32 %n1, ptr %list\n"
      "  %slot = getelementptr i32, ptr %list, i32 %n1\n"
      "  %ten = mul i32 %round, 10\n"
      "  %v = add i32 %ten, %id\n"
      "  store i32 %v, ptr %slot\n"
      "  %s = call i8 @llvm.coro.suspend(token none, i1 false)\n"
      "  switch i8 %s, label %suspend [ i8 0, label %resume\n i8 1, label %done ]\n"
      "resume:\n"
      "  %next = add i32 %round, 1\n"
      "  %more = icmp ult i32 %next, 3\n"
      "  br i1 %more, label %loop, label %final\n"
      "final:\n"
      "  %f = call i8 @llvm.coro.suspend(token none, i1 true)\n"
      "  switch i8 %f, label %suspend [ i8 1, label %done ]\n"
      "done: br label %suspend\n"
      "suspend:\n"
      "  %unused = call i1 @llvm.coro.end(ptr %handle, i1 false)\n"
      "  ret ptr %handle\n"
      "}\n"
      "define void @run(ptr %frames, ptr %list, i32 %n) {\n"
      "  %f1 = getelementptr i8, ptr %frames, i64 256\n"
      "  %f2 = getelementptr i8, ptr %frames, i64 512\n"
      "  %h0 = call ptr @thread(ptr %frames, ptr %list, i32 0)\n"
      "  %h1 = call ptr @thread(ptr %f1, ptr %list, i32 1)\n"
      "  %h2 = call ptr @thread(ptr %f2, ptr %list, i32 2)\n"
      "  br label %loop\n"
      "loop:\n"
      "  %i = phi i32 [ 0, %0 ], [ %j, %loop ]\n"
      "  call void @llvm.coro.resume(ptr %h0)\n"
      "  call void @llvm.coro.resume(ptr %h1)\n"
      "  call void @llvm.coro.resume(ptr %h2)\n"
      "  %j = add i32 %i, 1\n"
      "  %again = icmp ult i32 %j, %n\n"
      "  br i1 %again, label %loop, label %end\n"
      "end: ret void\n"
      "}\n";
   uint64_t key[2];
   fresh_key(key);
   struct jit_code *code = jit_build_finish(build_from_text(key, text), "run");
   assert_non_null(code);
   _Alignas(64) uint8_t frames[768];
   uint32_t list[10] = { 0 };
   run(code, frames, list, 2);
   static const uint32_t expected[10] = { 9, 0, 1, 2, 10, 11, 12, 20, 21, 22 };
   assert_memory_equal(list, expected, sizeof(list));
   jit_code_release(code);
}

/* A function that adds `value` to *a. */
static struct jit_build *
build_adder(const uint64_t key[2], uint32_t value)
{
   struct jit_build *build = jit_build_create(key);
   LLVMValueRef a = LLVMGetParam(begin_function(build), 0);
   LLVMValueRef sum = LLVMBuildAdd(build->builder, jit_load(build, build->i32, a, 0, 4),
                                   jit_const_i32(build, value), "");
   jit_store(build, sum, a, 0, 4);
   return build;
}

static void
check_adder(const struct jit_code *code, uint32_t value)
{
   uint32_t sum = 5;
   run(code, &sum, NULL, 0);
   assert_int_equal(sum, value + 5);
}

static void
test_find(void **state)
{
   uint64_t key[2];
   fresh_key(key);
   assert_null(jit_code_find(key, "run"));
   struct jit_build *build = build_adder(key, 3);
   jit_build_set_info(build, "information", 12);
   struct jit_code *code = finish_function(build);
   check_adder(code, 3);

   /* In memory: the same; another name or key: nothing. */
   struct jit_code *again = jit_code_find(key, "run");
   assert_ptr_equal(again, code);
   assert_null(jit_code_find(key, "walk"));
   key[1]++;
   assert_null(jit_code_find(key, "run"));
   key[1]--;
   jit_code_release(again);
   check_adder(code, 3);
   jit_code_release(code);
   jit_code_release(NULL);

   /* From disk. */
   code = jit_code_find(key, "run");
   assert_non_null(code);
   check_adder(code, 3);
   size_t size;
   const void *info = jit_code_info(code, &size);
   assert_int_equal(size, 12);
   assert_string_equal(info, "information");

   /* A second build of what is there gives what is there. */
   again = finish_function(build_adder(key, 3));
   assert_ptr_equal(again, code);
   jit_code_release(again);
   jit_code_release(code);
}

static void
test_broken_module(void **state)
{
   uint64_t key[2];
   fresh_key(key);
   struct jit_build *build = jit_build_create(key);
   begin_function(build);
   assert_null(jit_build_finish(build, "run")); /* no terminator */

   fresh_key(key);
   build = build_adder(key, 1);
   LLVMBuildRetVoid(build->builder);
   assert_null(jit_build_finish(build, "walk")); /* no such function */

   fresh_key(key);
   assert_null(jit_build_finish(
      build_from_text(key, "declare void @system(ptr)\n"
                           "define void @run(ptr %a, ptr %b, i32 %c) {\n"
                           "  call void @system(ptr %a)\n  ret void\n}\n"),
      "run"));

   fresh_key(key);
   build = build_adder(key, 1);
   jit_build_destroy(build);
   jit_build_destroy(NULL);
}

#define NUM_THREADS 4
#define CODES_PER_THREAD 24

static void *
thread_main(void *data)
{
   uint64_t first = *(uint64_t *)data;
   for (uint64_t i = 0; i < CODES_PER_THREAD; i++) {
      uint64_t key[2] = { 1000 + (first + i) % CODES_PER_THREAD, 7 };
      struct jit_code *code = jit_code_find(key, "run");
      if (!code) {
         struct jit_build *build = build_adder(key, key[0]);
         LLVMBuildRetVoid(build->builder);
         code = jit_build_finish(build, "run");
      }
      uint32_t sum = 1;
      if (code)
         run(code, &sum, NULL, 0);
      jit_code_release(code);
      if (sum != key[0] + 1)
         return data;
   }
   return NULL;
}

static void
test_threads(void **state)
{
   pthread_t threads[NUM_THREADS];
   uint64_t first[NUM_THREADS];
   for (int i = 0; i < NUM_THREADS; i++) {
      first[i] = i / 2 * 5;
      assert_false(pthread_create(&threads[i], NULL, thread_main, &first[i]));
   }
   for (int i = 0; i < NUM_THREADS; i++) {
      void *result;
      pthread_join(threads[i], &result);
      assert_null(result);
   }
}

static int
remove_directory(void **state)
{
   char command[256];
   snprintf(command, sizeof(command), "rm -rf '%s'", getenv("DXG_CACHE_DIR"));
   return system(command);
}

int
main(void)
{
   char directory[] = "/tmp/test-engine-XXXXXX";
   if (!mkdtemp(directory) || setenv("DXG_CACHE_DIR", directory, 1))
      return 1;

   static const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_builders),      cmocka_unit_test(test_gather_sizes),
      cmocka_unit_test(test_minmax_nan),    cmocka_unit_test(test_library_calls),
      cmocka_unit_test(test_tables),        cmocka_unit_test(test_coroutines),
      cmocka_unit_test(test_find),          cmocka_unit_test(test_broken_module),
      cmocka_unit_test(test_threads),
   };
   return cmocka_run_group_tests(tests, NULL, remove_directory);
}
