// emvco-qr-sdk reads any EMVCo payload as objects, writes an object again with `toString`, and tells apart whether a payload
// parses and whether its CRC is right. It has no validator of fields beyond these two.
import { QRParseMode, parseFullQR, parseQR } from "emvco-qr-sdk";
import { PARSER, accept, hex, reject, serve, tree } from "../loop.mjs";

const inner = ({ tag, value, subTags }) => ({ id: tag, value, inner: subTags?.map(inner) });

/** Its errors have no names to read; these are the beginnings of its messages, and the names that its source gives them. */
const ERRORS = [
  [/^The QR string is empty/, "EMPTY_QR"],
  [/^The QR string does not follow/, "INVALID_TLV_FORMAT"],
  [/^Invalid length/, "INVALID_LENGTH"],
  [/^The value for tag [^]* exceeds/, "EXCEEDS_AVAILABLE"],
];

await serve("emvco-qr-sdk", {
  supports: PARSER,
  features: ["error-code", "value", "reencoded"],
  decode(text) {
    try {
      const objects = parseQR(text, { parseMode: QRParseMode.TLV });
      return accept({ value: tree(objects.map(inner)), reencoded: hex(objects.join("")) });
    } catch (error) {
      const [, name] = ERRORS.find(([beginning]) => beginning.test(error.message)) ?? [];
      if (!name) throw error;
      return reject(name);
    }
  },
  check: (text) => (parseFullQR(text, { parseMode: QRParseMode.GLOBAL }).crc.isValid ? accept() : reject()),
});
