import assert from "node:assert/strict";
import { test } from "node:test";
import { requester } from "../src/requester.mjs";
import * as offline from "../src/requests/offline.mjs";
import { web } from "./support/folder.mjs";

const PAGE = "https://example.org/";

test("asks nobody when told so", async () => {
  const { fetch, asked } = web({ [PAGE]: 404 });
  assert.equal((await requester([offline], { offline: true }, { fetch }).request(PAGE)).status, 200);
  assert.equal((await requester([offline], {}, { fetch }).request(PAGE)).status, 404);
  assert.deepEqual(asked, [PAGE]);
});
