// node ajv.mjs MODE FILE: judges a recording by ajv and prints the counts.
//
// readline    as commonly written: schemas compiled at the start, lines from node:readline
// standalone  at its best: code compiled before, blocks of lines split by hand
// same-work   standalone, doing what schemagen does: the media type is checked, the exact schema comes first and the
//             tolerant one where it refuses, reasons are collected, codes are counted

import { closeSync, createReadStream, openSync, readFileSync, readSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { createAjv, createTable, printCounts, readSchemas } from "./schemas.mjs";

const BLOCK = 1 << 20;
const [mode, file] = process.argv.slice(2);
const known = readSchemas(file);
const variants = mode === "same-work" ? ["exact", "schema"] : ["schema"];
const reasons = new Map();

function compiled() {
  if (mode === "readline") {
    const { ajv } = createAjv(known, variants);
    return createTable(known, variants, (name) => ajv.getSchema(name));
  }
  const code = createRequire(import.meta.url)(`./compiled/${variants.length > 1 ? "both" : "tolerant"}.cjs`);
  const byName = new Map(code.names.map((name, index) => [name, code[`v${index}`]]));
  return createTable(known, variants, (name) => byName.get(name));
}

const table = compiled();

function judge(url, status, body, headers) {
  const entry = table.get(url.slice(0, url.indexOf("/", 8)));
  const schemas = entry.statuses.get(status);
  if (schemas === undefined) return;
  if (typeof body === "string") {
    try {
      body = JSON.parse(body);
    } catch {
      entry.counts.invalid++;
      return;
    }
  }
  entry.counts[mode === "same-work" ? verdict(entry, schemas, body, headers) : schemas[0](body) ? "valid" : "invalid"]++;
}

function verdict(entry, [exact, tolerant], body, headers) {
  const media = mediaType(headers);
  if (media !== "application/json") count(reasons, `${entry.definition} media ${media}`);
  const code = entry.code.reduce((value, name) => value?.[name], body);
  if (code !== undefined) count(entry.codes, code);
  if (exact(body)) return "valid";
  const refused = tolerant(body) ? exact : tolerant;
  for (const error of refused.errors) count(reasons, `${entry.definition} ${error.schemaPath} ${error.instancePath}`);
  return refused === exact ? "drift" : "invalid";
}

function mediaType(headers) {
  for (const name in headers) {
    if (name.toLowerCase() === "content-type") return String(headers[name]).split(";", 1)[0].trim().toLowerCase();
  }
  return "";
}

function count(counts, key) {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function judgeLine(line) {
  const record = JSON.parse(line);
  const response = record.response;
  if (response !== undefined) judge(record.request.url, response.status, response.body, response.headers);
  else judge(record.url, record.status, record.response_body, record.response_headers);
}

function judgeBlocks() {
  const input = openSync(file);
  const block = Buffer.allocUnsafe(2 * BLOCK);
  let kept = 0;
  for (;;) {
    const end = kept + readSync(input, block, kept, BLOCK);
    const cut = end === kept ? end : block.lastIndexOf(10, end - 1) + 1;
    const text = block.toString("utf8", 0, cut);
    let start = 0;
    while (start < text.length) {
      let stop = text.indexOf("\n", start);
      if (stop < 0) stop = text.length;
      if (stop > start) judgeLine(text.slice(start, stop));
      start = stop + 1;
    }
    if (end === kept) break;
    block.copy(block, 0, cut, end);
    kept = end - cut;
  }
  closeSync(input);
}

if (file.endsWith(".har")) {
  for (const { request, response } of JSON.parse(readFileSync(file, "utf8")).log.entries) {
    const headers = mode === "same-work" ? Object.fromEntries(response.headers.map((each) => [each.name, each.value])) : {};
    judge(request.url, response.status, response.content.text, headers);
  }
} else if (mode === "readline") {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (line) judgeLine(line);
  }
} else {
  judgeBlocks();
}
printCounts(table);
