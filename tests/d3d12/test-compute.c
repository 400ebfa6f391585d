/* Dispatches: groups and threads, groupshared memory and barriers, atomics, indirect arguments. */
#include "scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Root UAVs u0, u1, the table's u2 and u3, and root constant b0. */
static ID3D12RootSignature *root;
static const D3D12_DESCRIPTOR_RANGE1 range = {
   .RangeType = D3D12_DESCRIPTOR_RANGE_TYPE_UAV,
   .NumDescriptors = 2,
   .BaseShaderRegister = 2,
   .Flags = D3D12_DESCRIPTOR_RANGE_FLAG_DATA_VOLATILE,
};

static int
setup(void **state)
{
   D3D12_ROOT_PARAMETER1 parameters[4] = {
      scene_root_view(D3D12_ROOT_PARAMETER_TYPE_UAV, 0),
      scene_root_view(D3D12_ROOT_PARAMETER_TYPE_UAV, 1),
      scene_root_table(&range),
      scene_root_constants(0, 4),
   };
   D3D12_ROOT_SIGNATURE_DESC1 desc = {.NumParameters = 4, .pParameters = parameters};

   harness_setup(state);
   root = harness_create_root_signature(*state, &desc);
   return 0;
}

static int
teardown(void **state)
{
   RELEASE(root);
   return harness_teardown(state);
}

static void
set(struct harness *h, const char *shader, ID3D12Resource *u0, ID3D12Resource *u1)
{
   ID3D12PipelineState *pipeline = scene_create_compute(h, root, shader);

   ID3D12GraphicsCommandList_SetComputeRootSignature(h->list, root);
   ID3D12GraphicsCommandList_SetPipelineState(h->list, pipeline);
   ID3D12GraphicsCommandList_SetComputeRootUnorderedAccessView(
      h->list, 0, ID3D12Resource_GetGPUVirtualAddress(u0));
   if (u1)
      ID3D12GraphicsCommandList_SetComputeRootUnorderedAccessView(
         h->list, 1, ID3D12Resource_GetGPUVirtualAddress(u1));
   harness_keep(h, pipeline);
}

/* Many groups at once, each with its own sum and maximum. */
static void
groups_share_memory(void **state)
{
   enum { GROUPS = 300, THREADS = GROUPS * 64 };
   struct harness *h = *state;
   ID3D12Resource *u0 = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, THREADS * 4);
   ID3D12Resource *u1 = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, THREADS * 8);
   uint32_t *in = malloc(THREADS * 4), *out = malloc(THREADS * 8), count;
   uint64_t seed = 12;

   for (unsigned i = 0; i < THREADS; i++)
      in[i] = scene_random(&seed) % 100000;
   in[0] = 0;
   harness_upload_buffer(h, u0, in, THREADS * 4);
   set(h, "atomics.cs", u0, u1);
   ID3D12GraphicsCommandList_Dispatch(h->list, GROUPS, 1, 1);
   harness_submit(h);
   harness_read_buffer(h, u1, out, THREADS * 8);
   harness_read_buffer(h, u0, &count, 4);
   /* Group 0 may read dword 0 while others count there; it is judged by its second thread's value. */
   for (unsigned group = 1; group < GROUPS; group++) {
      uint32_t sum = 0, largest = 0;
      for (unsigned i = 0; i < 64; i++) {
         uint32_t value = in[group * 64 + i];
         sum += value;
         largest = value > largest ? value : largest;
      }
      for (unsigned i = 0; i < 64; i++) {
         const uint32_t *got = out + (group * 64 + i) * 2;
         if (got[0] != sum || got[1] != largest)
            fail_msg("group %u, thread %u: expected sum %u and maximum %u, got %u and %u", group, i,
                     sum, largest, got[0], got[1]);
      }
   }
   assert_int_equal(count, THREADS);
   free(in);
   free(out);
   RELEASE(u0);
   RELEASE(u1);
}

/* Barriers inside a loop; groups in three dimensions. */
static void
barriers_order_rounds(void **state)
{
   enum { Z = 5, THREADS = 3 * 2 * Z * 96 };
   struct harness *h = *state;
   ID3D12Resource *u0 = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, THREADS * 4);
   static uint32_t out[THREADS];

   set(h, "exchange.cs", u0, NULL);
   ID3D12GraphicsCommandList_Dispatch(h->list, 3, 2, Z);
   harness_submit(h);
   harness_read_buffer(h, u0, out, sizeof(out));
   for (unsigned i = 0; i < THREADS; i++) {
      unsigned group = i / 96, wanted = 28 * (95 - i % 96) + 8 * group;
      if (out[i] != wanted)
         fail_msg("group %u, thread %u: expected %u, got %u", group, i % 96, wanted, out[i]);
   }
   RELEASE(u0);
}

/* On texels, their type decides whether a minimum or maximum is signed. */
static void
atomics_lose_nothing(void **state)
{
   enum { THREADS = 64 * 200 };
   struct harness *h = *state;
   ID3D12Resource *buffers[4];
   ID3D12DescriptorHeap *heap = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_CBV_SRV_UAV, 2, true);
   D3D12_UNORDERED_ACCESS_VIEW_DESC view = {
      .ViewDimension = D3D12_UAV_DIMENSION_BUFFER,
      .Buffer = {.NumElements = 9},
   };
   uint32_t start[18] = {0}, sum = 0, all = 0;
   static const unsigned strides[4] = {1, 2, 1, 1}, offsets[4] = {0, 1, 0, 0};

   for (unsigned t = 0; t < THREADS; t++) {
      sum += t;
      all ^= t;
   }
   const uint32_t low = (uint32_t)-100, high = THREADS - 101, top = THREADS - 1;
   const uint32_t wanted[4][8] = {
      {sum, 0, UINT32_MAX, all, low, high, 0, top},
      {sum, 0, UINT32_MAX, all, low, high, 0, top},
      {sum, 0, UINT32_MAX, all, 0, UINT32_MAX, 0, top},
      {sum, 0, UINT32_MAX, all, low, high, UINT32_MAX, top},
   };
   for (unsigned u = 0; u < 4; u++) {
      memset(start, 0, sizeof(start));
      start[1 * strides[u] + offsets[u]] = UINT32_MAX;
      start[5 * strides[u] + offsets[u]] = (uint32_t)-1000;
      start[6 * strides[u] + offsets[u]] = UINT32_MAX;
      buffers[u] = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, sizeof(start));
      harness_upload_buffer(h, buffers[u], start, sizeof(start));
   }
   view.Format = DXGI_FORMAT_R32_UINT;
   ID3D12Device8_CreateUnorderedAccessView(h->device, buffers[2], NULL, &view,
                                           harness_cpu_handle(h, heap, 0));
   view.Format = DXGI_FORMAT_R32_SINT;
   ID3D12Device8_CreateUnorderedAccessView(h->device, buffers[3], NULL, &view,
                                           harness_cpu_handle(h, heap, 1));
   set(h, "contend.cs", buffers[0], buffers[1]);
   ID3D12GraphicsCommandList_SetDescriptorHeaps(h->list, 1, &heap);
   ID3D12GraphicsCommandList_SetComputeRootDescriptorTable(h->list, 2, harness_gpu_handle(h, heap, 0));
   ID3D12GraphicsCommandList_Dispatch(h->list, THREADS / 64, 1, 1);
   harness_submit(h);
   for (unsigned u = 0; u < 4; u++) {
      static const char *const kinds[] = {"raw", "structured", "UINT", "SINT"};
      uint32_t got[18];
      harness_read_buffer(h, buffers[u], got, sizeof(got));
      for (unsigned op = 0; op < 8; op++) {
         uint32_t value = got[op * strides[u] + offsets[u]];
         if (value != wanted[u][op])
            fail_msg("%s buffer, operation %u: expected %#x, got %#x", kinds[u], op, wanted[u][op],
                     value);
      }
      assert_true(got[8 * strides[u] + offsets[u]] < THREADS);
      if (u == 1)
         for (unsigned i = 0; i < 9; i++)
            assert_int_equal(got[i * 2], 0);
      RELEASE(buffers[u]);
   }
   RELEASE(heap);
}

/* One dispatch sees what the one before it wrote; arguments come from a buffer. */
static void
indirect_dispatch(void **state)
{
   enum { MAX_THREADS = 64 * 8 };
   struct harness *h = *state;
   static const uint32_t sizes[4][3] = {{1, 1, 1}, {4, 1, 1}, {0, 5, 1}, {8, 1, 1}};
   D3D12_INDIRECT_ARGUMENT_DESC argument = {.Type = D3D12_INDIRECT_ARGUMENT_TYPE_DISPATCH};
   D3D12_COMMAND_SIGNATURE_DESC desc = {
      .ByteStride = sizeof(sizes[0]), .NumArgumentDescs = 1, .pArgumentDescs = &argument};
   ID3D12CommandSignature *signature;
   ID3D12Resource *arguments = harness_create_data(h, sizes, sizeof(sizes));
   ID3D12Resource *u0 = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, MAX_THREADS * 4);
   static uint32_t out[MAX_THREADS], zeros[MAX_THREADS];
   D3D12_RESOURCE_BARRIER barrier = {.Type = D3D12_RESOURCE_BARRIER_TYPE_UAV, .UAV = {u0}};

   assert_ok(ID3D12Device8_CreateCommandSignature(h->device, &desc, NULL,
                                                  &IID_ID3D12CommandSignature, (void **)&signature));
   harness_upload_buffer(h, u0, zeros, sizeof(zeros));
   set(h, "stamp.cs", u0, NULL);
   ID3D12GraphicsCommandList_SetComputeRoot32BitConstant(h->list, 3, 1, 0);
   ID3D12GraphicsCommandList_ExecuteIndirect(h->list, signature, 4, arguments, 0, NULL, 0);
   ID3D12GraphicsCommandList_ResourceBarrier(h->list, 1, &barrier);
   ID3D12GraphicsCommandList_SetComputeRoot32BitConstant(h->list, 3, 100, 0);
   ID3D12GraphicsCommandList_ExecuteIndirect(h->list, signature, 1, arguments, 12, NULL, 0);
   harness_submit(h);
   harness_read_buffer(h, u0, out, sizeof(out));
   for (unsigned t = 0; t < MAX_THREADS; t++) {
      uint32_t wanted = 1 + (t < 256 ? 1 + 100 : 0) + (t < 64 ? 1 : 0);
      if (out[t] != wanted)
         fail_msg("thread %u: expected %u, got %u", t, wanted, out[t]);
   }
   RELEASE(signature);
   RELEASE(arguments);
   RELEASE(u0);
}

static float
from_bits(uint32_t bits)
{
   float value;
   memcpy(&value, &bits, sizeof(value));
   return value;
}

static uint32_t
to_bits(float value)
{
   uint32_t bits;
   memcpy(&bits, &value, sizeof(bits));
   return bits;
}

static float
flushed(float value)
{
   uint32_t bits = to_bits(value);
   return bits & 0x7f800000 ? value : from_bits(bits & 0x80000000);
}

/* What a shader of denormals.*.ll makes of two floats: its first five results. */
static void
denormal_results(float a, float b, bool flush, uint32_t results[5])
{
   results[4] = to_bits(a);
   if (flush) {
      a = flushed(a);
      b = flushed(b);
   }
   float values[4] = {a * b, a + b, a * b + -0.0f, a < b};
   for (unsigned i = 0; i < 4; i++)
      results[i] = to_bits(flush ? flushed(values[i]) : values[i]);
}

/* Arithmetic of floats flushes denormals to zero, moves do not, and neither do doubles and halves
 * (D3D11.3 3.1.3.2, 3.1.4, 3.1.5); shaders may ask for the contrary. */
static void
denormals_are_flushed(void **state)
{
   enum { THREADS = 16 };
   struct harness *h = *state;
   static const struct {
      const char *shader;
      bool flush;
   } cases[] = {
      {"denormals.cs", true}, {"denormals-doubles.cs", true}, {"denormals-preserve.cs", false}};
   /* The least normal and denormal floats, and others that make such. */
   static const uint32_t in[THREADS][2] = {
      {0x00000001, 0x3f800000}, {0x007fffff, 0x40000000}, {0x807fffff, 0x3f800000},
      {0x00800000, 0x3f000000}, {0x80800000, 0x3f000000}, {0x20000000, 0x1f000000},
      {0x00800001, 0x80800000}, {0x00000000, 0x00000001}, {0x00400000, 0x00400000},
      {0x00000001, 0x7f7fffff}, {0x80000001, 0x00000001}, {0x3f800000, 0x40000000},
      {0x00000001, 0x7f800000}, {0x000003ff, 0x00000000}, {0x33800000, 0x3f800000},
      {0x387fc000, 0x3f800000}};
   ID3D12Resource *u0 = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, sizeof(in));
   ID3D12Resource *u1 = harness_create_buffer(h, D3D12_HEAP_TYPE_DEFAULT, THREADS * 32);
   uint32_t out[THREADS][8];

   harness_upload_buffer(h, u0, in, sizeof(in));
   for (unsigned c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
      set(h, cases[c].shader, u0, u1);
      ID3D12GraphicsCommandList_Dispatch(h->list, 1, 1, 1);
      harness_submit(h);
      harness_read_buffer(h, u1, out, sizeof(out));
      for (unsigned t = 0; t < THREADS; t++) {
         uint32_t wanted[5];
         denormal_results(from_bits(in[t][0]), from_bits(in[t][1]), cases[c].flush, wanted);
         for (unsigned i = 0; i < 5; i++)
            if (out[t][i] != wanted[i] && !(isnan(from_bits(out[t][i])) && isnan(from_bits(wanted[i]))))
               fail_msg("%s, thread %u, result %u: expected %#x, got %#x", cases[c].shader, t, i,
                        wanted[i], out[t][i]);
      }
      if (c == 0) {
         for (unsigned t = 0; t < THREADS; t++)
            assert_int_equal(out[t][5], 0);
         assert_int_equal(out[0][6], to_bits(0x1p-24f));
         assert_int_equal(out[13][6], to_bits(0x3ffp-24f));
         assert_int_equal(out[14][7], 0x0001);
         assert_int_equal(out[15][7], 0x03ff);
      } else if (c == 1) {
         for (unsigned t = 0; t < THREADS; t++) {
            assert_int_equal(out[t][5], in[t][0] << 1);
            assert_int_equal(out[t][6], in[t][0] >> 31);
         }
      }
   }
   RELEASE(u0);
   RELEASE(u1);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(groups_share_memory, setup, teardown),
      cmocka_unit_test_setup_teardown(barriers_order_rounds, setup, teardown),
      cmocka_unit_test_setup_teardown(atomics_lose_nothing, setup, teardown),
      cmocka_unit_test_setup_teardown(indirect_dispatch, setup, teardown),
      cmocka_unit_test_setup_teardown(denormals_are_flushed, setup, teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
