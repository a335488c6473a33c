import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import type { ChangedPath } from "../model/repository.ts";
import { gateProject } from "../test-support/gate-project.ts";
import { runScopeGate, runSecretsGate } from "./built-in.ts";
import { redact } from "./redact.ts";
import { outOfScope } from "./scope.ts";
import { findSecrets } from "./secrets.ts";

const added = (line: string, path = "src/a.js"): string =>
  `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1,2 +1,3 @@\n context\n+${line}\n context\n`;
const change = (path: string, modes: Partial<ChangedPath> = {}): ChangedPath => ({
  path,
  status: "added",
  oldMode: "000000",
  newMode: "100644",
  ...modes,
});

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

test("scope: denied, unlisted, submodule, symlink and git's own names are out", () => {
  const reasons = outOfScope(
    [
      change("src/a.js"),
      change("docs/a.md"),
      change("src/secret.pem"),
      change("src/m", { newMode: "160000" }),
      change("src/l", { newMode: "120000" }),
      change("src/.GIT/config"),
      change("../x"),
    ],
    { allow: ["src/**"], deny: ["*.pem"] },
  );
  expect(reasons.map((one) => one.path)).toEqual([
    "docs/a.md",
    "src/secret.pem",
    "src/m",
    "src/l",
    "src/.GIT/config",
    "../x",
  ]);
  expect(outOfScope([change("anything/at/all")], { allow: [], deny: [] })).toEqual([]);
});

test("both built-in gates leave receipts with a log and without the secret", async () => {
  const { run } = await gateProject(onTestFinished, {});
  const context = { ...run, sandbox: run.confinement.level };
  const [, line] = SECRETS[2]!;
  const receipt = await runSecretsGate({ text: added(line), complete: true }, context);
  expect(receipt).toMatchObject({
    gate: "secrets",
    result: "fail",
    reason: "1 possible secret was added",
    command: "(built in)",
    failures: ["src/a.js:2: AWS access key"],
  });
  expect(JSON.stringify(receipt) + (await readFile(receipt.logPath, "utf8"))).not.toContain(line);
  expect(await runSecretsGate({ text: added("x"), complete: true }, context)).toMatchObject({
    result: "pass",
    reason: null,
  });
  expect(await runSecretsGate({ text: added("x"), complete: false }, context)).toMatchObject({ result: "error" });
  expect(await runScopeGate([change("a.pem")], { allow: [], deny: ["*.pem"] }, context)).toMatchObject({
    result: "fail",
    failures: ["a.pem: the task may not touch it"],
  });
});

test("secrets are taken out as they are, encoded for URLs and in base64; short ones are left", () => {
  const secret = "p@ss/word+1";
  const text = `${secret} ${encodeURIComponent(secret)} ${Buffer.from(secret).toString("base64")} abc`;
  expect(redact(text, [secret, "abc"])).toBe("[redacted] [redacted] [redacted] abc");
});
