// The engine's module as wasm2c makes it C: from an image of its memory it runs rounds of frames that lie in its input area.
//
//   module IMAGE ROUNDS        IMAGE.boot: before boot(); IMAGE.memory: before a round. Prints ns per packet.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "engine.h"

enum { FRAMES = 4096 };

static size_t load(const char *image, const char *part, void *to, size_t most) {
  char name[4096];
  snprintf(name, sizeof name, "%s.%s", image, part);
  FILE *file = fopen(name, "rb");
  if (!file) {
    perror(name);
    exit(1);
  }
  const size_t bytes = fread(to, 1, most, file);
  fclose(file);
  return bytes;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 3) return fprintf(stderr, "usage: module IMAGE ROUNDS\n"), 2;
  const int rounds = atoi(argv[2]);
  static Z_engine_instance_t engine;
  wasm_rt_init();
  Z_engine_init_module();
  Z_engine_instantiate(&engine);
  load(argv[1], "boot", engine.w2c_memory.data, engine.w2c_memory.size);
  Z_engineZ_boot(&engine);
  if (load(argv[1], "memory", engine.w2c_memory.data, engine.w2c_memory.size) != engine.w2c_memory.size)
    return fprintf(stderr, "module: the image is of another memory\n"), 1;
  const double start = now();
  for (int i = 0; i < rounds; i++) {
    Z_engineZ_inputRewind(&engine);
    Z_engineZ_run(&engine, UINT64_MAX);
  }
  const double passed = now() - start;
  if (Z_engineZ_unaccounted(&engine)) return fprintf(stderr, "module: packets are not conserved\n"), 1;
  printf("%.2f\n", passed / rounds / FRAMES);
  return 0;
}
