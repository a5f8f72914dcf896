//! Data objects as chapter 2 defines them, composed and read without the library: where a claim knows the bytes, it knows them from here.

/// A data object.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) id: String,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Plain(String),
    Template(Vec<Object>),
}

pub(crate) fn plain(id: &str, value: impl Into<String>) -> Object {
    Object { id: id.to_owned(), content: Content::Plain(value.into()) }
}

pub(crate) fn template(id: &str, objects: Vec<Object>) -> Object {
    Object { id: id.to_owned(), content: Content::Template(objects) }
}

impl Object {
    pub(crate) fn value(&self) -> String {
        match &self.content {
            Content::Plain(value) => value.clone(),
            Content::Template(objects) => text(objects),
        }
    }

    pub(crate) fn objects(&self) -> &[Self] {
        match &self.content {
            Content::Plain(_) => &[],
            Content::Template(objects) => objects,
        }
    }

    fn text(&self) -> String {
        object(&self.id, &self.value())
    }

    /// As vectors show it: `id=value`, and templates as `id{...}`.
    fn shown(&self) -> String {
        match &self.content {
            Content::Plain(value) => format!("{}={value}", self.id),
            Content::Template(objects) => {
                let inner: Vec<String> = objects.iter().map(Self::shown).collect();
                format!("{}{{{}}}", self.id, inner.join(","))
            }
        }
    }
}

/// An object whose length counts characters.
pub(crate) fn object(id: &str, value: &str) -> String {
    format!("{id}{:02}{value}", value.chars().count())
}

pub(crate) fn text(objects: &[Object]) -> String {
    objects.iter().map(Object::text).collect()
}

/// A payload with a right CRC at its end.
pub(crate) fn sealed(objects: &[Object]) -> String {
    seal(&text(objects))
}

/// A text with object 63 and a right CRC behind it.
pub(crate) fn seal(text: &str) -> String {
    let text = format!("{text}6304");
    let crc = crc(0xFFFF, text.as_bytes());
    format!("{text}{crc:04X}")
}

/// A payload whose last eight characters are its CRC, with the CRC computed anew.
pub(crate) fn sealed_again(text: &str) -> String {
    seal(text.get(..text.len().saturating_sub(8)).unwrap_or_default())
}

/// CRC-16 with the polynomial 0x1021, bit by bit.
pub(crate) fn crc(initial: u16, octets: &[u8]) -> u16 {
    octets.iter().fold(initial, |crc, octet| {
        let crc = crc ^ (u16::from(*octet) << 8);
        (0..8).fold(crc, |crc, _| if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 })
    })
}

/// The objects as vectors show them, with the CRC that `sealed` gives.
pub(crate) fn shown(objects: &[Object]) -> Vec<String> {
    let sealed = sealed(objects);
    let crc = sealed.get(sealed.len().saturating_sub(4)..).unwrap_or_default();
    objects.iter().map(Object::shown).chain([format!("63={crc}")]).collect()
}

/// Where an object stands, in bytes: its ID, its length, its value, and the first byte behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) id: usize,
    pub(crate) length: usize,
    pub(crate) value: usize,
    pub(crate) end: usize,
}

/// The place of the first object of these IDs, one for each level.
pub(crate) fn place(objects: &[Object], path: &[&str]) -> Place {
    let mut objects = objects;
    let mut start: usize = 0;
    let mut found = None;
    for wanted in path {
        let before: usize =
            objects.iter().take_while(|object| object.id != *wanted).map(|object| object.text().len()).sum();
        let object = objects
            .iter()
            .find(|object| object.id == *wanted)
            .expect("a mutation names an object of its parent");
        let id = start.saturating_add(before);
        let value = id.saturating_add(4);
        let end = id.saturating_add(object.text().len());
        found = Some(Place { id, length: id.saturating_add(2), value, end });
        (objects, start) = (object.objects(), value);
    }
    found.expect("a path names an object")
}

/// The root objects of a text, or the code and offset of the first fault: clauses 2.1 and 11.1.
pub(crate) fn read(text: &str) -> Result<Vec<(String, String)>, (&'static str, usize)> {
    let mut rest = text.char_indices().peekable();
    let mut objects = Vec::new();
    let end = text.len();
    let two_digits = |rest: &mut std::iter::Peekable<std::str::CharIndices<'_>>, code| {
        let mut digits = String::new();
        for _ in 0..2 {
            match rest.next_if(|(_, c)| c.is_ascii_digit()) {
                Some((_, digit)) => digits.push(digit),
                None => return Err((code, rest.peek().map_or(end, |(offset, _)| *offset))),
            }
        }
        Ok(digits)
    };
    while rest.peek().is_some() {
        let id = two_digits(&mut rest, "id")?;
        let at = rest.peek().map_or(end, |(offset, _)| *offset);
        let length: usize = two_digits(&mut rest, "length")?.parse().unwrap_or(0);
        let value: String = rest.by_ref().take(length).map(|(_, c)| c).collect();
        if value.chars().count() < length {
            return Err(("overrun", at));
        }
        objects.push((id, value));
    }
    if objects.is_empty() { Err(("empty", 0)) } else { Ok(objects) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_composed_and_found() {
        let objects = [plain("00", "01"), template("26", vec![plain("00", "a.é"), plain("02", "xyz")])];
        assert_eq!(text(&objects), "00020126140003a.é0203xyz");
        assert_eq!(place(&objects, &["26", "02"]), Place { id: 18, length: 20, value: 22, end: 25 });
        assert_eq!(shown(&objects), ["00=01", "26{00=a.é,02=xyz}", "63=8F97"]);
        assert_eq!(crc(0xFFFF, b"123456789"), 0x29B1);
    }

    #[test]
    fn a_text_is_read_up_to_its_first_fault() {
        for (text, read_as) in [
            ("", Err(("empty", 0))),
            ("0002", Err(("overrun", 2))),
            ("000201é", Err(("id", 6))),
            ("0002015", Err(("id", 7))),
            ("000201590é", Err(("length", 9))),
            ("5901é0100", Ok(vec![("59".to_owned(), "é".to_owned()), ("01".to_owned(), String::new())])),
        ] {
            assert_eq!(read(text), read_as, "{text}");
        }
    }
}
