/** Dies at a named point, as `kill -9` would: how recovery is proven. */
import { FAILPOINTS, type Failpoint } from "./context.ts";

/** `wanted` is a failpoint's name, perhaps with the visit at which to die: "after-gate:3". Anything else never dies. */
export function makeFailpoint(wanted: string | undefined, die: () => void): (name: Failpoint) => void {
  const [name, visit = "1"] = (wanted ?? "").split(":");
  if (!FAILPOINTS.some((one) => one === name)) return () => undefined;
  let left = Number(visit);
  return (reached) => {
    if (reached !== name) return;
    left -= 1;
    if (left === 0) die();
  };
}
