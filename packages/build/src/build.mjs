// @ts-check
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { buildProgram } from "./build-program.mjs";
import { programs, ROOT } from "./programs.mjs";

// `npm run build`: both programs into packages/<name>/dist.
for (const program of programs()) {
  if (!existsSync(program.entry)) {
    process.stderr.write(`skipped ${program.name}: there is no ${relative(ROOT, program.entry)}\n`);
    continue;
  }
  try {
    process.stderr.write(`${await buildProgram(program, join(program.dir, "dist"))}\n`);
  } catch (error) {
    process.stderr.write(`${program.name} was not built: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
