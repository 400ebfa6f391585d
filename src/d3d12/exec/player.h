/*
 * Plays command streams: holds the state that commands set, and does what draws and dispatches ask.
 * One per queue, used by the queue's thread only.
 */
#ifndef EXEC_PLAYER_H
#define EXEC_PLAYER_H

#include "exec/command.h"
#include "exec/queries.h"

#include <stdatomic.h>

/* A bind point: the root signature and its arguments as they are set now. */
struct exec_binding {
   const struct root_signature *layout;
   const struct sampler *static_samplers;
   struct root_args args;
   bool dirty; /* since `live` was made */
   const struct root_args *live; /* the copy that the last draw uses */
};

struct exec_player {
   struct workers *workers;
   struct raster *raster;
   uint32_t *kill;              /* the device's: stop playing when nonzero */
   atomic_ulong *progress;      /* goes up with each command, for the watchdog */
   struct exec_queries queries;

   /* State of the command list. */
   struct exec_pipeline pipeline;
   struct exec_binding bindings[EXEC_NUM_BIND_POINTS];
   struct exec_heaps heaps;
   struct raster_draw draw; /* the parts that are state: buffers, viewports, … */
   struct exec_index_buffer index_buffer;
   struct raster_stream_target stream_targets[4];
   struct raster_targets targets;
   bool targets_dirty;
   bool predicated; /* draws and such are skipped */
   bool playing;    /* a stream: another one is a bundle of it */
   bool deferred;   /* the pass is that of an execution that is over */

   /* What the last draw was given; reused while nothing changed. */
   bool stages_dirty;
   uint64_t generation; /* of the raster, when `live` and the stages were allocated */
   const struct shader_bindings *vs, *hs, *ds, *gs, *ps;

   void *compute_memory; /* groupshared and coroutine memory, one part per worker */
   size_t compute_memory_size;
};

bool exec_player_init(struct exec_player *player, struct workers *workers, uint32_t *kill,
                      atomic_ulong *progress);
void exec_player_finish(struct exec_player *player);
/* Plays a stream to its end; its effects are in memory once exec_player_flush returned. */
void exec_player_play(struct exec_player *player, const struct exec_command *stream);
void exec_player_flush(struct exec_player *player);
/* At the end of an execution, in place of a flush, if it says true: its pass stays open until a flush, or a
 * command that might see the pass's pixels (raster_defer). */
bool exec_player_defer(struct exec_player *player);

/* draw.c, dispatch.c, indirect.c */
void exec_draw(struct exec_player *player, const struct exec_draw *draw, bool indexed);
void exec_dispatch(struct exec_player *player, const uint32_t groups[3]);
void exec_indirect(struct exec_player *player, const struct exec_indirect *indirect);

/* state.c */
void exec_state_reset(struct exec_player *player);
void exec_set_root_constants(struct exec_player *player, uint32_t bind_point, uint32_t index,
                             uint32_t offset, uint32_t count, const uint32_t *values);
void exec_set_root_argument(struct exec_player *player, uint32_t bind_point, uint32_t index,
                            uint64_t value);
void exec_set_vertex_buffer(struct exec_player *player, uint32_t slot,
                            const struct vertex_buffer *buffer);
void exec_set_index_buffer(struct exec_player *player, const struct exec_index_buffer *buffer);

#endif
