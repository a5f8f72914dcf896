// vietnam-qr-pay is made for VietQR, reads any EMVCo payload, and is documented for reading one, changing it and building it
// again. `isValid` holds the CRC against the payload, always. It has no validator of fields and gives no list of objects.
import { QRPay } from "vietnam-qr-pay";
import { PARSER_WITH_CRC, accept, hex, reject, serve } from "../loop.mjs";

await serve("vietnam-qr-pay", {
  supports: PARSER_WITH_CRC,
  features: ["reencoded"],
  decode(text) {
    const payload = new QRPay(text);
    return payload.isValid ? accept({ reencoded: hex(payload.build()) }) : reject();
  },
  check: (text) => (new QRPay(text).isValid ? accept() : reject()),
});
