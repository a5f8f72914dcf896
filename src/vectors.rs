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
pub const FILES: [(&str, &str); 15] = [
    ("check-rules.json", include_str!("../vectors/check-rules.json")),
    ("check.json", include_str!("../vectors/check.json")),
    ("decode.json", include_str!("../vectors/decode.json")),
    ("encode.json", include_str!("../vectors/encode.json")),
    ("generated-check.json", include_str!("../vectors/generated-check.json")),
    ("generated-decode.json", include_str!("../vectors/generated-decode.json")),
    ("generated-encode.json", include_str!("../vectors/generated-encode.json")),
    ("generated-recognise.json", include_str!("../vectors/generated-recognise.json")),
    ("generated-restore.json", include_str!("../vectors/generated-restore.json")),
    ("generated-roundtrip.json", include_str!("../vectors/generated-roundtrip.json")),
    ("generated-unify.json", include_str!("../vectors/generated-unify.json")),
    ("recognise.json", include_str!("../vectors/recognise.json")),
    ("restore.json", include_str!("../vectors/restore.json")),
    ("roundtrip.json", include_str!("../vectors/roundtrip.json")),
    ("unify.json", include_str!("../vectors/unify.json")),
];

/// What belongs to the vectors without being any: their schema and how to read them.
pub const PAPERS: [(&str, &str); 2] = [
    ("README.md", include_str!("../vectors/README.md")),
    ("schema.json", include_str!("../vectors/schema.json")),
];

/// The chapters of the standard, whose requirements the vectors name and whose examples have their form.
pub const CHAPTERS: [(&str, &str); 14] = [
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
    ("adapter-protocol.md", include_str!("../spec/adapter-protocol.md")),
];
