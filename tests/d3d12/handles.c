#include "handles.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int
handle_export(struct harness *h, void *object)
{
   HANDLE handle;

   assert_ok(ID3D12Device8_CreateSharedHandle(h->device, object, NULL, GENERIC_ALL, NULL, &handle));
   return (int)(intptr_t)handle;
}

void *
handle_open(struct harness *h, int fd, REFIID riid)
{
   void *object;

   assert_ok(ID3D12Device8_OpenSharedHandle(h->device, (HANDLE)(intptr_t)fd, riid, &object));
   close(fd);
   return object;
}

union control {
   char bytes[CMSG_SPACE(sizeof(int))];
   struct cmsghdr align;
};

void
handle_send(int socket, int fd)
{
   union control control = {0};
   char byte = 0;
   struct iovec iovec = {&byte, 1};
   struct msghdr message = {
      .msg_iov = &iovec,
      .msg_iovlen = 1,
      .msg_control = control.bytes,
      .msg_controllen = sizeof(control.bytes),
   };
   struct cmsghdr *header = CMSG_FIRSTHDR(&message);

   header->cmsg_level = SOL_SOCKET;
   header->cmsg_type = SCM_RIGHTS;
   header->cmsg_len = CMSG_LEN(sizeof(int));
   memcpy(CMSG_DATA(header), &fd, sizeof(fd));
   assert_int_equal(sendmsg(socket, &message, 0), 1);
}

int
handle_receive(int socket)
{
   union control control;
   char byte;
   struct iovec iovec = {&byte, 1};
   struct msghdr message = {
      .msg_iov = &iovec,
      .msg_iovlen = 1,
      .msg_control = control.bytes,
      .msg_controllen = sizeof(control.bytes),
   };
   int fd;

   assert_int_equal(recvmsg(socket, &message, MSG_CMSG_CLOEXEC), 1);
   assert_non_null(CMSG_FIRSTHDR(&message));
   memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
   return fd;
}
