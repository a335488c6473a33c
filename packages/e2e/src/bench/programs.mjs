// @ts-check
// Where the programs are that are measured.
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../../../..");
export const TASKWERK = join(ROOT, "bin/taskwerk");
export const CONDUCTOR = join(ROOT, "bin/conductor");
