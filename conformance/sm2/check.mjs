// Puts every SM2 test case to the package `sm-crypto`, which shares no code with the library, and says where the two disagree.
// Exit code 0 where they agree in every case, 1 otherwise.
import { readFileSync } from 'node:fs';
import smCrypto from 'sm-crypto';

const path = new URL('../../vectors/signature/sm2_sm3_p1363.json', import.meta.url);
const set = JSON.parse(readFileSync(path, 'utf8'));

function verify(group, test) {
    const message = Array.from(Buffer.from(test.msg, 'hex'));
    const options = { hash: true, userId: group.signerId };
    try {
        return smCrypto.sm2.doVerifySignature(message, test.sig, group.publicKey.uncompressed, options);
    } catch {
        // It throws at some signatures that are none.
        return false;
    }
}

let asked = 0;
let agreed = 0;
let accepted = 0;
for (const group of set.testGroups) {
    for (const test of group.tests) {
        const verdict = verify(group, test) ? 'valid' : 'invalid';
        asked += 1;
        accepted += verdict === 'valid' ? 1 : 0;
        agreed += verdict === test.result ? 1 : 0;
        if (verdict !== test.result) {
            console.log(`case ${test.tcId} (${test.flags}): ${test.comment}: ${test.result}, sm-crypto says ${verdict}`);
        }
    }
}
console.log(`sm-crypto agrees in ${agreed} of ${asked} cases, of which it accepts ${accepted}`);
process.exit(agreed === asked && asked === set.numberOfTests ? 0 : 1);
