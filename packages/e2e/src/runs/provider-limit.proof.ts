import { it } from "vitest";
import { keepProjects } from "./project.ts";
import { proveWaiting } from "./provider-limit.ts";

const keep = keepProjects();

it("six tasks wait 90 seconds for the provider, without a request and without a try", () => proveWaiting(keep, 90));
