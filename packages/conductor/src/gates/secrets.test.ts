import { expect, test } from "vitest";
import { findSecrets, secretsIn } from "./secrets.ts";

const added = (line: string, path = "src/a.js"): string =>
  `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1,2 +1,3 @@\n context\n+${line}\n context\n`;

// Put together here, so that this file itself holds nothing that looks like a credential.
const SECRETS: readonly (readonly [string, string])[] = [
  ["private key", "-----BEGIN RSA PRIV" + "ATE KEY-----"],
  ["Anthropic key", `const k = "sk-${"ant"}-api03-${"Ab3".repeat(10)}"`],
  ["AWS access key", `AK${"IA"}Q7RT5ZPLM2NVKS4W`],
  ["GitHub token", `gh${"p"}_${"aB3d".repeat(9)}`],
  ["password in a URL", `postgres://app:${"s3cr"}etPw9@db.internal/x`],
  ["assignment that looks like a secret", `  api_key: "${"9fK2mQ7xLp4Rt8Vz"}${"W3nB6sYd"}",`],
];

test.each(SECRETS)("finds a %s", (kind, line) => {
  expect(findSecrets(added(line))).toEqual([{ path: "src/a.js", line: 2, kind }]);
});

test.each([
  'const token = "your-token-goes-here-please"',
  "password: process.env.PASSWORD_FOR_THE_DATABASE",
  '"integrity": "sha512-7ybU9Yqk0aXkSDlHJ0Dr5Kz0lJgxQ2HnYQ=="',
  "postgres://user:password@localhost/db",
  "commit 3f2a9c1b7d8e4f5a6b7c8d9e0f1a2b3c4d5e6f70",
  "apiKey: 'sk-ant-example-example-example-example'",
  "const tokenizer = 'abcdefghijklmnopqrstuvwxyz'",
])("says nothing of %s", (line) => expect(findSecrets(added(line))).toEqual([]));

test("removed and context lines are not searched; a line that looks like a header inside a hunk is", () => {
  const line = SECRETS[2]![1];
  expect(findSecrets(`--- a/x\n+++ b/x\n@@ -1,2 +1,1 @@\n-${line}\n ${line}\n`)).toEqual([]);
  expect(findSecrets(added(`++ ${line}`))).toHaveLength(1);
  expect(findSecrets(added(`${"x ".repeat(30_000)}${line}`))).toHaveLength(1);
});

test("finds values that are known to be secret, as they are and encoded", () => {
  const value = "plain words of mine";
  const kind = "secret value of yours";
  for (const line of [value, Buffer.from(value).toString("base64"), encodeURIComponent(value)]) {
    expect(findSecrets(added(`x = ${line}`))).toEqual([]);
    expect(findSecrets(added(`x = ${line}`), [value])).toEqual([{ path: "src/a.js", line: 2, kind }]);
  }
  expect(secretsIn("k.bin", value, [value])).toHaveLength(1);
});

test("finds them in whole files too", () => {
  const [kind, line] = SECRETS[2]!;
  expect(secretsIn("k.bin", `one\n${line}`)).toEqual([{ path: "k.bin", line: 2, kind }]);
});
