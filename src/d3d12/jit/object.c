#include "jit/object.h"
#include "util/bits.h"

#include <elf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MAX_IMAGE (256u << 20)
#define NOT_PLACED UINT32_MAX

/* The compiler's run-time library, for CPUs without F16C. */
float __extendhfsf2(_Float16 value);
_Float16 __truncsfhf2(float value);
_Float16 __truncdfhf2(double value);

/*
 * What LLVM calls on its own account, where the CPU has no instruction for an operation. A function
 * that is not here makes the object fail to load.
 */
#define FUNCTION(name) { #name, (void (*)(void))name }
static const struct {
   const char *name;
   void (*address)(void);
} library[] = {
   FUNCTION(memcpy), FUNCTION(memmove), FUNCTION(memset),
   FUNCTION(fma), FUNCTION(fmaf), FUNCTION(fmod), FUNCTION(fmodf),
   FUNCTION(floor), FUNCTION(floorf), FUNCTION(ceil), FUNCTION(ceilf),
   FUNCTION(trunc), FUNCTION(truncf), FUNCTION(rint), FUNCTION(rintf),
   FUNCTION(nearbyint), FUNCTION(nearbyintf), FUNCTION(roundeven), FUNCTION(roundevenf),
   FUNCTION(round), FUNCTION(roundf),
   FUNCTION(sin), FUNCTION(sinf), FUNCTION(cos), FUNCTION(cosf),
   FUNCTION(exp), FUNCTION(expf), FUNCTION(exp2), FUNCTION(exp2f),
   FUNCTION(log), FUNCTION(logf), FUNCTION(log2), FUNCTION(log2f),
   FUNCTION(log10), FUNCTION(log10f),
   FUNCTION(pow), FUNCTION(powf), FUNCTION(ldexp), FUNCTION(ldexpf),
   FUNCTION(__extendhfsf2), FUNCTION(__truncsfhf2), FUNCTION(__truncdfhf2),
};

/* A function outside: its address, and a jump to it that relative calls can reach. */
struct stub {
   uint64_t address;
   uint8_t jump[8];
};

struct loader {
   const uint8_t *data;
   size_t size;
   const Elf64_Shdr *sections;
   uint32_t num_sections;
   const Elf64_Sym *symbols;
   uint32_t num_symbols;
   const char *strings;
   size_t strings_size;
   uint32_t *place;      /* per section: offset in the image, or NOT_PLACED */
   uint32_t *stub_place; /* per symbol: offset of its stub, or NOT_PLACED */
   uint8_t *image;
   uint32_t image_size;
};

static bool
contains(const struct loader *loader, uint64_t offset, uint64_t size, uint64_t align)
{
   return offset <= loader->size && size <= loader->size - offset && offset % align == 0;
}

/* NULL unless the name ends inside the string table. */
static const char *
symbol_name(const struct loader *loader, const Elf64_Sym *symbol)
{
   if (symbol->st_name >= loader->strings_size)
      return NULL;
   const char *name = loader->strings + symbol->st_name;
   return memchr(name, 0, loader->strings_size - symbol->st_name) ? name : NULL;
}

static bool
read_tables(struct loader *loader)
{
   const Elf64_Ehdr *header = (const Elf64_Ehdr *)loader->data;
   if ((uintptr_t)loader->data % 8 || loader->size < sizeof(*header) ||
       memcmp(header->e_ident, ELFMAG, SELFMAG) || header->e_ident[EI_CLASS] != ELFCLASS64 ||
       header->e_ident[EI_DATA] != ELFDATA2LSB || header->e_type != ET_REL ||
       header->e_machine != EM_X86_64 || header->e_shentsize != sizeof(Elf64_Shdr) ||
       !contains(loader, header->e_shoff, header->e_shnum * sizeof(Elf64_Shdr), 8))
      return false;

   loader->sections = (const Elf64_Shdr *)(loader->data + header->e_shoff);
   loader->num_sections = header->e_shnum;
   for (uint32_t i = 0; i < loader->num_sections; i++) {
      const Elf64_Shdr *section = &loader->sections[i];
      if (section->sh_type != SHT_SYMTAB)
         continue;
      if (loader->symbols || section->sh_entsize != sizeof(Elf64_Sym) ||
          section->sh_link >= loader->num_sections ||
          !contains(loader, section->sh_offset, section->sh_size, 8))
         return false;
      loader->symbols = (const Elf64_Sym *)(loader->data + section->sh_offset);
      loader->num_symbols = section->sh_size / sizeof(Elf64_Sym);
      const Elf64_Shdr *strings = &loader->sections[section->sh_link];
      if (!contains(loader, strings->sh_offset, strings->sh_size, 1))
         return false;
      loader->strings = (const char *)loader->data + strings->sh_offset;
      loader->strings_size = strings->sh_size;
   }
   return loader->symbols;
}

static bool
is_writable(const struct loader *loader, const Elf64_Shdr *section)
{
   /* Constants that hold addresses are written by the loader alone. */
   static const char relro[] = ".data.rel.ro";
   const Elf64_Ehdr *header = (const Elf64_Ehdr *)loader->data;
   if (!(section->sh_flags & SHF_WRITE))
      return false;
   if (header->e_shstrndx >= loader->num_sections)
      return true;
   const Elf64_Shdr *names = &loader->sections[header->e_shstrndx];
   return !contains(loader, names->sh_offset, names->sh_size, 1) ||
          section->sh_name > names->sh_size || names->sh_size - section->sh_name < sizeof(relro) ||
          memcmp(loader->data + names->sh_offset + section->sh_name, relro, sizeof(relro) - 1);
}

/* Gives each section and stub its place in the image. */
static bool
lay_out(struct loader *loader)
{
   uint64_t end = 0;
   for (uint32_t i = 0; i < loader->num_sections; i++) {
      const Elf64_Shdr *section = &loader->sections[i];
      loader->place[i] = NOT_PLACED;
      if (section->sh_type != SHT_PROGBITS || !(section->sh_flags & SHF_ALLOC))
         continue;
      uint64_t align = MAX2(section->sh_addralign, 1);
      if (align > 4096 || (align & (align - 1)) || (section->sh_flags & SHF_TLS) ||
          is_writable(loader, section) ||
          !contains(loader, section->sh_offset, section->sh_size, 1))
         return false;
      end = align_up(end, align);
      loader->place[i] = end;
      end += section->sh_size;
      if (end > MAX_IMAGE)
         return false;
   }

   end = align_up(end, sizeof(struct stub));
   for (uint32_t i = 0; i < loader->num_symbols; i++) {
      loader->stub_place[i] = NOT_PLACED;
      if (i == 0 || loader->symbols[i].st_shndx != SHN_UNDEF)
         continue;
      loader->stub_place[i] = end;
      end += sizeof(struct stub);
   }
   if (end == 0 || end > MAX_IMAGE)
      return false;
   loader->image_size = align_up(end, 4096);
   return true;
}

static bool
write_stub(struct loader *loader, uint32_t symbol)
{
   const char *name = symbol_name(loader, &loader->symbols[symbol]);
   for (size_t i = 0; name && i < ARRAY_LENGTH(library); i++) {
      if (strcmp(library[i].name, name))
         continue;
      /* jmp *address(%rip): the address lies 8 + 6 bytes before the next instruction. */
      struct stub stub = { (uintptr_t)library[i].address, { 0xff, 0x25, 0xf2, 0xff, 0xff, 0xff } };
      memcpy(loader->image + loader->stub_place[symbol], &stub, sizeof(stub));
      return true;
   }
   return false;
}

static bool
fill_image(struct loader *loader)
{
   for (uint32_t i = 0; i < loader->num_sections; i++) {
      if (loader->place[i] != NOT_PLACED)
         memcpy(loader->image + loader->place[i], loader->data + loader->sections[i].sh_offset,
                loader->sections[i].sh_size);
   }
   for (uint32_t i = 0; i < loader->num_symbols; i++) {
      if (loader->stub_place[i] != NOT_PLACED && !write_stub(loader, i))
         return false;
   }
   return true;
}

/* The offset in the image of a symbol that the object defines. */
static bool
symbol_place(const struct loader *loader, const Elf64_Sym *symbol, uint64_t *place)
{
   if (symbol->st_shndx >= loader->num_sections ||
       loader->place[symbol->st_shndx] == NOT_PLACED ||
       symbol->st_value > loader->sections[symbol->st_shndx].sh_size)
      return false;
   *place = loader->place[symbol->st_shndx] + symbol->st_value;
   return true;
}

/* System V ABI, AMD64 supplement, 4.4.1. */
static bool
relocate(struct loader *loader, const Elf64_Shdr *target, uint32_t target_place,
         const Elf64_Rela *rela)
{
   uint32_t type = ELF64_R_TYPE(rela->r_info);
   uint32_t index = ELF64_R_SYM(rela->r_info);
   uint32_t width = type == R_X86_64_64 ? 8 : 4;
   if (index >= loader->num_symbols || rela->r_offset > target->sh_size ||
       width > target->sh_size - rela->r_offset)
      return false;

   uint64_t symbol;
   uint32_t stub = loader->stub_place[index];
   uint64_t where = target_place + rela->r_offset;
   switch (type) {
   case R_X86_64_64: {
      if (!symbol_place(loader, &loader->symbols[index], &symbol))
         return false;
      uint64_t address = (uintptr_t)loader->image + symbol + rela->r_addend;
      memcpy(loader->image + where, &address, 8);
      return true;
   }
   case R_X86_64_PLT32:
      if (stub != NOT_PLACED) {
         symbol = stub + offsetof(struct stub, jump);
         break;
      }
      __attribute__((fallthrough));
   case R_X86_64_PC32:
      if (!symbol_place(loader, &loader->symbols[index], &symbol))
         return false;
      break;
   case R_X86_64_GOTPCREL:
   case R_X86_64_GOTPCRELX:
   case R_X86_64_REX_GOTPCRELX:
      if (stub == NOT_PLACED)
         return false;
      symbol = stub + offsetof(struct stub, address);
      break;
   default:
      return false;
   }

   uint64_t distance = symbol + rela->r_addend - where;
   int32_t relative = (int32_t)distance;
   if ((uint64_t)(int64_t)relative != distance)
      return false;
   memcpy(loader->image + where, &relative, 4);
   return true;
}

static bool
relocate_all(struct loader *loader)
{
   for (uint32_t i = 0; i < loader->num_sections; i++) {
      const Elf64_Shdr *section = &loader->sections[i];
      if (section->sh_type != SHT_RELA)
         continue;
      if (section->sh_info >= loader->num_sections || section->sh_entsize != sizeof(Elf64_Rela) ||
          !contains(loader, section->sh_offset, section->sh_size, 8))
         return false;
      uint32_t place = loader->place[section->sh_info];
      if (place == NOT_PLACED)
         continue;
      const Elf64_Rela *relas = (const Elf64_Rela *)(loader->data + section->sh_offset);
      for (size_t r = 0; r < section->sh_size / sizeof(Elf64_Rela); r++) {
         if (!relocate(loader, &loader->sections[section->sh_info], place, &relas[r]))
            return false;
      }
   }
   return true;
}

static void *
find_entry(const struct loader *loader, const char *entry)
{
   for (uint32_t i = 1; i < loader->num_symbols; i++) {
      const Elf64_Sym *symbol = &loader->symbols[i];
      uint64_t place;
      if (ELF64_ST_TYPE(symbol->st_info) != STT_FUNC || !symbol_place(loader, symbol, &place) ||
          !(loader->sections[symbol->st_shndx].sh_flags & SHF_EXECINSTR))
         continue;
      const char *name = symbol_name(loader, symbol);
      if (name && !strcmp(name, entry))
         return loader->image + place;
   }
   return NULL;
}

static bool
load(struct loader *loader, const char *symbol, void **entry)
{
   if (!lay_out(loader))
      return false;
   loader->image = mmap(NULL, loader->image_size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
   if (loader->image == MAP_FAILED)
      return false;
   if (fill_image(loader) && relocate_all(loader) && (*entry = find_entry(loader, symbol)) &&
       !mprotect(loader->image, loader->image_size, PROT_READ | PROT_EXEC))
      return true;
   munmap(loader->image, loader->image_size);
   return false;
}

bool
jit_object_init(struct jit_object *object, const void *data, size_t size, const char *symbol)
{
   struct loader loader = { .data = data, .size = size };
   if (!read_tables(&loader))
      return false;

   loader.place = malloc(loader.num_sections * sizeof(uint32_t));
   loader.stub_place = malloc(loader.num_symbols * sizeof(uint32_t));
   bool ok = loader.place && loader.stub_place && load(&loader, symbol, &object->entry);
   free(loader.place);
   free(loader.stub_place);
   if (ok) {
      object->base = loader.image;
      object->size = loader.image_size;
   }
   return ok;
}

void
jit_object_finish(struct jit_object *object)
{
   munmap(object->base, object->size);
}
