import { describe, expect, it } from "vitest";
import { egressRules, findEndpoint, isLoopback, isPublic, splitPlace } from "./egress-rules.ts";

describe("the hosts that a command may reach", () => {
  it("are read with and without a port", () => {
    expect(egressRules(["API.Anthropic.com.", "models.lan:8443", "127.0.0.1:8080", "[::1]:81"])).toEqual({
      kind: "rules",
      endpoints: [
        { host: "api.anthropic.com", port: 443, anywhere: false },
        { host: "models.lan", port: 8443, anywhere: true },
        { host: "127.0.0.1", port: 8080, anywhere: true },
        { host: "::1", port: 81, anywhere: true },
      ],
    });
  });

  it.each([
    ["https://api.anthropic.com", "is an address of a page"],
    ["*.anthropic.com", "is a pattern"],
    ["127.0.0.1", "needs its port"],
    ["localhost", "needs its port"],
    ["::1", "is no host"],
    ["api.example.com:0", "is no host"],
    ["api.example.com:70000", "is no host"],
    ["a b", "is no host"],
    ["", "is no host"],
    ["-x", "is no host"],
  ])("refuse %j, and say why", (text, why) => {
    const rules = egressRules([text]);
    expect(rules.kind === "invalid" ? rules.problem : "").toContain(why);
  });

  it("are matched exactly", () => {
    const rules = egressRules(["api.example.com"]);
    const endpoints = rules.kind === "rules" ? rules.endpoints : [];
    expect(findEndpoint(endpoints, "api.example.com", 443)).toBeDefined();
    for (const [host, port] of [
      ["api.example.com", 80],
      ["x.api.example.com", 443],
      ["example.com", 443],
      ["api.example.com.evil.example", 443],
    ] as const)
      expect(findEndpoint(endpoints, host, port)).toBeUndefined();
  });

  it("are split in one way only", () => {
    expect(splitPlace("[::1]:443")).toEqual({ host: "::1", port: 443 });
    expect(splitPlace("A.b.:443")).toEqual({ host: "a.b", port: 443 });
    for (const text of ["::1:443", "[zz]:1", "a:b:1", "a b:1", "a@b]:1", ":443"]) expect(splitPlace(text)).toBeNull();
  });
});

describe("addresses", () => {
  it.each([
    ..."127.0.0.1 127.9.9.9 0.0.0.0 10.1.2.3 100.64.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.168.1.1".split(
      " ",
    ),
    ..."198.18.0.1 224.0.0.1 255.255.255.255 ::1 :: fe80::1 fd00::1 ff02::1 ::ffff:127.0.0.1".split(" "),
    ..."::7f00:1 64:ff9b::7f00:1 2002:7f00:1:: 2001:db8::1 fec0::1 localhost 127.1".split(" "),
  ])("%s is not public", (address) => expect(isPublic(address)).toBe(false));

  it.each("1.1.1.1 ::ffff:8.8.8.8 172.32.0.1 100.128.0.1 2606:4700::1111 2a00:1450::1".split(" "))(
    "%s is public",
    (address) => expect(isPublic(address)).toBe(true),
  );

  it("know loopback under its names", () => {
    for (const host of ["127.0.0.1", "127.8.8.8", "::1", "localhost", "a.localhost"])
      expect(isLoopback(host)).toBe(true);
    for (const host of ["10.0.0.1", "example.com", "localhost.example.com"]) expect(isLoopback(host)).toBe(false);
  });
});
