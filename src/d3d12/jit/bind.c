#include "jit/pipeline.h"

void
jit_shader_bind(const struct jit_shader *shader, const struct shader_bindings *bindings,
                texture_fn *fns)
{
   for (uint32_t i = 0; i < shader->info.num_sites; i++) {
      const struct texture_site *site = &shader->info.sites[i];
      const struct descriptor *views =
         (const struct descriptor *)(uintptr_t)bindings->root->param[site->view_param];
      const struct sampler *sampler = NULL;
      if (site->sampler_param == TEXTURE_SITE_STATIC)
         sampler = bindings->static_samplers + site->sampler_offset;
      else if (site->sampler_param != TEXTURE_SITE_NONE)
         sampler = (const struct sampler *)(uintptr_t)bindings->root->param[site->sampler_param] +
                   site->sampler_offset;
      fns[i] = bindings->lookup(views + site->view_offset, sampler, site->op);
   }
}
