#include "glx/refresh_rate.h"

#include "glx/screen.h"

#include <stdlib.h>
#include <xcb/randr.h>

static const xcb_randr_mode_info_t *
find_mode(const xcb_randr_get_screen_resources_current_reply_t *resources, xcb_randr_mode_t mode)
{
   xcb_randr_mode_info_iterator_t modes =
      xcb_randr_get_screen_resources_current_modes_iterator(resources);

   for (; modes.rem; xcb_randr_mode_info_next(&modes)) {
      if (modes.data->id == mode)
         return modes.data;
   }
   return NULL;
}

static xcb_randr_mode_t
crtc_mode(xcb_connection_t *xcb, xcb_randr_crtc_t crtc, xcb_timestamp_t time)
{
   xcb_randr_get_crtc_info_reply_t *info =
      xcb_randr_get_crtc_info_reply(xcb, xcb_randr_get_crtc_info(xcb, crtc, time), NULL);
   xcb_randr_mode_t mode = info ? info->mode : XCB_NONE;

   free(info);
   return mode;
}

/* The rate of the first monitor that is on. */
static void
first_rate(xcb_connection_t *xcb, const xcb_randr_get_screen_resources_current_reply_t *resources,
           int32_t *numerator, int32_t *denominator)
{
   const xcb_randr_crtc_t *crtcs = xcb_randr_get_screen_resources_current_crtcs(resources);

   for (int i = 0; i < resources->num_crtcs; i++) {
      const xcb_randr_mode_info_t *mode =
         find_mode(resources, crtc_mode(xcb, crtcs[i], resources->config_timestamp));

      if (mode && mode->dot_clock && mode->htotal && mode->vtotal) {
         *numerator = (int32_t)mode->dot_clock;
         *denominator = mode->htotal * mode->vtotal;
         return;
      }
   }
}

void
glx_refresh_rate(const struct glx_screen *screen, int32_t *numerator, int32_t *denominator)
{
   xcb_connection_t *xcb = screen->display->xcb;
   xcb_screen_iterator_t screens = xcb_setup_roots_iterator(xcb_get_setup(xcb));
   const xcb_query_extension_reply_t *randr = xcb_get_extension_data(xcb, &xcb_randr_id);
   xcb_randr_get_screen_resources_current_reply_t *resources;

   /* What Present counts where no monitor is (Xvfb, or all are off). */
   *numerator = 60;
   *denominator = 1;
   if (!randr || !randr->present)
      return;
   for (int i = 0; i < screen->number; i++)
      xcb_screen_next(&screens);
   resources = xcb_randr_get_screen_resources_current_reply(
      xcb, xcb_randr_get_screen_resources_current(xcb, screens.data->root), NULL);
   if (resources)
      first_rate(xcb, resources, numerator, denominator);
   free(resources);
}
