// Copies what is published into dist, and sees that it runs from there.
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const { name, version, description, license, type, bin, engines } = JSON.parse(readFileSync("package.json", "utf8"));

rmSync("dist", { recursive: true, force: true });
for (const folder of ["bin", "src"]) cpSync(folder, `dist/${folder}`, { recursive: true });
cpSync("README.md", "dist/README.md");
const published = { name, version, description, license, type, bin, engines };
writeFileSync("dist/package.json", `${JSON.stringify(published, null, 2)}\n`);

const run = (...args) => execFileSync(process.execPath, ["dist/bin/linkcheck.mjs", ...args], { encoding: "utf8" });
if (run("--version").trim() !== version) throw new Error("dist does not say its version");
if (!run("--help").includes("--format")) throw new Error("dist does not list its options");
console.log(`dist: linkcheck ${version}`);
