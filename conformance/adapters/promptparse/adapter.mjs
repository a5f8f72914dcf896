// promptparse reads any EMVCo payload. Its strictest reading is `parse` on request of its CRC, for which the CRC has to be right,
// and `validate`, which writes the payload again and compares; `parse` without that request refuses next to nothing. It has no
// validator of fields, and knows nothing of what this standard carries, so neither is asked for.
import { encode, parse } from "promptparse";
import { PARSER_WITH_CRC, accept, hex, reject, serve, tree } from "../loop.mjs";

const inner = ({ id, value, subTags }) => ({ id, value, inner: subTags?.map(inner) });

const STRICT = true;

await serve("promptparse", {
  supports: PARSER_WITH_CRC,
  features: ["value", "reencoded"],
  decode(text) {
    const payload = parse(text, STRICT);
    if (!payload) return reject();
    return accept({ value: tree(payload.getTags().map(inner)), reencoded: hex(encode(payload.getTags())) });
  },
  check: (text) => (parse(text, STRICT)?.validate("63") ? accept() : reject()),
});
