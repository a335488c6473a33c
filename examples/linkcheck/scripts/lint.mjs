// Syntax and style of everything that is JavaScript here, and of the workflows.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SourceTextModule } from "node:vm";

const RULES = [
  { name: "space at the end of the line", pattern: /[ \t]+$/, where: /./ },
  { name: "tab", pattern: /\t/, where: /./ },
  { name: "longer than 120 characters", pattern: /^.{121,}/, where: /\.mjs$/ },
  { name: "console.log in src", pattern: /\bconsole\.log\(/, where: /^src\// },
  { name: "a test that runs alone", pattern: /\b(?:test|it|describe)\.only\(/, where: /^tests\// },
  { name: "var", pattern: /^\s*var\s/, where: /\.mjs$/ },
];

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

function syntaxOf(file) {
  try {
    // Parses a module without running it.
    new SourceTextModule(readFileSync(file, "utf8").replace(/^#!.*/, ""), { identifier: file });
    return [];
  } catch (error) {
    return [`${file}: does not parse\n${error.stack.split("\n").slice(0, 5).join("\n")}`];
  }
}

function styleOf(file) {
  const text = readFileSync(file, "utf8");
  const problems = text.split("\n").flatMap((line, index) =>
    RULES.filter(({ pattern, where }) => where.test(file) && pattern.test(line)).map(
      ({ name }) => `${file}:${index + 1}: ${name}`,
    ),
  );
  return text.endsWith("\n") ? problems : [...problems, `${file}: no newline at the end`];
}

const files = ["test.mjs", ...["bin", "src", "scripts", "tests", ".github"].flatMap(filesIn)];
const scripts = files.filter((file) => file.endsWith(".mjs"));
const problems = [...files.flatMap(styleOf), ...scripts.flatMap(syntaxOf)];

for (const problem of problems) console.error(problem);
console.log(`${scripts.length} modules, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
