/* Clears to a value that a texture was cleared to before, with all that may have written to it in between:
 * draws, copies, shaders, another process, of which a second resource for the same memory plays the part,
 * and the CPU, through a mapping of the handle. */
#include "scene.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Some tiles of 64×64, and parts of tiles. */
#define WIDTH 200
#define HEIGHT 150
#define ROUNDS 40
#define OPERATIONS 12

enum operation {
   CLEAR_ALL,
   CLEAR_RECT,
   DRAW,
   COPY,
   WRITE, /* by a shader, or as if; or by the CPU */
   NUM_OPERATIONS,
};

/* The same texture, opened twice. */
struct side {
   ID3D12Resource *texture;
   ID3D12DescriptorHeap *rtv_heap, *view_heaps[2]; /* the views that a clear of it takes */
   D3D12_CPU_DESCRIPTOR_HANDLE rtv;
};

struct scene {
   struct side sides[2];
   uint8_t *memory; /* of a texture for other adapters; else NULL */
   UINT row_pitch;
   ID3D12Resource *source; /* of copies */
   ID3D12RootSignature *root;
   ID3D12PipelineState *pipeline;
   uint32_t model[HEIGHT][WIDTH];
   uint64_t seed;
};

static uint32_t
below(struct scene *scene, uint32_t n)
{
   return scene_random(&scene->seed) % n;
}

static void
side_init(struct harness *h, struct side *side, ID3D12Resource *texture)
{
   side->texture = texture;
   side->rtv_heap = harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_RTV, 1, false);
   side->rtv = harness_cpu_handle(h, side->rtv_heap, 0);
   ID3D12Device8_CreateRenderTargetView(h->device, texture, NULL, side->rtv);
}

static void
side_finish(struct side *side)
{
   RELEASE(side->view_heaps[0]);
   RELEASE(side->view_heaps[1]);
   RELEASE(side->rtv_heap);
   RELEASE(side->texture);
}

static ID3D12Resource *
create_source(struct harness *h)
{
   static uint32_t texels[HEIGHT][WIDTH];
   const D3D12_RESOURCE_DESC desc = harness_texture_desc(
      WIDTH, HEIGHT, DXGI_FORMAT_R8G8B8A8_UNORM, D3D12_RESOURCE_FLAG_NONE);
   ID3D12Resource *source = harness_create(h, D3D12_HEAP_TYPE_DEFAULT, &desc);

   for (uint32_t y = 0; y < HEIGHT; y++)
      for (uint32_t x = 0; x < WIDTH; x++)
         texels[y][x] = y << 16 | x;
   harness_upload_texture(h, source, 0, texels, sizeof(texels[0]));
   return source;
}

static void
map_handle(struct harness *h, struct scene *scene, const D3D12_RESOURCE_DESC *desc, HANDLE handle)
{
   D3D12_PLACED_SUBRESOURCE_FOOTPRINT footprint;

   ID3D12Device8_GetCopyableFootprints(h->device, desc, 0, 1, 0, &footprint, NULL, NULL, NULL);
   scene->row_pitch = footprint.Footprint.RowPitch;
   scene->memory = mmap(NULL, scene->row_pitch * HEIGHT, PROT_READ | PROT_WRITE, MAP_SHARED,
                        (int)(intptr_t)handle, 0);
   assert_ptr_not_equal(scene->memory, MAP_FAILED);
}

static void
scene_init(struct harness *h, struct scene *scene, D3D12_RESOURCE_FLAGS flags)
{
   const bool linear = flags & D3D12_RESOURCE_FLAG_ALLOW_CROSS_ADAPTER;
   const D3D12_HEAP_PROPERTIES heap = { .Type = D3D12_HEAP_TYPE_DEFAULT };
   const D3D12_HEAP_FLAGS heap_flags =
      D3D12_HEAP_FLAG_SHARED | (linear ? D3D12_HEAP_FLAG_SHARED_CROSS_ADAPTER : 0);
   D3D12_RESOURCE_DESC desc =
      harness_texture_desc(WIDTH, HEIGHT, DXGI_FORMAT_R8G8B8A8_UNORM,
                           D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET | flags);
   const struct harness_target target = { .samples = 1, .format = desc.Format };
   ID3D12Resource *textures[2];
   HANDLE handle;

   memset(scene, 0, sizeof(*scene));
   if (linear)
      desc.Layout = D3D12_TEXTURE_LAYOUT_ROW_MAJOR;
   assert_ok(ID3D12Device8_CreateCommittedResource(h->device, &heap, heap_flags, &desc,
                                                   D3D12_RESOURCE_STATE_COMMON, NULL,
                                                   &IID_ID3D12Resource, (void **)&textures[0]));
   assert_ok(ID3D12Device8_CreateSharedHandle(h->device, (ID3D12DeviceChild *)textures[0], NULL,
                                              GENERIC_ALL, NULL, &handle));
   assert_ok(ID3D12Device8_OpenSharedHandle(h->device, handle, &IID_ID3D12Resource,
                                            (void **)&textures[1]));
   if (linear)
      map_handle(h, scene, &desc, handle);
   close((int)(intptr_t)handle);
   side_init(h, &scene->sides[0], textures[0]);
   side_init(h, &scene->sides[1], textures[1]);
   scene->source = create_source(h);
   scene->root = harness_create_root_signature(h, NULL);
   D3D12_GRAPHICS_PIPELINE_STATE_DESC pipeline =
      harness_pipeline_desc(scene->root, &target, "position-color.vs", "color.ps");
   scene->pipeline = scene_create_pipeline(h, &pipeline);
}

static void
scene_finish(struct scene *scene)
{
   if (scene->memory)
      munmap(scene->memory, scene->row_pitch * HEIGHT);
   RELEASE(scene->pipeline);
   RELEASE(scene->root);
   RELEASE(scene->source);
   side_finish(&scene->sides[1]);
   side_finish(&scene->sides[0]);
}

static D3D12_RECT
random_rect(struct scene *scene)
{
   const uint32_t step = below(scene, 2) ? 64 : 1;
   const LONG left = (LONG)(below(scene, WIDTH / step) * step);
   const LONG top = (LONG)(below(scene, HEIGHT / step) * step);
   const LONG right = left + (LONG)((below(scene, 100 / step + 1) + 1) * step);
   const LONG bottom = top + (LONG)((below(scene, 100 / step + 1) + 1) * step);

   return (D3D12_RECT){ left, top, right < WIDTH ? right : WIDTH,
                        bottom < HEIGHT ? bottom : HEIGHT };
}

/* One of two colours, most often the same. */
static uint32_t
random_color(struct scene *scene, float color[4])
{
   const bool other = below(scene, 4) == 0;

   color[0] = 1;
   color[1] = color[2] = other;
   color[3] = 1;
   return other ? 0xffffffffu : 0xff0000ffu;
}

static void
fill_model(struct scene *scene, const D3D12_RECT *rect, uint32_t texel)
{
   for (LONG y = rect->top; y < rect->bottom; y++)
      for (LONG x = rect->left; x < rect->right; x++)
         scene->model[y][x] = texel;
}

static void
draw(struct harness *h, struct scene *scene, const struct side *side, const D3D12_RECT *rect,
     const float color[4])
{
   const D3D12_VIEWPORT viewport = { 0, 0, WIDTH, HEIGHT, 0, 1 };

   ID3D12GraphicsCommandList_SetGraphicsRootSignature(h->list, scene->root);
   ID3D12GraphicsCommandList_OMSetRenderTargets(h->list, 1, &side->rtv, FALSE, NULL);
   ID3D12GraphicsCommandList_RSSetViewports(h->list, 1, &viewport);
   ID3D12GraphicsCommandList_RSSetScissorRects(h->list, 1, rect);
   scene_draw_quad(h, scene->pipeline, 0.5f, color);
}

static void
copy(struct harness *h, struct scene *scene, const struct side *side, const D3D12_RECT *rect)
{
   const D3D12_TEXTURE_COPY_LOCATION dst = { .pResource = side->texture }, src = {
      .pResource = scene->source
   };
   const D3D12_BOX box = { (UINT)rect->left,  (UINT)rect->top,    0,
                           (UINT)rect->right, (UINT)rect->bottom, 1 };

   ID3D12GraphicsCommandList_CopyTextureRegion(h->list, &dst, box.left, box.top, 0, &src, &box);
   for (LONG y = rect->top; y < rect->bottom; y++)
      for (LONG x = rect->left; x < rect->right; x++)
         scene->model[y][x] = (uint32_t)y << 16 | (uint32_t)x;
}

static void
write_view(struct harness *h, struct scene *scene, struct side *side, const D3D12_RECT *rect)
{
   const D3D12_UNORDERED_ACCESS_VIEW_DESC desc = {
      .Format = DXGI_FORMAT_R8G8B8A8_UNORM,
      .ViewDimension = D3D12_UAV_DIMENSION_TEXTURE2D,
   };
   static const float green[4] = { 0, 1, 0, 1 };

   for (unsigned i = 0; i < 2 && !side->view_heaps[i]; i++) {
      side->view_heaps[i] =
         harness_create_heap(h, D3D12_DESCRIPTOR_HEAP_TYPE_CBV_SRV_UAV, 1, i == 1);
      ID3D12Device8_CreateUnorderedAccessView(h->device, side->texture, NULL, &desc,
                                              harness_cpu_handle(h, side->view_heaps[i], 0));
   }
   ID3D12GraphicsCommandList_SetDescriptorHeaps(h->list, 1, &side->view_heaps[1]);
   ID3D12GraphicsCommandList_ClearUnorderedAccessViewFloat(
      h->list, harness_gpu_handle(h, side->view_heaps[1], 0),
      harness_cpu_handle(h, side->view_heaps[0], 0), side->texture, green, 1, rect);
   fill_model(scene, rect, 0xff00ff00u);
}

static void
write_memory(struct harness *h, struct scene *scene, const struct side *side,
             const D3D12_RECT *rect)
{
   const D3D12_RESOURCE_BARRIER written = {
      .Type = D3D12_RESOURCE_BARRIER_TYPE_ALIASING,
      .Aliasing.pResourceAfter = side->texture,
   };

   fill_model(scene, rect, 0xffff8000u);
   for (LONG y = rect->top; y < rect->bottom; y++)
      memcpy(scene->memory + y * scene->row_pitch + rect->left * 4, &scene->model[y][rect->left],
             (size_t)(rect->right - rect->left) * 4);
   ID3D12GraphicsCommandList_ResourceBarrier(h->list, 1, &written);
}

static void
operate(struct harness *h, struct scene *scene, struct side *side, enum operation operation)
{
   static const D3D12_RESOURCE_STATES states[] = {
      [CLEAR_ALL] = D3D12_RESOURCE_STATE_RENDER_TARGET,
      [CLEAR_RECT] = D3D12_RESOURCE_STATE_RENDER_TARGET,
      [DRAW] = D3D12_RESOURCE_STATE_RENDER_TARGET,
      [COPY] = D3D12_RESOURCE_STATE_COPY_DEST,
      [WRITE] = D3D12_RESOURCE_STATE_UNORDERED_ACCESS,
   };
   const D3D12_RECT all = { 0, 0, WIDTH, HEIGHT };
   const D3D12_RECT rect = operation == CLEAR_ALL ? all : random_rect(scene);
   float color[4];
   const uint32_t texel = random_color(scene, color);

   if (operation == WRITE && scene->memory) {
      write_memory(h, scene, side, &rect);
      return;
   }
   harness_barrier(h, side->texture, D3D12_RESOURCE_STATE_COMMON, states[operation]);
   switch (operation) {
   case CLEAR_ALL:
   case CLEAR_RECT:
      ID3D12GraphicsCommandList_ClearRenderTargetView(h->list, side->rtv, color, 1, &rect);
      fill_model(scene, &rect, texel);
      break;
   case DRAW:
      draw(h, scene, side, &rect, color);
      fill_model(scene, &rect, texel);
      break;
   case COPY:
      copy(h, scene, side, &rect);
      break;
   default:
      write_view(h, scene, side, &rect);
      break;
   }
   harness_barrier(h, side->texture, states[operation], D3D12_RESOURCE_STATE_COMMON);
}

static void
check(struct harness *h, const struct scene *scene, uint32_t round)
{
   struct harness_image image;

   harness_read_texture(h, scene->sides[round % 2].texture, 0, &image);
   for (UINT y = 0; y < HEIGHT; y++)
      for (UINT x = 0; x < WIDTH; x++)
         if (harness_texel32(&image, x, y) != scene->model[y][x])
            fail_msg("round %u: (%u, %u): %08x instead of %08x", round, x, y,
                     harness_texel32(&image, x, y), scene->model[y][x]);
   harness_image_finish(&image);
}

static void
run(struct harness *h, struct scene *scene, uint32_t num_operations)
{
   operate(h, scene, &scene->sides[0], CLEAR_ALL);
   harness_submit(h);
   for (uint32_t round = 0; round < ROUNDS; round++) {
      for (uint32_t i = below(scene, OPERATIONS); i > 0; i--) {
         operate(h, scene, &scene->sides[below(scene, 2)], below(scene, num_operations));
         harness_submit(h);
      }
      check(h, scene, round);
   }
}

static void
draws_and_copies_in_between(void **state)
{
   struct harness *h = *state;
   struct scene scene;

   scene_init(h, &scene, D3D12_RESOURCE_FLAG_NONE);
   run(h, &scene, COPY + 1);
   scene_finish(&scene);
}

/* First no view allows shaders to write, then one does. */
static void
shaders_in_between(void **state)
{
   struct harness *h = *state;
   struct scene scene;

   scene_init(h, &scene, D3D12_RESOURCE_FLAG_ALLOW_UNORDERED_ACCESS);
   run(h, &scene, COPY + 1);
   run(h, &scene, NUM_OPERATIONS);
   scene_finish(&scene);
}

/* What is submitted is done when the CPU writes. */
static void
cpu_in_between(void **state)
{
   struct harness *h = *state;
   struct scene scene;

   scene_init(h, &scene, D3D12_RESOURCE_FLAG_ALLOW_CROSS_ADAPTER);
   run(h, &scene, NUM_OPERATIONS);
   scene_finish(&scene);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(draws_and_copies_in_between, harness_setup, harness_teardown),
      cmocka_unit_test_setup_teardown(shaders_in_between, harness_setup, harness_teardown),
      cmocka_unit_test_setup_teardown(cpu_in_between, harness_setup, harness_teardown),
   };

   return cmocka_run_group_tests(tests, NULL, NULL);
}
