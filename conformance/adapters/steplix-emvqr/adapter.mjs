// steplix-emvqr only reads: `decode` gives objects by ID, so that their order is not to be had, and throws where the CRC is
// wrong. Where an object is broken it ends there and gives those before it, or none, which is its one sign of a refusal.
import emvqr from "steplix-emvqr";
import { PARSER_WITH_CRC, accept, reject, serve } from "../loop.mjs";

const read = (text) => (Object.keys(emvqr.decode(text)).length > 0 ? accept() : reject());

await serve("steplix-emvqr", {
  supports: PARSER_WITH_CRC,
  decode: read,
  check: read,
});
