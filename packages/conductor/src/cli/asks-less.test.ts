import { describe, expect, it } from "vitest";
import { asksLess } from "./asks-less.ts";

const KEY = "orchestration.safety.require_approval_for";
const own = (...names: readonly string[]) => ({ source: "config.yml", values: { [KEY]: names } });
const theirs = (...names: readonly string[]) => ({ source: ".conductor.yml", foreign: true, values: { [KEY]: names } });

describe("what a repository's file takes from the classes that ask", () => {
  it("is counted from the user's own file, or from what asks where nobody says anything", () => {
    expect(asksLess([theirs("database_migrations")])).toEqual(["security_files", "config_changes"]);
    expect(asksLess([own("executables", "security_files"), theirs("security_files")])).toEqual(["executables"]);
    expect(asksLess([own("security_files"), theirs("security_files", "executables")])).toEqual([]);
  });
  it("is nothing where the file does not speak of it, and where the user alone asks for less", () => {
    expect(asksLess([])).toEqual([]);
    expect(asksLess([own("security_files"), { ...theirs(), values: { "gates.timeout": "5m" } }])).toEqual([]);
  });
});
