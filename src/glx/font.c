/*
 * glXUseXFont: display lists with a bitmap for each character of an X font (GLX 1.4, 3.3.11).
 *
 * The server draws the characters, one below the other, into a bitmap, and that is read once.
 */
#include "glx/current.h"
#include "glx/functions.h"

#include <GL/gl.h>
#include <X11/Xutil.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* So that the bitmap's height stays below what the protocol can say. */
#define MAX_BITMAP_HEIGHT 32000

/* The driver's functions; the lists are made in its current context. */
struct gl {
   void (*NewList)(GLuint list, GLenum mode);
   void (*EndList)(void);
   void (*Bitmap)(GLsizei width, GLsizei height, GLfloat x, GLfloat y, GLfloat move_x,
                  GLfloat move_y, const GLubyte *bits);
   void (*PushClientAttrib)(GLbitfield mask);
   void (*PopClientAttrib)(void);
   void (*PixelStorei)(GLenum name, GLint value);
};

static void
find_functions(struct gl *gl)
{
   gl->NewList = (void (*)(GLuint, GLenum))loader_get_proc_address("glNewList");
   gl->EndList = loader_get_proc_address("glEndList");
   gl->Bitmap = (void (*)(GLsizei, GLsizei, GLfloat, GLfloat, GLfloat, GLfloat,
                          const GLubyte *))loader_get_proc_address("glBitmap");
   gl->PushClientAttrib = (void (*)(GLbitfield))loader_get_proc_address("glPushClientAttrib");
   gl->PopClientAttrib = loader_get_proc_address("glPopClientAttrib");
   gl->PixelStorei = (void (*)(GLenum, GLint))loader_get_proc_address("glPixelStorei");
}

/* NULL: the font has no such character, and it has no size. */
static const XCharStruct *
metrics(const XFontStruct *font, unsigned code)
{
   const unsigned row = code >> 8, column = code & 0xff;
   const unsigned columns = font->max_char_or_byte2 - font->min_char_or_byte2 + 1;

   /* A font with one row counts its characters linearly. */
   if (font->min_byte1 == 0 && font->max_byte1 == 0) {
      if (code < font->min_char_or_byte2 || code > font->max_char_or_byte2)
         return NULL;
      return font->per_char ? &font->per_char[code - font->min_char_or_byte2] : &font->max_bounds;
   }
   if (row < font->min_byte1 || row > font->max_byte1 || column < font->min_char_or_byte2 ||
       column > font->max_char_or_byte2)
      return NULL;
   return font->per_char
             ? &font->per_char[(row - font->min_byte1) * columns + column - font->min_char_or_byte2]
             : &font->max_bounds;
}

static int
glyph_width(const XCharStruct *character)
{
   return character->rbearing - character->lbearing;
}

static int
glyph_height(const XCharStruct *character)
{
   return character->ascent + character->descent;
}

/* Where the largest fits: a cell of the bitmap that the server draws. */
struct cell {
   int width, height;
};

static struct cell
largest(const XFontStruct *font, unsigned first, int count)
{
   struct cell cell = { 1, 1 };

   for (int i = 0; i < count; i++) {
      const XCharStruct *character = metrics(font, first + (unsigned)i);

      if (!character)
         continue;
      if (glyph_width(character) > cell.width)
         cell.width = glyph_width(character);
      if (glyph_height(character) > cell.height)
         cell.height = glyph_height(character);
   }
   return cell;
}

static XImage *
draw_characters(Display *dpy, Font id, const XFontStruct *font, unsigned first, int count,
                struct cell cell)
{
   const unsigned width = (unsigned)cell.width, height = (unsigned)(cell.height * count);
   Pixmap bitmap = XCreatePixmap(dpy, DefaultRootWindow(dpy), width, height, 1);
   XGCValues values = { .foreground = 0, .background = 0, .font = id };
   GC gc = XCreateGC(dpy, bitmap, GCForeground | GCBackground | GCFont, &values);
   XImage *image;

   XFillRectangle(dpy, bitmap, gc, 0, 0, width, height);
   XSetForeground(dpy, gc, 1);
   for (int i = 0; i < count; i++) {
      const unsigned code = first + (unsigned)i;
      const XCharStruct *character = metrics(font, code);
      const XChar2b text = { (unsigned char)(code >> 8), (unsigned char)code };

      if (character)
         XDrawString16(dpy, bitmap, gc, -character->lbearing, i * cell.height + character->ascent,
                       &text, 1);
   }
   image = XGetImage(dpy, bitmap, 0, 0, width, height, 1, XYPixmap);
   XFreeGC(dpy, gc);
   XFreePixmap(dpy, bitmap);
   return image;
}

/* From X's rows, the first on top, to GL's. */
static void
fill_bits(GLubyte *bits, XImage *image, int top, const XCharStruct *character)
{
   const int width = glyph_width(character), height = glyph_height(character);
   const int row_bytes = (width + 7) / 8;

   memset(bits, 0, (size_t)(row_bytes * height));
   for (int y = 0; y < height; y++) {
      GLubyte *row = &bits[(height - 1 - y) * row_bytes];

      for (int x = 0; x < width; x++) {
         if (XGetPixel(image, x, top + y))
            row[x / 8] |= (GLubyte)(0x80 >> (x % 8));
      }
   }
}

static void
make_lists(const struct gl *gl, const XFontStruct *font, XImage *image, struct cell cell,
           unsigned first, int count, int list, GLubyte *bits)
{
   for (int i = 0; i < count; i++) {
      const XCharStruct *character = metrics(font, first + (unsigned)i);

      gl->NewList((GLuint)(list + i), GL_COMPILE);
      if (character) {
         const bool is_empty = glyph_width(character) <= 0 || glyph_height(character) <= 0;

         /* A blank is one pixel that is not set: in a list, Mesa forgets the move of a bitmap
          * without size. */
         if (is_empty)
            bits[0] = 0;
         else
            fill_bits(bits, image, i * cell.height, character);
         gl->Bitmap(is_empty ? 1 : glyph_width(character), is_empty ? 1 : glyph_height(character),
                    (GLfloat)-character->lbearing, (GLfloat)character->descent,
                    (GLfloat)character->width, 0.0f, bits);
      }
      gl->EndList();
   }
}

static void
set_unpack(const struct gl *gl)
{
   gl->PixelStorei(GL_UNPACK_SWAP_BYTES, GL_FALSE);
   gl->PixelStorei(GL_UNPACK_LSB_FIRST, GL_FALSE);
   gl->PixelStorei(GL_UNPACK_ROW_LENGTH, 0);
   gl->PixelStorei(GL_UNPACK_SKIP_ROWS, 0);
   gl->PixelStorei(GL_UNPACK_SKIP_PIXELS, 0);
   gl->PixelStorei(GL_UNPACK_ALIGNMENT, 1);
}

/* As many at a time as fit into one bitmap. */
static void
use_font(Display *dpy, Font id, const XFontStruct *font, unsigned first, int count, int list)
{
   const struct cell cell = largest(font, first, count);
   const int step = MAX_BITMAP_HEIGHT / cell.height > 0 ? MAX_BITMAP_HEIGHT / cell.height : 1;
   GLubyte *bits = malloc((size_t)((cell.width + 7) / 8 * cell.height));
   struct gl gl;

   if (!bits)
      return;
   find_functions(&gl);
   gl.PushClientAttrib(GL_CLIENT_PIXEL_STORE_BIT);
   set_unpack(&gl);
   for (int i = 0; i < count; i += step) {
      const int n = count - i < step ? count - i : step;
      XImage *image = draw_characters(dpy, id, font, first + (unsigned)i, n, cell);

      if (!image)
         break;
      make_lists(&gl, font, image, cell, first + (unsigned)i, n, list + i, bits);
      XDestroyImage(image);
   }
   gl.PopClientAttrib();
   free(bits);
}

void
glx_use_x_font(Font id, int first, int count, int list)
{
   const struct glx_context *context = glx_current();
   XFontStruct *font;
   Display *dpy;

   if (!context || !context->display || count <= 0)
      return;
   dpy = context->display->dpy;
   font = XQueryFont(dpy, id); /* raises the error */
   if (!font)
      return;
   use_font(dpy, id, font, (unsigned)first, count, list);
   XFreeFontInfo(NULL, font, 1);
}
