import { describe, expect, it } from "vitest";
import { linksThatLeave } from "./symlinks.ts";

const leaving = (links: Readonly<Record<string, string>>): readonly string[] =>
  linksThatLeave(new Map(Object.entries(links)));

describe("links that leave a tree", () => {
  it("lets links to files and directories inside stay", () => {
    expect(leaving({ a: "b", "x/y": "../z", "x/d": "..", "x/e": "./../x/../q" })).toEqual([]);
  });
  it("finds absolute links and those that climb above the top", () => {
    expect(leaving({ a: "/etc/passwd", b: "..", "x/c": "../../y", "x/d": "../z" })).toEqual(["a", "b", "x/c"]);
  });
  it("follows links through other links, where the text alone looks harmless", () => {
    expect(leaving({ "a/b/up": "../..", t: "a/b/up/../x" })).toEqual(["t"]);
  });
  it("counts a link that never ends as leaving", () => {
    expect(leaving({ a: "b", b: "a", c: "c/c" })).toEqual(["a", "b", "c"]);
  });
});
