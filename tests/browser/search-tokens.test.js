// The words of search: the script of the site follows the same rules as the program that writes the index.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runScript } from "./engine.js";

const { kinship, slips, tokens } = runScript();

test("the tokens of every case are those that the index holds", () => {
  const cases = JSON.parse(readFileSync(new URL("../search/tokens.json", import.meta.url), "utf8"));
  assert.ok(cases.length > 40);
  for (const [text, expected] of cases) assert.deepEqual([...tokens(text)], expected, JSON.stringify(text));
});

test("slips are letters more, less, other, or exchanged", () => {
  const cases = [
    ["kubernetes", "kubernetes", 0], ["kubernets", "kubernetes", 1], ["kubernettes", "kubernetes", 1], ["kubarnetes", "kubernetes", 1],
    ["kubrenetes", "kubernetes", 1], ["ukbernetse", "kubernetes", 2], ["redis", "reids", 1], ["", "ab", 2], ["abc", "xyz", 3],
  ];
  for (const [a, b, expected] of cases) {
    assert.equal(slips(a, b, 2), Math.min(expected, 3), `${a} ${b}`);
    assert.equal(slips(b, a, 2), Math.min(expected, 3), `${b} ${a}`);
  }
  assert.equal(slips("kubren", "kubernetes", 1, true), 1);
  assert.equal(slips("kubren", "database", 1, true), 2);
});

test("kin are words of one stem", () => {
  for (const pair of ["fail fails", "expire expired", "expire expiring", "deploy deployed", "stop stopped", "retry retries", "queue queues", "bug bugs"]) assert.equal(kinship(...pair.split(" ")), 1, pair);
  for (const pair of ["fail failure", "expire expiration", "deploy deployment", "configure configuration", "migrate migration", "corrupt corruption"]) assert.equal(kinship(...pair.split(" ")), 0.6, pair);
  for (const pair of ["data database", "port portfolio", "cat cat2", "index independent", "table stable"]) assert.equal(kinship(...pair.split(" ")), 0, pair);
});
