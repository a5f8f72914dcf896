// The protocol, for libraries of JavaScript: an adapter gives a function for each operation.
import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** What a parser is asked about that knows EMVCo's structure and the CRC, but neither which objects a payload has to have nor
    what this standard carries in it. */
export const PARSER =
  "grammar(emv-mpm) & (op(decode) | op(check) & level(structure, checksum) & !flag(missing) & !req(UPQR-CAR-*))";

/** The same for one that reads nothing without its CRC: this standard reads payloads whose CRC is missing or wrong (UPQR-OBJ-5,
    and texts that are no more than data objects), and leaves the CRC to `check`. */
export const PARSER_WITH_CRC = `${PARSER} & !(op(decode) & (req(UPQR-OBJ-5) & flag(crc) | flag(grammar)))`;

export const accept = (more = {}) => ({ verdict: "accept", ...more });
export const reject = (code) => ({ verdict: "reject", ...(code && { error: { code } }) });
export const hex = (text) => Buffer.from(text).toString("hex");

/** What a merchant-presented payload decodes to, as vectors/README.md writes it; `objects` are `id` with `value` or `inner`.
    A value that was cut through a character is half a pair of surrogates, which JSON in UTF-8 cannot hold. */
export const tree = (objects) => ({ grammar: "emv-mpm", objects: flat(objects) });
const flat = (objects) =>
  objects.map(({ id, value, inner }) =>
    (inner ? `${id}{${flat(inner).join(",")}}` : `${id}=${value}`).toWellFormed(),
  );

/** The version that is installed. */
const version = (library) =>
  JSON.parse(readFileSync(new URL(`node_modules/${library}/package.json`, import.meta.url))).version;

/** A library that throws these has failed; anything else that it throws is how it refuses. */
const FAULTS = [TypeError, RangeError, ReferenceError];

/** Answers questions until `bye` or the end of the input. `operations` take a text and give `accept` or `reject`. */
export async function serve(library, { supports, features = [], ...operations }) {
  const ops = Object.keys(operations);
  const hello = { name: library, version: version(library), language: "javascript", ops, supports, features };
  for await (const line of createInterface({ input: process.stdin })) {
    const { type, id, nonce, op, input } = JSON.parse(line);
    if (type === "bye") break;
    const said =
      type === "hello" ? { type, protocol: 1, ...hello } : { type: "result", id, ...ask(operations[op], input) };
    process.stdout.write(JSON.stringify({ ...said, nonce }) + "\n");
  }
}

function ask(operation, input) {
  const octets = Buffer.from(input.hex, "hex");
  // Libraries take text, so what is none is refused before they see it.
  if (!isUtf8(octets)) return reject("utf-8");
  try {
    return operation(octets.toString());
  } catch (error) {
    const verdict = FAULTS.some((fault) => error instanceof fault) ? "error" : "reject";
    return { verdict, message: String(error).toWellFormed() };
  }
}
