// node compile.mjs CORPUS VARIANT…: prints the schemas beside CORPUS as standalone code.

import standaloneCode from "ajv/dist/standalone/index.js";
import { createAjv, readSchemas } from "./schemas.mjs";

const [file, ...variants] = process.argv.slice(2);
const { ajv, names } = createAjv(readSchemas(file), variants, { code: { source: true } });
const exported = Object.fromEntries(names.map((name, index) => [`v${index}`, name]));
console.log(standaloneCode.default(ajv, exported));
console.log(`exports.names = ${JSON.stringify(names)};`);
