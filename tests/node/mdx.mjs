// Makes HTML of pages of MDX in the way of Docusaurus: compiled, run as the programs that they are, and rendered by React.
// In, as JSON on standard input: {name: text}. The argument is a docusaurus.config.js, of which the plugins are taken.
// Out: {"pages": {name: {"html", "anchors"} or {"problem"}}, "hacked"}; anchors are those that Docusaurus gets to know.
import { text } from "node:stream/consumers";
import { createRequire } from "node:module";
import { evaluate } from "@mdx-js/mdx";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import * as runtime from "react/jsx-runtime";
import remarkGfm from "remark-gfm";

const [, { docs }] = createRequire(import.meta.url)(process.argv[2]).presets[0];

async function made(page) {
  const anchors = [];
  const known = (tag) => (props) => (props.id && anchors.push(props.id), createElement(tag, props));
  try {
    const options = { ...runtime, remarkPlugins: [remarkGfm], rehypePlugins: docs.rehypePlugins };
    const { default: Page } = await evaluate(page, options);
    return { html: renderToStaticMarkup(createElement(Page, { components: { a: known("a") } })), anchors };
  } catch (problem) {
    return { problem: String(problem) };
  }
}

const pages = {};
for (const [name, page] of Object.entries(JSON.parse(await text(process.stdin)))) pages[name] = await made(page);
console.log(JSON.stringify({ pages, hacked: globalThis.hacked ?? null }));
