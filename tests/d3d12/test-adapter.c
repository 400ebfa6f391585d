/* libdxcore.so: the adapter that programs choose, and the device made of it. */
#include "harness.h"
#include "util/dxcore.h"

#include <string.h>

/* The header for C has the interfaces; the GUIDs, as a caller knows them, are in DXCore's. */
static const GUID iid_factory = {
   0x78ee5945, 0xc36e, 0x4b13, { 0xa6, 0x69, 0x00, 0x5d, 0xd1, 0x1c, 0x0f, 0x06 }
};
static const GUID iid_list = {
   0x526c7776, 0x40e9, 0x459b, { 0xb7, 0x11, 0xf3, 0x2a, 0xd7, 0x6d, 0xfc, 0x28 }
};
static const GUID iid_adapter = {
   0xf0db4c7f, 0xfe5a, 0x42a2, { 0xbd, 0x62, 0xf2, 0xa6, 0xcf, 0x6f, 0xc8, 0x3e }
};
static const GUID d3d12_graphics = {
   0x0c9ece4d, 0x2f6e, 0x4f01, { 0x8c, 0x96, 0xe8, 0x9e, 0x33, 0x1b, 0x47, 0xb1 }
};
static const GUID d3d11_graphics = {
   0x8c47866b, 0x7583, 0x450d, { 0xf0, 0xf0, 0x6b, 0xad, 0xa8, 0x95, 0xaf, 0x4b }
};

HRESULT DXCoreCreateAdapterFactory(REFIID riid, void **out);

struct chain {
   struct dxcore_factory *factory;
   struct dxcore_list *list;
   struct dxcore_adapter *adapter;
};

static int
setup(void **state)
{
   static struct chain chain;

   assert_ok(DXCoreCreateAdapterFactory(&iid_factory, (void **)&chain.factory));
   assert_ok(chain.factory->vtbl->CreateAdapterList(chain.factory, 1, &d3d12_graphics, &iid_list,
                                                    (void **)&chain.list));
   assert_int_equal(chain.list->vtbl->GetAdapterCount(chain.list), 1);
   assert_ok(chain.list->vtbl->GetAdapter(chain.list, 0, &iid_adapter, (void **)&chain.adapter));
   *state = &chain;
   return 0;
}

static int
teardown(void **state)
{
   struct chain *chain = *state;

   RELEASE(chain->adapter);
   RELEASE(chain->list);
   RELEASE(chain->factory);
   return 0;
}

static void
lists_one_adapter(void **state)
{
   struct chain *chain = *state;
   struct dxcore_list *list;
   void *out = chain;

   assert_true(chain->adapter->vtbl->IsValid(chain->adapter));
   assert_true(chain->adapter->vtbl->IsAttributeSupported(chain->adapter, &d3d12_graphics));
   assert_false(chain->adapter->vtbl->IsAttributeSupported(chain->adapter, &d3d11_graphics));
   assert_int_equal(chain->list->vtbl->GetAdapter(chain->list, 1, &iid_adapter, &out),
                    E_INVALIDARG);
   assert_null(out);
   assert_int_equal(
      chain->factory->vtbl->CreateAdapterList(chain->factory, 0, NULL, &iid_list, (void **)&list),
      E_INVALIDARG);
   assert_ok(chain->factory->vtbl->CreateAdapterList(chain->factory, 1, &d3d11_graphics, &iid_list,
                                                     (void **)&list));
   assert_int_equal(list->vtbl->GetAdapterCount(list), 0);
   RELEASE(list);
   assert_int_equal(DXCoreCreateAdapterFactory(&iid_list, &out), E_NOINTERFACE);
   assert_int_equal(DXCoreCreateAdapterFactory(&iid_factory, NULL), E_POINTER);
}

static void
has_the_properties_that_mesa_reads(void **state)
{
   struct chain *chain = *state;
   const struct dxcore_adapter_vtbl *vtbl = chain->adapter->vtbl;
   struct dxcore_hardware_id id;
   uint64_t dedicated, shared, version;
   char description[256];
   size_t size;
   bool flag;

   assert_ok(vtbl->GetProperty(chain->adapter, DXCORE_HARDWARE_ID, sizeof(id), &id));
   assert_int_not_equal(id.vendor, 0x1414); /* Microsoft: would mean "not accelerated" */
   assert_ok(vtbl->GetProperty(chain->adapter, DXCORE_DEDICATED_ADAPTER_MEMORY, 8, &dedicated));
   assert_ok(vtbl->GetProperty(chain->adapter, DXCORE_SHARED_SYSTEM_MEMORY, 8, &shared));
   assert_true(dedicated + shared > 1 << 20);
   assert_ok(vtbl->GetProperty(chain->adapter, DXCORE_DRIVER_VERSION, 8, &version));
   assert_int_not_equal(version, 0);
   assert_ok(vtbl->GetProperty(chain->adapter, DXCORE_IS_HARDWARE, 1, &flag));
   assert_false(flag);

   assert_ok(vtbl->GetPropertySize(chain->adapter, DXCORE_DRIVER_DESCRIPTION, &size));
   assert_ok(vtbl->GetProperty(chain->adapter, DXCORE_DRIVER_DESCRIPTION, sizeof(description),
                               description));
   assert_int_equal(strlen(description) + 1, size);
   assert_memory_equal(description, "dxg CPU (", 9);
   assert_int_equal(
      vtbl->GetProperty(chain->adapter, DXCORE_DRIVER_DESCRIPTION, size - 1, description),
      E_INVALIDARG);
   assert_false(vtbl->IsPropertySupported(chain->adapter, 1000));
   assert_int_equal(vtbl->GetProperty(chain->adapter, 1000, sizeof(description), description),
                    DXGI_ERROR_UNSUPPORTED);
}

static void
has_a_memory_budget(void **state)
{
   struct chain *chain = *state;
   const struct dxcore_adapter_vtbl *vtbl = chain->adapter->vtbl;
   struct dxcore_node_segment_group local = { 0, DXCORE_LOCAL }, other = { 0, DXCORE_NON_LOCAL };
   struct dxcore_memory_budget budget;

   assert_true(vtbl->IsQueryStateSupported(chain->adapter, DXCORE_ADAPTER_MEMORY_BUDGET));
   assert_ok(vtbl->QueryState(chain->adapter, DXCORE_ADAPTER_MEMORY_BUDGET, sizeof(local), &local,
                              sizeof(budget), &budget));
   assert_true(budget.budget > budget.current_usage && budget.current_usage > 0);
   assert_ok(vtbl->QueryState(chain->adapter, DXCORE_ADAPTER_MEMORY_BUDGET, sizeof(other), &other,
                              sizeof(budget), &budget));
   assert_int_equal(budget.budget, 0);
   assert_int_equal(vtbl->QueryState(chain->adapter, DXCORE_ADAPTER_MEMORY_BUDGET, 0, NULL,
                                     sizeof(budget), &budget),
                    E_INVALIDARG);
}

static void
makes_a_device_of_the_same_luid(void **state)
{
   struct chain *chain = *state;
   struct dxcore_adapter *again;
   ID3D12Device *device;
   LUID luid;

   assert_ok(D3D12CreateDevice((IUnknown *)chain->adapter, D3D_FEATURE_LEVEL_11_0,
                               &IID_ID3D12Device, (void **)&device));
   assert_ok(
      chain->adapter->vtbl->GetProperty(chain->adapter, DXCORE_INSTANCE_LUID, sizeof(luid), &luid));
   LUID own = ID3D12Device_GetAdapterLuid(device);
   assert_memory_equal(&own, &luid, sizeof(luid));
   assert_ok(
      chain->factory->vtbl->GetAdapterByLuid(chain->factory, &luid, &iid_adapter, (void **)&again));
   RELEASE(again);
   luid.LowPart++;
   assert_int_equal(
      chain->factory->vtbl->GetAdapterByLuid(chain->factory, &luid, &iid_adapter, (void **)&again),
      E_INVALIDARG);
   /* Something that is no adapter. */
   assert_int_equal(
      D3D12CreateDevice((IUnknown *)device, D3D_FEATURE_LEVEL_11_0, &IID_ID3D12Device, NULL),
      E_INVALIDARG);
   RELEASE(device);
}

int
main(void)
{
   const struct CMUnitTest tests[] = {
      cmocka_unit_test(lists_one_adapter),
      cmocka_unit_test(has_the_properties_that_mesa_reads),
      cmocka_unit_test(has_a_memory_budget),
      cmocka_unit_test(makes_a_device_of_the_same_luid),
   };

   return cmocka_run_group_tests(tests, setup, teardown);
}
