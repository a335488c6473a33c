import { describe, it } from "vitest";
import { keepProjects } from "./project.ts";
import { proveWaiting } from "./provider-limit.ts";

describe("a provider that takes no requests for a while", () => {
  const keep = keepProjects();
  it(
    "is asked nothing before its reset, charges no try, and the run goes on by itself",
    () => proveWaiting(keep, 20),
    300_000,
  );
});
