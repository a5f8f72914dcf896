// An adapter for `upqr run --adapter 'node adapter.mjs'`: reads questions, one JSON object a line, and answers each.
import { isUtf8 } from "node:buffer";
import { createInterface } from "node:readline";

const HELLO = {
  name: "my-library",
  version: "1.0.0",
  language: "javascript",
  ops: ["decode"], // what it can be asked; everything else counts as unsupported
  supports: "grammar(emv-mpm)", // and of that, only merchant-presented payloads
  features: ["error-code", "offset", "reencoded"], // what is compared beyond the verdict
};

const reject = (code, offset) => ({ verdict: "reject", error: { code, offset } });

/** Reads the data objects of a payload. Put your own parser here, and translate what it says. */
function decode(octets) {
  let valid = octets.length;
  while (!isUtf8(octets.subarray(0, valid))) valid--;
  if (valid < octets.length) return reject("utf-8", valid);
  const characters = Array.from(octets.toString()); // by code points: `text.length` would count UTF-16 units
  const end = characters.length;
  // Places are characters here, and bytes in an answer.
  const bytes = (place) => Buffer.byteLength(characters.slice(0, place).join(""));
  if (end === 0) return reject("empty", 0);
  const objects = [];
  for (let at = 0; at < end; ) {
    for (let place = at; place < at + 4; place++) {
      const isDigit = place < end && /^[0-9]$/.test(characters[place]);
      if (!isDigit) return reject(place < at + 2 ? "id" : "length", bytes(place));
    }
    const id = characters.slice(at, at + 2).join("");
    const length = Number(characters.slice(at + 2, at + 4).join(""));
    const value = characters.slice(at + 4, at + 4 + length);
    if (value.length < length) return reject("overrun", bytes(at + 2));
    objects.push([id, value]);
    at += 4 + length;
  }
  const object = ([id, value]) => id + String(value.length).padStart(2, "0") + value.join("");
  return { verdict: "accept", reencoded: Buffer.from(objects.map(object).join("")).toString("hex") };
}

function answer(question) {
  if (question.type === "hello") return { type: "hello", protocol: 1, ...HELLO };
  try {
    return { type: "result", id: question.id, ...decode(Buffer.from(question.input.hex, "hex")) };
  } catch (error) { // a fault of the library, which is neither `accept` nor `reject`
    return { type: "result", id: question.id, verdict: "error", message: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  if (question.type === "bye") break;
  process.stdout.write(JSON.stringify({ ...answer(question), nonce: question.nonce }) + "\n");
}
