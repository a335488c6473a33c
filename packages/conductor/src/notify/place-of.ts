import { basename } from "node:path";
import type { Way } from "../model/notice.ts";

/** Where a way leads, without what lets others use it: who knows the whole address of an ntfy topic can read along. Pure. */
export function placeOf(way: Way): string {
  switch (way.kind) {
    case "post": {
      const { protocol, host, pathname, search } = new URL(way.url);
      const path = pathname === "/" ? "" : pathname;
      return `${protocol}//${host}${path.length > 5 || search !== "" ? `${path.slice(0, 5)}...` : path}`;
    }
    case "command":
      return basename(way.argv[0] ?? "");
    case "desktop":
      return "this desktop";
  }
}
