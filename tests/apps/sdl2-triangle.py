#!/usr/bin/python3
"""A program as SDL2's tutorials have it: a window, an OpenGL context, a turning triangle.

Through ctypes, so that SDL2's library is all it needs. usage: sdl2-triangle.py [FRAMES]
"""

import ctypes
import sys

SDL_INIT_VIDEO = 0x20
SDL_WINDOW_OPENGL = 0x2
SDL_QUIT = 0x100
GL_COLOR_BUFFER_BIT = 0x4000
GL_TRIANGLES = 4
GL_RENDERER = 0x1F01


def entry(sdl, name, result, *arguments):
    """A GL function, as SDL finds it."""
    return ctypes.CFUNCTYPE(result, *arguments)(sdl.SDL_GL_GetProcAddress(name.encode()))


def main():
    frames = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    sdl = ctypes.CDLL("libSDL2-2.0.so.0")
    sdl.SDL_GetError.restype = ctypes.c_char_p
    sdl.SDL_CreateWindow.restype = ctypes.c_void_p
    sdl.SDL_GL_CreateContext.restype = ctypes.c_void_p
    sdl.SDL_GL_CreateContext.argtypes = [ctypes.c_void_p]
    sdl.SDL_GL_GetProcAddress.restype = ctypes.c_void_p
    sdl.SDL_GL_SwapWindow.argtypes = [ctypes.c_void_p]
    if sdl.SDL_Init(SDL_INIT_VIDEO) != 0:
        sys.exit(sdl.SDL_GetError().decode())
    window = sdl.SDL_CreateWindow(b"triangle", 0, 0, 300, 300, SDL_WINDOW_OPENGL)
    if not window or not sdl.SDL_GL_CreateContext(window):
        sys.exit(sdl.SDL_GetError().decode())
    sdl.SDL_GL_SetSwapInterval(1)

    c_float = ctypes.c_float
    get_string = entry(sdl, "glGetString", ctypes.c_char_p, ctypes.c_uint)
    clear_color = entry(sdl, "glClearColor", None, c_float, c_float, c_float, c_float)
    clear = entry(sdl, "glClear", None, ctypes.c_uint)
    rotate = entry(sdl, "glRotatef", None, c_float, c_float, c_float, c_float)
    begin = entry(sdl, "glBegin", None, ctypes.c_uint)
    end = entry(sdl, "glEnd", None)
    color = entry(sdl, "glColor3f", None, c_float, c_float, c_float)
    vertex = entry(sdl, "glVertex2f", None, c_float, c_float)

    print(get_string(GL_RENDERER).decode(), flush=True)
    clear_color(0.1, 0.2, 0.4, 1.0)
    event = (ctypes.c_uint32 * 14)()
    for _ in range(frames):
        while sdl.SDL_PollEvent(ctypes.byref(event)):
            if event[0] == SDL_QUIT:
                return
        clear(GL_COLOR_BUFFER_BIT)
        rotate(2, 0, 0, 1)
        begin(GL_TRIANGLES)
        for corner, (x, y) in enumerate([(0, 0.8), (-0.7, -0.4), (0.7, -0.4)]):
            color(corner == 0, corner == 1, corner == 2)
            vertex(x, y)
        end()
        sdl.SDL_GL_SwapWindow(window)
    sdl.SDL_Quit()


main()
