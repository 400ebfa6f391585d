/* Handles over a socket. A process's threads don't survive a fork: fork before there is a device. */
#ifndef TESTS_D3D12_HANDLES_H
#define TESTS_D3D12_HANDLES_H

#include "harness.h"

/* A handle of a shared object: a file descriptor, the caller's. */
int handle_export(struct harness *h, void *object);
/* Takes the descriptor. */
void *handle_open(struct harness *h, int fd, REFIID riid);

void handle_send(int socket, int fd);
int handle_receive(int socket);

#endif
