// Compiles JSON Schemas with ajv 8 in its strict default and judges bodies with them.
// In, as JSON on standard input: [{"name", "schema", "bodies": [{"at": "#/$defs/status-404", "body"}]}].
// Out: for each, {"name", "problem"} or {"name", "verdicts": [true, …], "warnings": ["…"]}.
import { text } from "node:stream/consumers";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

function check({ name, schema, bodies }) {
  const warnings = [];
  const note = (message) => warnings.push(message);
  const ajv = new Ajv.default({ logger: { log: note, warn: note, error: note } });
  addFormats.default(ajv);
  try {
    ajv.addSchema(schema);
    ajv.getSchema(schema.$id);
    const verdicts = bodies.map(({ at, body }) => ajv.getSchema(schema.$id + at)(body));
    return { name, verdicts, warnings };
  } catch (error) {
    return { name, problem: error.message };
  }
}

console.log(JSON.stringify(JSON.parse(await text(process.stdin)).map(check)));
