#include "server.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_SECONDS 20

static void
fail(const char *what)
{
   perror(what);
   exit(1);
}

static void
run(const struct server *server, int depth, const char *const *switched_off, int display_fd)
{
   const char *args[32] = { "Xvfb", "-noreset", "-nolisten", "tcp", "-screen", "0" };
   char screen[32], fd[16], log[96];
   int count = 6;

   snprintf(screen, sizeof(screen), "640x480x%d", depth);
   snprintf(fd, sizeof(fd), "%d", display_fd);
   snprintf(log, sizeof(log), "%s/log", server->directory);
   args[count++] = screen;
   args[count++] = "-displayfd";
   args[count++] = fd;
   for (; switched_off && *switched_off; switched_off++) {
      args[count++] = "-extension";
      args[count++] = *switched_off;
   }
   if (!freopen(log, "w", stderr))
      _exit(1);
   /* A test that crashes takes its server with it. */
   prctl(PR_SET_PDEATHSIG, SIGTERM);
   /* Its own GL, which adds visuals, is any that works. */
   unsetenv("GALLIUM_DRIVER");
   execvp(args[0], (char **)args);
   _exit(127);
}

void
server_start(struct server *server, int depth, const char *const *switched_off)
{
   struct pollfd pollfd = { .events = POLLIN };
   int ends[2];
   char number[8] = "";

   strcpy(server->directory, "/tmp/dxg-x11-XXXXXX");
   if (!mkdtemp(server->directory) || pipe(ends) < 0)
      fail("a directory for the X server");
   setenv("XDG_RUNTIME_DIR", server->directory, 1);
   setenv("XDG_CACHE_HOME", server->directory, 1);
   setenv("XDG_CONFIG_HOME", server->directory, 1);
   server->pid = fork();
   if (server->pid == 0) {
      close(ends[0]);
      run(server, depth, switched_off, ends[1]);
   }
   close(ends[1]);
   pollfd.fd = ends[0];
   if (server->pid < 0)
      fail("Xvfb");
   for (size_t length = 0; !strchr(number, '\n') && length < sizeof(number) - 1;) {
      ssize_t got = -1;
      if (poll(&pollfd, 1, START_SECONDS * 1000) > 0)
         got = read(ends[0], number + length, sizeof(number) - 1 - length);
      if (got <= 0)
         fail("Xvfb");
      length += (size_t)got;
   }
   close(ends[0]);
   snprintf(server->display, sizeof(server->display), ":%d", atoi(number));
   setenv("DISPLAY", server->display, 1);
   unsetenv("WAYLAND_DISPLAY");
}

static void
remove_directory(const char *directory)
{
   const pid_t pid = fork();

   if (pid == 0) {
      execlp("rm", "rm", "-rf", directory, (char *)NULL);
      _exit(127);
   }
   if (pid > 0)
      waitpid(pid, NULL, 0);
}

void
server_stop(struct server *server)
{
   kill(server->pid, SIGTERM);
   waitpid(server->pid, NULL, 0);
   remove_directory(server->directory);
}

unsigned
server_count_mappings(const struct server *server)
{
   char path[32], line[512];
   unsigned count = 0;

   snprintf(path, sizeof(path), "/proc/%d/maps", server->pid);
   FILE *maps = fopen(path, "r");
   while (maps && fgets(line, sizeof(line), maps))
      count += strstr(line, "/memfd:") != NULL;
   if (maps)
      fclose(maps);
   return count;
}
