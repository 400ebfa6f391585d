#include "jit/pipeline.h"

const struct descriptor *
jit_site_view(const struct texture_site *site, const struct shader_bindings *bindings)
{
   return (const struct descriptor *)(uintptr_t)bindings->root->param[site->view_param] +
          site->view_offset;
}

const struct sampler *
jit_site_sampler(const struct texture_site *site, const struct shader_bindings *bindings)
{
   if (site->sampler_param == TEXTURE_SITE_NONE)
      return NULL;
   if (site->sampler_param == TEXTURE_SITE_STATIC)
      return bindings->static_samplers + site->sampler_offset;
   return (const struct sampler *)(uintptr_t)bindings->root->param[site->sampler_param] +
          site->sampler_offset;
}

void
jit_shader_bind(const struct jit_shader *shader, const struct shader_bindings *bindings,
                texture_fn *fns)
{
   for (uint32_t i = 0; i < shader->info.num_sites; i++) {
      const struct texture_site *site = &shader->info.sites[i];

      fns[i] = bindings->lookup(jit_site_view(site, bindings), jit_site_sampler(site, bindings),
                                site->op);
   }
}
