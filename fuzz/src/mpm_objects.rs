//! Payloads built from arbitrary objects, templates in templates, with the right checksum.

use arbitrary::Unstructured;
use upqr::emv::crc::Crc16;
use upqr::emv::data_object::{DataObject, Template};
use upqr::emv::mpm;

use super::draw::{self, Drawn};
use super::laws;

/// Builds a payload and reads it.
pub fn check(data: &[u8]) {
    let Ok(objects) = draw::objects(&mut Unstructured::new(data), 3) else { return };
    let text = draw::seal(&draw::write(&objects));
    let payload = mpm::parse(&text).expect("it was built from objects");
    assert_eq!(payload.crc(), Crc16::Right, "{text}");
    let read: Vec<DataObject<'_>> = payload.objects().collect();
    let (last, read) = read.split_last().expect("the checksum");
    assert_eq!((last.id, payload.last()), (mpm::CRC, *last), "{text}");
    same(&objects, read);
    laws::text(&text);
}

/// The objects that were read are the ones that were written, at every depth.
fn same(drawn: &[Drawn], read: &[DataObject<'_>]) {
    assert_eq!(drawn.len(), read.len(), "{drawn:?}");
    for (drawn, read) in drawn.iter().zip(read) {
        assert_eq!((drawn.id, drawn.value.as_str()), (read.id.number(), read.value));
        if !drawn.objects.is_empty() {
            let inner: Vec<DataObject<'_>> = read.template().iter().flat_map(Template::objects).collect();
            same(&drawn.objects, &inner);
        }
    }
}
