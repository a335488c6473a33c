import { expect, it } from "vitest";
import { unionOfGoSums } from "./go-sum.ts";

const line = (key: string, hash = "A"): string => `${key} h1:${hash.repeat(43)}=\n`;

it("has every line of both once, as go itself sorts them", () => {
  const ours =
    line("example.com/b v1.10.0") + line("example.com/b v1.10.0/go.mod") + line("example.com/b v1.9.0/go.mod");
  const theirs =
    line("example.com/a v0.0.0-20200101000000-abcdefabcdef") +
    line("example.com/b v1.9.0/go.mod") +
    line("example.com/b v1.10.0-rc.2") +
    line("example.com/b v1.10.0-rc.10") +
    line("example.com/b v2.0.0+incompatible");
  const merged = unionOfGoSums(ours, theirs);
  expect(merged).toEqual(unionOfGoSums(theirs, ours));
  expect("text" in merged && merged.text.split("\n").map((one) => one.replace(/ h1:.*/, ""))).toEqual([
    "example.com/a v0.0.0-20200101000000-abcdefabcdef",
    "example.com/b v1.9.0/go.mod",
    "example.com/b v1.10.0-rc.2",
    "example.com/b v1.10.0-rc.10",
    "example.com/b v1.10.0",
    "example.com/b v1.10.0/go.mod",
    "example.com/b v2.0.0+incompatible",
    "",
  ]);
});

it("does not choose between two hashes, and takes nothing for a line that is none", () => {
  expect(unionOfGoSums(line("example.com/a v1.0.0"), line("example.com/a v1.0.0", "B"))).toEqual({
    problem: "there are two hashes for example.com/a v1.0.0",
  });
  expect(unionOfGoSums("rm -rf /\n", "")).toEqual({ problem: '"rm -rf /" is no line of a go.sum' });
});
