// node compile.mjs CORPUS OUT: writes the schemas beside CORPUS as standalone code.

import { writeFileSync } from "node:fs";
import standaloneCode from "ajv/dist/standalone/index.js";
import { createAjv, readSchemas } from "./schemas.mjs";

const [file, out] = process.argv.slice(2);
const { ajv, names } = createAjv(readSchemas(file), ["schema", "exact"], { code: { source: true } });
const exported = Object.fromEntries(names.map((name, index) => [`v${index}`, name]));
const code = standaloneCode.default(ajv, exported);
writeFileSync(out, `${code}\nexports.names = ${JSON.stringify(names)};\n`);
