// An Ajv that knows every schema of `schemas.json`, and the name of the schema for each definition, status and variant.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

export function readSchemas(file) {
  return JSON.parse(readFileSync(join(dirname(file), "schemas.json"), "utf8"));
}

export function createAjv(known, variants, options = {}) {
  const ajv = new Ajv.default({ strict: false, ...options });
  addFormats.default(ajv);
  const names = [];
  for (const [definition, each] of Object.entries(known)) {
    for (const variant of variants) {
      const schema = each[variant];
      ajv.addSchema(schema);
      for (const [status, reference] of Object.entries(each.statuses)) {
        const name = `${definition} ${status} ${variant}`;
        ajv.addSchema({ $ref: `${schema.$id}${reference}` }, name);
        names.push(name);
      }
    }
  }
  return { ajv, names };
}

// By server and status what accepts a body; `get` gives the function of a name.
export function createTable(known, variants, get) {
  const table = new Map();
  for (const [definition, each] of Object.entries(known)) {
    const statuses = new Map();
    for (const status of Object.keys(each.statuses)) {
      statuses.set(Number(status), variants.map((variant) => get(`${definition} ${status} ${variant}`)));
    }
    const counts = { invalid: 0, valid: 0 };
    if (variants.length > 1) counts.drift = 0;
    const entry = { definition, statuses, counts, codes: new Map(), code: each.code };
    for (const server of each.servers) table.set(server, entry);
  }
  return table;
}

export function printCounts(table) {
  const found = {};
  for (const { definition, counts } of table.values()) found[definition] = counts;
  console.log(JSON.stringify(found));
}
