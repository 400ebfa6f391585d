/*
 * A library calls what it imports through a table of addresses, which the dynamic linker fills (System V
 * ABI, "Relocation": R_X86_64_JUMP_SLOT, R_X86_64_GLOB_DAT). The linker has no way to be told "this library,
 * this symbol, that function"; so we fill the entry as it would.
 */
#include "loader/rebind.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct tables {
   const Elf64_Sym *symbols;
   const char *strings;
   const Elf64_Rela *relocations[2]; /* of functions; of all else */
   size_t counts[2];
};

/* The linker has made these absolute, or, where the section is read-only, not. */
static uintptr_t
address(const struct link_map *map, Elf64_Addr value)
{
   return value < map->l_addr ? map->l_addr + value : value;
}

static struct tables
find_tables(const struct link_map *map)
{
   struct tables tables = { .symbols = NULL };

   for (const Elf64_Dyn *entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
      switch (entry->d_tag) {
      case DT_SYMTAB:
         tables.symbols = (const Elf64_Sym *)address(map, entry->d_un.d_ptr);
         break;
      case DT_STRTAB:
         tables.strings = (const char *)address(map, entry->d_un.d_ptr);
         break;
      case DT_JMPREL:
         tables.relocations[0] = (const Elf64_Rela *)address(map, entry->d_un.d_ptr);
         break;
      case DT_PLTRELSZ:
         tables.counts[0] = entry->d_un.d_val / sizeof(Elf64_Rela);
         break;
      case DT_RELA:
         tables.relocations[1] = (const Elf64_Rela *)address(map, entry->d_un.d_ptr);
         break;
      case DT_RELASZ:
         tables.counts[1] = entry->d_un.d_val / sizeof(Elf64_Rela);
         break;
      }
   }
   return tables;
}

static bool
is_import_of(const struct tables *tables, const Elf64_Rela *relocation, const char *name)
{
   const Elf64_Xword type = ELF64_R_TYPE(relocation->r_info);
   const Elf64_Sym *symbol = &tables->symbols[ELF64_R_SYM(relocation->r_info)];

   return (type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT) &&
          strcmp(tables->strings + symbol->st_name, name) == 0;
}

/* Entries that are bound when the library is loaded are read-only afterwards (PT_GNU_RELRO). */
static bool
is_read_only(const struct link_map *map, uintptr_t entry)
{
   const Elf64_Ehdr *header = (const Elf64_Ehdr *)map->l_addr;
   const Elf64_Phdr *segments = (const Elf64_Phdr *)(map->l_addr + header->e_phoff);

   for (unsigned i = 0; i < header->e_phnum; i++) {
      const uintptr_t start = map->l_addr + segments[i].p_vaddr;
      if (segments[i].p_type == PT_GNU_RELRO && entry >= start &&
          entry < start + segments[i].p_memsz)
         return true;
   }
   return false;
}

static bool
fill(const struct link_map *map, uintptr_t entry, void (*function)(void))
{
   const uintptr_t page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
   void *page = (void *)(entry & ~(page_size - 1));
   const bool read_only = is_read_only(map, entry);

   if (read_only && mprotect(page, page_size, PROT_READ | PROT_WRITE) < 0)
      return false;
   __atomic_store_n((void (**)(void))entry, function, __ATOMIC_RELEASE);
   if (read_only)
      mprotect(page, page_size, PROT_READ);
   return true;
}

bool
loader_rebind(void *library, const char *name, void (*function)(void))
{
   struct link_map *map;
   bool done = false;

   if (dlinfo(library, RTLD_DI_LINKMAP, &map) < 0)
      return false;
   const struct tables tables = find_tables(map);
   if (!tables.symbols || !tables.strings)
      return false;
   for (unsigned i = 0; i < 2; i++) {
      for (size_t j = 0; j < tables.counts[i]; j++) {
         const Elf64_Rela *relocation = &tables.relocations[i][j];
         if (is_import_of(&tables, relocation, name))
            done |= fill(map, map->l_addr + relocation->r_offset, function);
      }
   }
   return done;
}
