import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import type { WebhookReach } from "@taskwerk/contract/webhook";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkWebhookUrl, whereaboutsOf } from "../store/webhook-reach.ts";
import { type Address, post, type Resolve } from "./post.ts";
import { openReceiver, type Receiver, status } from "./test-receiver.ts";

let receiver: Receiver;
let tls: Receiver;
let cert: string;

/** For hooks.example, signed by itself; good for a hundred years, and for nothing but this. */
const fixture = (name: string): string =>
  readFileSync(new URL(`./fixtures/hooks.example.${name}.pem`, import.meta.url), "utf8");

beforeAll(async () => {
  receiver = await openReceiver();
  cert = fixture("cert");
  tls = await openReceiver(status(204), { key: fixture("key"), cert });
});
afterAll(async () => {
  await receiver.close();
  await tls.close();
});

const v4 = (address: string): Address => ({ address, family: 4 });
const v6 = (address: string): Address => ({ address, family: 6 });

/** Posts to a URL, with names that lead where the test says; also says which names were looked up. */
async function posted(url: string, reach: WebhookReach, resolve: Resolve = async () => [], ca?: string) {
  const asked: string[] = [];
  const answer = await post(
    { url, reach, headers: { "content-type": "application/json" }, body: "{}" },
    {
      resolve: async (host) => {
        asked.push(host);
        return resolve(host);
      },
      now: () => new Date("2027-03-01T12:00:00Z"),
      timeoutMs: 5_000,
      signal: new AbortController().signal,
      ...(ca ? { ca } : {}),
    },
  );
  return { answer, asked };
}

/** Ways to write this machine, its networks, and what clouds tell their machines; the port is the real receiver's. */
const HOSTS = [
  "127.0.0.1",
  "127.1",
  "0x7f.1",
  "0177.0.0.1",
  "2130706433",
  "0x7f000001",
  "127.255.255.254",
  "0.0.0.0",
  "0",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "a.localhost",
  "１２７.0.0.1",
  "127。0。0。1",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::127.0.0.1]",
  "[::ffff:0:127.0.0.1]",
  "[64:ff9b::127.0.0.1]",
  "[64:ff9b:1::1]",
  "[2002:7f00:1::]",
  "[2001::1]",
  "[fe80::1]",
  "[fec0::1]",
  "[fc00::1]",
  "[fd00:ec2::254]",
  "[ff02::1]",
  "[100::1]",
  "[4000::1]",
  "10.0.0.1",
  "172.16.0.1",
  "192.168.1.1",
  "100.64.0.1",
  "169.254.169.254",
  "169.254.170.2",
  "192.0.0.192",
  "198.18.0.1",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
];

describe("an address that is not of the internet", () => {
  it.each(HOSTS)("http://%s is refused when it is added, and again before anything is sent", async (host) => {
    const url = `http://${host}:${receiver.port}/`;
    expect(() => checkWebhookUrl(url, "public")).toThrow(expect.objectContaining({ code: "VALIDATION_FAILED" }));
    const before = receiver.connections();
    // As if it had come into the store some other way; and the resolver would lead it here.
    const { answer } = await posted(new URL(url).href, "public", async () => [v4("127.0.0.1")]);
    expect(answer).toMatchObject({ kind: "failed", error: expect.stringContaining("refused") });
    expect(receiver.connections()).toBe(before);
  });

  it.each([
    ["127.0.0.1", [v4("127.0.0.1")]],
    ["::1", [v6("::1")]],
    ["a mapped one", [v6("::ffff:127.0.0.1")]],
    ["metadata", [v4("169.254.169.254")]],
    ["one that is public and one that is not", [v4("93.184.216.34"), v4("127.0.0.1")]],
    ["one that is not and one that is public", [v4("10.0.0.1"), v4("93.184.216.34")]],
    ["something that is none", [v4("127.0.0.1.evil")]],
  ])("is refused where a name leads to it: %s", async (_, addresses) => {
    const before = receiver.connections();
    const { answer } = await posted(`http://hooks.example:${receiver.port}/`, "public", async () => addresses);
    expect(answer).toMatchObject({ kind: "failed", error: expect.stringContaining("refused: hooks.example") });
    expect(receiver.connections()).toBe(before);
  });

  it("is not reached by a name that leads elsewhere a moment later: what was checked is what is connected to", async () => {
    // Nobody listens at 127.0.0.2; the receiver does at 127.0.0.1.
    const before = receiver.connections();
    const leads = ["127.0.0.2", "127.0.0.1"];
    const { answer: first, asked } = await posted(`http://hooks.example:${receiver.port}/`, "private", async () => [
      v4(leads.shift()!),
    ]);
    expect(first).toEqual({ kind: "failed", error: "nobody listens there" });
    expect(asked).toEqual(["hooks.example"]);
    expect(receiver.connections()).toBe(before);
    // The next attempt asks anew, and refuses.
    const { answer } = await posted(`http://hooks.example:${receiver.port}/`, "public", async () => [v4("127.0.0.1")]);
    expect(answer).toMatchObject({ error: expect.stringContaining("127.0.0.1") });
    expect(receiver.connections()).toBe(before);
  });

  it.each([
    ["file:///etc/passwd", "begins with file:"],
    ["ftp://example.com/", "begins with ftp:"],
    ["javascript:alert(1)", "begins with javascript:"],
    ["http://user:secret@example.com/", "no user"],
    ["http://example.com@127.0.0.1/", "no user"],
    ["http://", "is no address"],
    ["//example.com", "is no address"],
    ["http://exa mple.com/", "is no address"],
    [`http://example.com/${"x".repeat(3_000)}`, "is no address"],
  ])("%s is refused", (url, why) => {
    for (const reach of ["public", "private"] as const) {
      expect(() => checkWebhookUrl(url, reach)).toThrow(why);
    }
  });
});

describe("an opt-in", () => {
  it("for this machine reaches this machine and no other; for private networks all but what nobody has", async () => {
    for (const reach of ["loopback", "private"] as const) {
      expect((await posted(receiver.url, reach)).answer).toMatchObject({ kind: "answered", status: 204 });
    }
    expect(() => checkWebhookUrl("http://10.0.0.1/", "loopback")).toThrow();
    const { answer } = await posted("http://hooks.example/", "loopback", async () => [v4("10.0.0.1")]);
    expect(answer).toMatchObject({ error: expect.stringContaining("refused") });
    for (const url of ["http://0.0.0.0/", "http://[::]/", "http://224.0.0.1/", "http://255.255.255.255/"]) {
      expect(() => checkWebhookUrl(url, "private")).toThrow("no address that anything can be sent to");
    }
  });

  it("connects to the address that was found, under the name it was asked for", async () => {
    const before = receiver.received.length;
    const url = `http://hooks.example:${receiver.port}/`;
    const { answer } = await posted(url, "private", async () => [v4("127.0.0.1")]);
    expect(answer).toMatchObject({ status: 204 });
    expect(receiver.received[before]!.headers.host).toBe(`hooks.example:${receiver.port}`);
  });
});

describe("TLS", () => {
  const named = (): string => tls.url.replace("127.0.0.1", "hooks.example");
  const here: Resolve = async () => [v4("127.0.0.1")];

  it("of somebody whom nobody vouches for is a failure", async () => {
    const before = tls.received.length;
    const { answer } = await posted(named(), "private", here);
    expect(answer).toMatchObject({ kind: "failed", error: expect.stringMatching(/certificate/) });
    expect(tls.received.length).toBe(before);
  });

  it("with a certificate is checked against the name, not the address", async () => {
    expect((await posted(named(), "private", here, cert)).answer).toMatchObject({ kind: "answered", status: 204 });
    const other = tls.url.replace("127.0.0.1", "other.example");
    const { answer } = await posted(other, "private", here, cert);
    expect(answer).toMatchObject({ kind: "failed", error: expect.stringContaining("other.example") });
  });
});

it("does not wait for one who answers that he wants to speak something else than HTTP", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () =>
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { answer } = await posted(`http://127.0.0.1:${port}/`, "private");
  expect(answer).toMatchObject({ kind: "answered", status: 101 });
  await new Promise((resolve) => server.close(resolve));
});

it("says of addresses where they are", () => {
  const said = ["8.8.8.8", "2606:4700::1111", "127.0.0.1", "10.1.2.3", "fd00::1", "0.0.0.0", "hooks.example"];
  expect(said.map((address) => whereaboutsOf(address))).toEqual([
    "public",
    "public",
    "loopback",
    "private",
    "private",
    "nowhere",
    "nowhere",
  ]);
});
