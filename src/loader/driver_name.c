/* Nothing: this library lends its name at link time. See meson.build. */
typedef int driver_name_is_empty;
