import { fileURLToPath } from "node:url";
import { readConfigFile } from "@taskwerk/config/read-config-file";
import { expect, it } from "vitest";
import { CONFIG_KEYS } from "./config-keys.ts";

it("the example file holds every key, and loads", async () => {
  const example = fileURLToPath(new URL("../../../../.taskwerk.example.yml", import.meta.url));
  expect(Object.keys(await readConfigFile(example, CONFIG_KEYS)).sort()).toEqual(Object.keys(CONFIG_KEYS).sort());
});
