import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, it } from "vitest";
import { problemOfWay } from "./reach-way.ts";

it("calls an address without saying anything", async () => {
  let said = "";
  const server = createServer((socket) => {
    socket.on("data", (data) => {
      said += data;
    });
    socket.on("error", () => undefined);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const way = { kind: "post", url: `http://127.0.0.1:${port}/topic` } as const;
  expect(await problemOfWay(way)).toBeNull();
  await new Promise((resolve) => server.close(resolve));
  expect(await problemOfWay(way)).toBe("nobody listens there");
  expect(said).toBe("");
});

it("looks for programs where they would be found", async () => {
  expect(await problemOfWay({ kind: "command", argv: ["sh", "-c", "true"] }, "/nonexistent:/bin")).toBeNull();
  expect(await problemOfWay({ kind: "command", argv: ["sh"] }, "/nonexistent")).toBe("sh is not there");
  expect(await problemOfWay({ kind: "desktop" }, "/nonexistent")).toBe("notify-send is not there");
});
