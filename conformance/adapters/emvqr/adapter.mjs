// emvqr only reads: `decode` gives objects by ID, so that their order is not to be had, and throws where the CRC is wrong. It
// looks up the names of countries, currencies and categories, but has no validator, so fields are not asked for.
import emvqr from "emvqr";
import { PARSER_WITH_CRC, accept, serve } from "../loop.mjs";

function read(text) {
  emvqr.decode(text);
  return accept();
}

await serve("emvqr", {
  supports: PARSER_WITH_CRC,
  decode: read,
  check: read,
});
