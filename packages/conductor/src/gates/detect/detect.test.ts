import { describe, expect, it } from "vitest";
import { detectGates } from "./detect.ts";

const detect = async (files: Readonly<Record<string, string>>, minCoverage: number | null = null) =>
  (
    await detectGates(
      { readFile: async (path) => files[path] ?? null, listFiles: async () => Object.keys(files) },
      { minCoverage, minChangedCoverage: 80, requireTests: false, timeoutMs: 1_000 },
    )
  ).map(({ id, run, parse }) => `${id}: ${run} (${parse})`);

describe("finding gates", () => {
  it("finds nothing where nothing says how work is judged", async () => {
    expect(await detect({ "readme.md": "x", "src/a.c": "" })).toEqual([]);
  });

  it("runs scripts with the tool whose lockfile is there", async () => {
    const manifest = JSON.stringify({ scripts: { test: "node --test", lint: "eslint ." } });
    expect(await detect({ "package.json": manifest, "pnpm-lock.yaml": "" })).toEqual([
      "lint: pnpm run lint (exit)",
      "test: pnpm test (junit)",
      "coverage: pnpm test (lcov)",
    ]);
    expect(await detect({ "package.json": manifest, "yarn.lock": "" })).toContain("test: yarn test (junit)");
    const jest = JSON.stringify({ scripts: { test: "yarn unit", unit: "jest" } });
    expect(await detect({ "package.json": jest, "yarn.lock": "" })).toEqual(["test: yarn run test (jest-json)"]);
    const mixed = JSON.stringify({ scripts: { test: "npm run unit", unit: "jest" } });
    expect(await detect({ "package.json": mixed, "pnpm-lock.yaml": "" })).toEqual(["test: pnpm test (exit)"]);
  });

  it("finds unittest by its files, and pytest, ruff, mypy and coverage where a project names them", async () => {
    expect(await detect({ "app.py": "", "test_app.py": "" })).toEqual(["test: python3 -m unittest discover (junit)"]);
    expect(await detect({ "app.py": "", "tests/test_app.py": "" })).toEqual([
      "test: python3 -m unittest discover -s tests (junit)",
    ]);
    expect(await detect({ "tests/__init__.py": "", "tests/test_app.py": "" })).toEqual([
      "test: python3 -m unittest discover (junit)",
    ]);
    const pyproject = '[tool.ruff]\n[tool.mypy]\n[project.optional-dependencies]\ndev = ["pytest", "coverage"]\n';
    expect(await detect({ "pyproject.toml": pyproject, "tests/test_app.py": "" })).toEqual([
      "lint: ruff check . (exit)",
      "types: mypy . (exit)",
      "test: python3 -m pytest (junit)",
      'coverage: python3 -m coverage run -m pytest && python3 -m coverage lcov -q -o "$CONDUCTOR_LCOV" (lcov)',
    ]);
    expect(await detect({ "pyproject.toml": "[project]\nname = 'x'\n" })).toEqual([]);
  });

  it("finds a Go module's, with tests where there are some", async () => {
    expect(await detect({ "go.mod": "module x\n", "a.go": "" })).toEqual([
      "lint: go vet ./... (exit)",
      "build: go build ./... (exit)",
    ]);
    expect((await detect({ "go.mod": "module x\n", "a_test.go": "" })).slice(2)).toEqual([
      "test: go test -json ./... (go-json)",
      expect.stringMatching(/^coverage: .*-coverprofile.*\(gocover\)$/),
    ]);
  });

  it("finds Cargo's, with format and clippy where they are configured", async () => {
    expect(await detect({ "Cargo.toml": "[package]\n" })).toEqual([
      "build: cargo build --offline --all-targets (exit)",
      "test: cargo test --offline (cargo)",
    ]);
    expect(await detect({ "Cargo.toml": "[lints.clippy]\n", "rustfmt.toml": "" })).toHaveLength(4);
  });

  it("takes a Makefile where there is nothing else", async () => {
    const make = "CC := cc\ntest: build\n\tsh t.sh\nbuild:\n\tcc a.c\nlint:=no\n.PHONY: test\n";
    expect(await detect({ Makefile: make })).toEqual(["build: make build (exit)", "test: make test (exit)"]);
    expect(await detect({ Makefile: make, "go.mod": "module x" })).not.toContain("test: make test (exit)");
  });

  it("keeps the gates of several kinds apart", async () => {
    const manifest = JSON.stringify({ scripts: { test: "vitest run" } });
    expect(await detect({ "package.json": manifest, "go.mod": "module x", "a_test.go": "" })).toEqual([
      "test: npm test (vitest-json)",
      "go:lint: go vet ./... (exit)",
      "go:build: go build ./... (exit)",
      "go:test: go test -json ./... (go-json)",
      expect.stringContaining("go:coverage:"),
    ]);
  });
});
