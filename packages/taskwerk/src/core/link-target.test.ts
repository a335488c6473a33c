import { expect, it } from "vitest";
import { checkLink, readLink } from "./link-target.ts";

it.each([
  ["pr", ["12", "#12", " 12 ", "https://example.org/pull/12"], ["abc", "0", "12a", "##1", "ftp://x/1", "-1"]],
  [
    "url",
    ["https://example.org/a?b=c#d", "http://localhost:8080"],
    ["notaurl", "example.org", "javascript:alert(1)", "http://", "https://a b", "https:///x", "file:///etc/passwd"],
  ],
  ["commit", ["4be1c02", "A".repeat(40), "a".repeat(64)], ["zzz", "abc123", "a".repeat(65), "HEAD"]],
  [
    "branch",
    ["main", "fix/login-2", "ünder", "a.b", "@me"],
    [
      "a b",
      "a..b",
      "/a",
      "a/",
      "a//b",
      "a.lock",
      "a.lock/b",
      ".a",
      "a/.b",
      "a~1",
      "a^",
      "a:b",
      "a?",
      "a*",
      "a[",
      "a\\b",
      "a.",
      "a@{0}",
      "@",
      "-x",
      "HEAD",
    ],
  ],
  [
    "file",
    ["src/a.ts", "./a", "a/../b", "..a/b", "a b"],
    ["/etc/passwd", "../a", "a/../../b", "C:\\a", "\\\\host\\a", ".", "a/.."],
  ],
] as const)("a link to a %s is one, or says what is expected", (type, right, wrong) => {
  for (const target of right) expect(checkLink(type, target)).toEqual({ type, target: target.trim() });
  for (const target of wrong) {
    expect(() => checkLink(type, target), target).toThrow(
      expect.objectContaining({
        code: "VALIDATION_FAILED",
        field: "target",
        given: target,
        hint: expect.stringContaining(`taskwerk link ID --${type} `),
      }),
    );
    // What came by an import, or as evidence, can be taken away again.
    expect(readLink(type, target).target).toBe(target);
  }
});

it.each([
  ["nope", "x", "type"],
  ["pr", " ", "target"],
  ["file", "a\nb", "target"],
  ["file", "x".repeat(2_001), "target"],
])("refuses %s %j", (type, target, field) => {
  expect(() => readLink(type, target)).toThrow(expect.objectContaining({ code: "VALIDATION_FAILED", field }));
});
