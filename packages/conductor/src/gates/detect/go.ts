/** The gates of a Go module. */
import type { Gate } from "../../model/gate.ts";
import { asked, type BaseTree, type DetectOptions, toolGate } from "./base-tree.ts";

/** vet → build → test → coverage. Empty without a go.mod. */
export async function goGates(tree: BaseTree, options: DetectOptions): Promise<readonly Gate[]> {
  if ((await tree.readFile("go.mod")) === null) return [];
  const gates: Gate[] = [
    toolGate({ id: "lint", kind: "lint", run: "go vet ./...", origin: "go.mod" }, options),
    toolGate({ id: "build", kind: "build", run: "go build ./...", origin: "go.mod" }, options),
  ];
  if (!(await tree.listFiles()).some((path) => path.endsWith("_test.go"))) return gates;
  return [
    ...gates,
    toolGate({ id: "test", kind: "test", run: "go test -json ./...", origin: "go.mod", parse: "go-json" }, options),
    toolGate(
      {
        id: "coverage",
        kind: "coverage",
        // It writes its profile twice; a pipe takes it once.
        run: 'f=$(mktemp) && go test -coverprofile="$f" ./... && cat "$f" > "$CONDUCTOR_GOCOVER"',
        origin: "go.mod",
        parse: "gocover",
        ...asked(options),
      },
      options,
    ),
  ];
}
