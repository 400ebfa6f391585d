#include "exec/late.h"

#include "exec/queue.h"

void
exec_late_init(struct exec_late *late)
{
   *late = (struct exec_late){ 0 };
   pthread_mutex_init(&late->lock, NULL);
   pthread_cond_init(&late->left, NULL);
}

void
exec_late_finish(struct exec_late *late)
{
   pthread_cond_destroy(&late->left);
   pthread_mutex_destroy(&late->lock);
}

void
exec_late_settle(struct exec_late *late)
{
   if (!late->queue)
      return;
   pthread_mutex_lock(&late->lock);
   struct exec_queue *queue = late->queue;
   if (!queue) {
      pthread_mutex_unlock(&late->lock);
      return;
   }
   late->visitors++;
   pthread_mutex_unlock(&late->lock);
   exec_queue_settle(queue);
   pthread_mutex_lock(&late->lock);
   if (--late->visitors == 0)
      pthread_cond_broadcast(&late->left);
   pthread_mutex_unlock(&late->lock);
}

void
exec_late_enter(struct exec_late *late)
{
   pthread_mutex_lock(&late->lock);
   late->queues++;
   pthread_mutex_unlock(&late->lock);
   exec_late_settle(late);
}

void
exec_late_leave(struct exec_late *late)
{
   pthread_mutex_lock(&late->lock);
   late->queues--;
   while (late->visitors)
      pthread_cond_wait(&late->left, &late->lock);
   pthread_mutex_unlock(&late->lock);
}

bool
exec_late_begin(struct exec_late *late, struct exec_queue *queue)
{
   pthread_mutex_lock(&late->lock);
   const bool is_only = late->queues == 1;
   if (is_only)
      late->queue = queue;
   pthread_mutex_unlock(&late->lock);
   return is_only;
}

void
exec_late_end(struct exec_late *late)
{
   pthread_mutex_lock(&late->lock);
   late->queue = NULL;
   pthread_mutex_unlock(&late->lock);
}
