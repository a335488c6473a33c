/** Which symbolic links of a tree lead out of it. Pure. */

/**
 * The links whose target is absolute or, followed link by link, climbs above the top of the tree or never ends.
 * `links` maps each link's path to its target.
 */
export function linksThatLeave(links: ReadonlyMap<string, string>): readonly string[] {
  return [...links.keys()].filter((path) => !staysInside(path, links));
}

const MAX_STEPS = 1000;

function staysInside(start: string, links: ReadonlyMap<string, string>): boolean {
  const place: string[] = [];
  const ahead = start.split("/").reverse();
  for (let steps = 0; steps < MAX_STEPS; steps += 1) {
    const part = ahead.pop();
    if (part === undefined) return true;
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (place.pop() === undefined) return false;
      continue;
    }
    place.push(part);
    const target = links.get(place.join("/"));
    if (target === undefined) continue;
    if (target.startsWith("/") || ahead.length + target.length > 10_000) return false;
    place.pop();
    ahead.push(...target.split("/").reverse());
  }
  return false;
}
