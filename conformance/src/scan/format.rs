//! What kind of image bytes are, told by how they begin, never by a file's name.

use serde::{Deserialize, Serialize};

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    Png,
    Jpeg,
    Webp,
    Gif,
    Bmp,
    Svg,
    Pdf,
}

/// Bytes in which an SVG has to name its root, behind declarations and comments.
pub(crate) const HEAD: usize = 4096;

impl Format {
    /// The format of bytes, of which the first `HEAD` suffice.
    pub(crate) fn of(octets: &[u8]) -> Option<Self> {
        let begins = |magic: &[u8]| octets.starts_with(magic);
        match octets {
            _ if begins(b"\x89PNG\r\n\x1A\n") => Some(Self::Png),
            _ if begins(b"\xFF\xD8\xFF") => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ if begins(b"GIF87a") || begins(b"GIF89a") => Some(Self::Gif),
            // Two letters are few: the reserved bytes are 0, and the second header says its length.
            [b'B', b'M', _, _, _, _, 0, 0, 0, 0, _, _, _, _, 12 | 40..=124, 0, 0, 0, ..] => Some(Self::Bmp),
            _ if begins(b"%PDF-") => Some(Self::Pdf),
            _ if is_svg(octets) => Some(Self::Svg),
            _ => None,
        }
    }

    /// Its name for a person.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Webp => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Svg => "SVG",
            Self::Pdf => "PDF",
        }
    }
}

/// Whether bytes are XML whose root is `svg`, as far as the head tells.
fn is_svg(octets: &[u8]) -> bool {
    let head = octets.get(..HEAD).unwrap_or(octets);
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let roots: [&[u8]; 2] = [b"<svg", b":svg"];
    head.starts_with(b"<") && roots.iter().any(|root| head.windows(4).any(|window| window == *root))
}

/// Why bytes are no image that is read, and what to do.
pub(crate) fn unknown(octets: &[u8]) -> String {
    let begins = |magic: &[u8]| octets.starts_with(magic);
    let kind = match octets {
        [] => return "the file is empty".to_owned(),
        _ if begins(b"\x1F\x8B") => "it is compressed: unpack it first",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => {
            "it is a HEIC, AVIF or film: save the picture as JPEG or PNG"
        }
        _ if begins(b"II*\0") || begins(b"MM\0*") => "it is a TIFF: save it as PNG",
        _ if begins(b"PK\x03\x04") => "it is an archive or an office document: save the picture as PNG",
        _ => "give a PNG, JPEG, WebP, GIF, BMP, SVG or PDF file",
    };
    format!("the file is no image of a kind that is read: {kind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(octets: &[u8], expected: Option<&str>) {
        assert_eq!(Format::of(octets).map(Format::name), expected, "{}", octets.escape_ascii());
    }

    #[test]
    fn bytes_say_what_they_are() {
        check(b"\x89PNG\r\n\x1A\n", Some("PNG"));
        check(b"\x89PNG\n\x1A\n", None);
        check(b"\xFF\xD8\xFF\xE0", Some("JPEG"));
        check(b"RIFF\0\0\0\0WEBPVP8 ", Some("WebP"));
        check(b"RIFF\0\0\0\0WAVE", None);
        check(b"GIF89a", Some("GIF"));
        check(b"BM\x1A\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Some("BMP"));
        check(b"BMW is a car, and not a picture", None);
        check(b"%PDF-1.7", Some("PDF"));
        check(b"\xEF\xBB\xBF <?xml version='1.0'?><!-- <a> --><svg xmlns='x'/>", Some("SVG"));
        check(b"<?xml version='1.0'?><s:svg xmlns:s='x'/>", Some("SVG"));
        check(b"<html><body>", None);
        check(&[b"<!--".as_slice(), &[b' '; HEAD], b"--><svg/>"].concat(), None);
        check(b"", None);
        check(b"000201", None);
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        for (octets, words) in [
            (&b""[..], "empty"),
            (b"\x1F\x8B\x08", "unpack"),
            (b"\0\0\0\x18ftypheic", "save the picture as JPEG or PNG"),
            (b"000201", "give a PNG"),
        ] {
            assert!(unknown(octets).contains(words), "{}", unknown(octets));
        }
    }
}
