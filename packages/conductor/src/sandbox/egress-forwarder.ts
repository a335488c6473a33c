/**
 * The program that stands inside a sandbox without network between the command and conductor's egress proxy. It listens on the
 * sandbox's own loopback, passes each connection on to the proxy's socket, starts the command with the proxy in its
 * environment, and ends as the command ends. It decides nothing: the command could kill it, or speak to the socket itself.
 */

/** What it says on stderr, and only then, when the command could not be started. It leaves with 1. */
export const NOT_STARTED = "conductor-egress: ";

/** Arguments: the socket, the named ports of loopback as JSON (`[["127.0.0.1", 8080], ...]`), and the command line. */
export const FORWARDER = String.raw`
const net = require("node:net");
const { spawn } = require("node:child_process");
const [socketPath, places, file, ...args] = process.argv.slice(2);

// TERM is for the command; this one ends when the command has ended.
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => {});

const tie = (one, other) => {
  one.pipe(other); other.pipe(one);
  for (const [a, b] of [[one, other], [other, one]]) { a.on("error", () => a.destroy()); a.on("close", () => b.destroy()); }
};
const toProxy = (client) => tie(client, net.connect({ path: socketPath, allowHalfOpen: true }));
const toPlace = (host, port) => (client) => {
  const place = (net.isIPv6(host) ? "[" + host + "]" : host) + ":" + port;
  const proxy = net.connect({ path: socketPath, allowHalfOpen: true });
  client.pause();
  client.on("error", () => proxy.destroy());
  proxy.on("error", () => client.destroy());
  proxy.on("close", () => client.destroy());
  proxy.write("CONNECT " + place + " HTTP/1.1\r\nHost: " + place + "\r\n\r\n");
  let came = Buffer.alloc(0);
  const read = (chunk) => {
    came = Buffer.concat([came, chunk]);
    const end = came.indexOf("\r\n\r\n");
    if (end < 0) { if (came.length > 65536) proxy.destroy(); return; }
    proxy.off("data", read);
    if (!came.toString("latin1", 0, 13).startsWith("HTTP/1.1 200 ")) return void proxy.destroy();
    const rest = came.subarray(end + 4);
    if (rest.length) client.write(rest);
    tie(client, proxy);
  };
  proxy.on("data", read);
};
const listen = (host, port, then) => new Promise((resolve, reject) => {
  const server = net.createServer({ allowHalfOpen: true }, then);
  server.once("error", reject);
  server.listen(port, host, () => resolve(server.address().port));
});

(async () => {
  const port = await listen("127.0.0.1", 0, toProxy);
  // Loopback is the sandbox's own, so that the command can reach what it starts itself; unless a named port could not be had.
  let direct = "localhost,127.0.0.1,::1,[::1]";
  for (const [host, wanted] of JSON.parse(places)) {
    const at = net.isIP(host) ? [host] : ["127.0.0.1", "::1"];
    const had = await Promise.allSettled(at.map((address) => listen(address, wanted, toPlace(host, wanted))));
    if (!had.some((one) => one.status === "fulfilled")) direct = "";
  }
  const proxy = "http://127.0.0.1:" + port;
  const env = { ...process.env, NODE_USE_ENV_PROXY: "1" };
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]) env[name] = env[name.toLowerCase()] = proxy;
  env.NO_PROXY = env.no_proxy = direct;
  const child = spawn(file, args, { stdio: "inherit", env });
  child.once("error", (error) => { process.stderr.write("conductor-egress: " + error.message + "\n"); process.exit(1); });
  child.once("exit", (code, signal) => process.exit(code ?? 128 + (require("node:os").constants.signals[signal] ?? 9)));
})().catch((error) => { process.stderr.write("conductor-egress: " + error.message + "\n"); process.exit(1); });
`;
