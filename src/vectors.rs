//! The canonical test vectors, as they stand in `vectors/`: for a runner that is to work without any file.
//!
//! The form of a file is written down in `vectors/README.md` and `vectors/schema.json`.

/// The edition of the vectors: a vector that changes raises its `rev`, and any change of the set raises this.
pub const EDITION: &str = "1";

/// Every file, by its name in `vectors/`.
///
/// ```
/// let (name, text) = upqr::vectors::FILES[0];
/// assert_eq!(name, "check-rules.json");
/// assert!(text.starts_with("{\n"));
/// ```
pub const FILES: [(&str, &str); 18] = [
    ("check-rules.json", include_str!("../vectors/check-rules.json")),
    ("check.json", include_str!("../vectors/check.json")),
    ("decode.json", include_str!("../vectors/decode.json")),
    ("encode.json", include_str!("../vectors/encode.json")),
    ("generated-check.json", include_str!("../vectors/generated-check.json")),
    ("generated-decode.json", include_str!("../vectors/generated-decode.json")),
    ("generated-encode.json", include_str!("../vectors/generated-encode.json")),
    ("generated-evaluate.json", include_str!("../vectors/generated-evaluate.json")),
    ("generated-recognise.json", include_str!("../vectors/generated-recognise.json")),
    ("generated-restore.json", include_str!("../vectors/generated-restore.json")),
    ("generated-roundtrip.json", include_str!("../vectors/generated-roundtrip.json")),
    ("generated-unify.json", include_str!("../vectors/generated-unify.json")),
    ("recognise.json", include_str!("../vectors/recognise.json")),
    ("render.json", include_str!("../vectors/render.json")),
    ("restore.json", include_str!("../vectors/restore.json")),
    ("roundtrip.json", include_str!("../vectors/roundtrip.json")),
    ("scan.json", include_str!("../vectors/scan.json")),
    ("unify.json", include_str!("../vectors/unify.json")),
];

/// Every picture that vectors are about, by its name in `vectors/images/`.
pub const IMAGES: [(&str, &[u8]); 80] = [
    ("black.png", include_bytes!("../vectors/images/black.png")),
    ("blank.png", include_bytes!("../vectors/images/blank.png")),
    ("bmp.bmp", include_bytes!("../vectors/images/bmp.bmp")),
    ("byte-order-mark.png", include_bytes!("../vectors/images/byte-order-mark.png")),
    ("centres.png", include_bytes!("../vectors/images/centres.png")),
    ("character-divided.png", include_bytes!("../vectors/images/character-divided.png")),
    ("chessboard.png", include_bytes!("../vectors/images/chessboard.png")),
    ("chinese-without-eci.png", include_bytes!("../vectors/images/chinese-without-eci.png")),
    ("chinese.png", include_bytes!("../vectors/images/chinese.png")),
    ("contrast-35.png", include_bytes!("../vectors/images/contrast-35.png")),
    ("contrast-grey.png", include_bytes!("../vectors/images/contrast-grey.png")),
    ("digits.png", include_bytes!("../vectors/images/digits.png")),
    ("dots.png", include_bytes!("../vectors/images/dots.png")),
    ("eci-3.png", include_bytes!("../vectors/images/eci-3.png")),
    ("eci-899.png", include_bytes!("../vectors/images/eci-899.png")),
    ("empty.png", include_bytes!("../vectors/images/empty.png")),
    ("errors-10.png", include_bytes!("../vectors/images/errors-10.png")),
    ("errors-11.png", include_bytes!("../vectors/images/errors-11.png")),
    ("errors-18.png", include_bytes!("../vectors/images/errors-18.png")),
    ("filled-twice.png", include_bytes!("../vectors/images/filled-twice.png")),
    ("finders-alone.png", include_bytes!("../vectors/images/finders-alone.png")),
    ("fnc1.png", include_bytes!("../vectors/images/fnc1.png")),
    ("gbk-with-eci.png", include_bytes!("../vectors/images/gbk-with-eci.png")),
    ("gbk-without-eci.png", include_bytes!("../vectors/images/gbk-without-eci.png")),
    ("gif-animated.gif", include_bytes!("../vectors/images/gif-animated.gif")),
    ("gif.gif", include_bytes!("../vectors/images/gif.gif")),
    ("halves-below.png", include_bytes!("../vectors/images/halves-below.png")),
    ("halves-beside.png", include_bytes!("../vectors/images/halves-beside.png")),
    ("hanzi.png", include_bytes!("../vectors/images/hanzi.png")),
    ("inverted-mirrored-turned.png", include_bytes!("../vectors/images/inverted-mirrored-turned.png")),
    ("inverted.png", include_bytes!("../vectors/images/inverted.png")),
    ("jpeg-turned.jpg", include_bytes!("../vectors/images/jpeg-turned.jpg")),
    ("jpeg.jpg", include_bytes!("../vectors/images/jpeg.jpg")),
    ("kanji-on-utf-8.png", include_bytes!("../vectors/images/kanji-on-utf-8.png")),
    ("line-end.png", include_bytes!("../vectors/images/line-end.png")),
    ("link.png", include_bytes!("../vectors/images/link.png")),
    ("micro.png", include_bytes!("../vectors/images/micro.png")),
    ("mirrored.png", include_bytes!("../vectors/images/mirrored.png")),
    ("mixed.png", include_bytes!("../vectors/images/mixed.png")),
    ("nested.png", include_bytes!("../vectors/images/nested.png")),
    ("no-format.png", include_bytes!("../vectors/images/no-format.png")),
    ("no-terminator.png", include_bytes!("../vectors/images/no-terminator.png")),
    ("noise.png", include_bytes!("../vectors/images/noise.png")),
    ("nul.png", include_bytes!("../vectors/images/nul.png")),
    ("one-inverted.png", include_bytes!("../vectors/images/one-inverted.png")),
    ("other-padding.png", include_bytes!("../vectors/images/other-padding.png")),
    ("payload-level-h.png", include_bytes!("../vectors/images/payload-level-h.png")),
    ("payload-level-q.png", include_bytes!("../vectors/images/payload-level-q.png")),
    ("payload-mixed.png", include_bytes!("../vectors/images/payload-mixed.png")),
    ("payload-three.png", include_bytes!("../vectors/images/payload-three.png")),
    ("payload.png", include_bytes!("../vectors/images/payload.png")),
    ("pixel-a-module.png", include_bytes!("../vectors/images/pixel-a-module.png")),
    ("pixel.png", include_bytes!("../vectors/images/pixel.png")),
    ("png-16-bits.png", include_bytes!("../vectors/images/png-16-bits.png")),
    ("png-beyond-limit.png", include_bytes!("../vectors/images/png-beyond-limit.png")),
    ("png-cut-in-head.png", include_bytes!("../vectors/images/png-cut-in-head.png")),
    ("png-cut-in-pixels.png", include_bytes!("../vectors/images/png-cut-in-pixels.png")),
    ("png-huge.png", include_bytes!("../vectors/images/png-huge.png")),
    ("png-transparent.png", include_bytes!("../vectors/images/png-transparent.png")),
    ("png-with-more-behind.png", include_bytes!("../vectors/images/png-with-more-behind.png")),
    ("quiet-zone-0.png", include_bytes!("../vectors/images/quiet-zone-0.png")),
    ("quiet-zone-1.png", include_bytes!("../vectors/images/quiet-zone-1.png")),
    ("quiet-zone-2.png", include_bytes!("../vectors/images/quiet-zone-2.png")),
    ("smallest.png", include_bytes!("../vectors/images/smallest.png")),
    ("structured-append.png", include_bytes!("../vectors/images/structured-append.png")),
    ("text.png", include_bytes!("../vectors/images/text.png")),
    ("transfer-version-14.png", include_bytes!("../vectors/images/transfer-version-14.png")),
    ("transfer.png", include_bytes!("../vectors/images/transfer.png")),
    ("turned-180.png", include_bytes!("../vectors/images/turned-180.png")),
    ("turned-270.png", include_bytes!("../vectors/images/turned-270.png")),
    ("turned-30.png", include_bytes!("../vectors/images/turned-30.png")),
    ("turned-90.png", include_bytes!("../vectors/images/turned-90.png")),
    ("twice.png", include_bytes!("../vectors/images/twice.png")),
    ("two-and-a-half-pixels.png", include_bytes!("../vectors/images/two-and-a-half-pixels.png")),
    ("two-sizes.png", include_bytes!("../vectors/images/two-sizes.png")),
    ("two.png", include_bytes!("../vectors/images/two.png")),
    ("upper-case.png", include_bytes!("../vectors/images/upper-case.png")),
    ("version-25.png", include_bytes!("../vectors/images/version-25.png")),
    ("version-40.png", include_bytes!("../vectors/images/version-40.png")),
    ("webp.webp", include_bytes!("../vectors/images/webp.webp")),
];

/// What belongs to the vectors without being any: their schema and how to read them.
pub const PAPERS: [(&str, &str); 2] = [
    ("README.md", include_str!("../vectors/README.md")),
    ("schema.json", include_str!("../vectors/schema.json")),
];

/// The chapters of the standard, whose requirements the vectors name and whose examples have their form.
pub const CHAPTERS: [(&str, &str); 16] = [
    ("01-conformance.md", include_str!("../spec/01-conformance.md")),
    ("02-data-objects.md", include_str!("../spec/02-data-objects.md")),
    ("03-merchant-presented.md", include_str!("../spec/03-merchant-presented.md")),
    ("04-carriage.md", include_str!("../spec/04-carriage.md")),
    ("05-canonical.md", include_str!("../spec/05-canonical.md")),
    ("06-consumer-presented.md", include_str!("../spec/06-consumer-presented.md")),
    ("07-recognition.md", include_str!("../spec/07-recognition.md")),
    ("08-dispositions.md", include_str!("../spec/08-dispositions.md")),
    ("09-security.md", include_str!("../spec/09-security.md")),
    ("10-registry.md", include_str!("../spec/10-registry.md")),
    ("11-errors.md", include_str!("../spec/11-errors.md")),
    ("12-examples.md", include_str!("../spec/12-examples.md")),
    ("13-schemes.md", include_str!("../spec/13-schemes.md")),
    ("14-symbol.md", include_str!("../spec/14-symbol.md")),
    ("15-terms.md", include_str!("../spec/15-terms.md")),
    ("adapter-protocol.md", include_str!("../spec/adapter-protocol.md")),
];
