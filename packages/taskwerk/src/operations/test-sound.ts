/** For tests: is a store whole? */
import { checkChain } from "../store/check/check-chain.ts";
import { checkCounters } from "../store/check/check-counters.ts";
import { checkRows } from "../store/check/check-rows.ts";
import { checkSearch } from "../store/check/check-search.ts";
import type { Rig } from "./test-rig.ts";

/** What `db check` would say of it. */
export const sound = (rig: Rig) =>
  rig.store.read(async (reader) => [
    ...(await checkCounters(reader)),
    ...(await checkRows(reader)),
    ...(await checkChain(reader)),
    ...(await checkSearch(reader)),
  ]);
