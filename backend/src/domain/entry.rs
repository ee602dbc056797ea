//! What the shopper types into the box, and in which ways it can be read.
//!
//! A code may have spaces, and spaces may stand between codes; a phone turns `-` into `–`, a copied
//! text brings characters that nobody sees. So an entry is a list of parts, each with its readings in
//! the order in which they are tried. What was typed goes before what may have been meant. A reading
//! counts if Voucherify knows one of its codes: until then nothing of it is held.

use super::{
    Code, CodeError,
    codes::{MAX_CHARACTERS, MOST_CODES},
    typed_text::{is_between, is_card_in_groups, mended, one_spaced, visible},
};

/// An entry, as far as it has been read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    parts: Vec<Part>,
    /// All of a list as one code, for the case that none of its codes is known.
    whole: Option<Part>,
    /// The list, where it is read as one code.
    list: Vec<Part>,
    /// Codes that the checkout holds.
    held: Vec<Code>,
    /// Codes that Voucherify does not know.
    unknown: Vec<Code>,
}

/// One stretch of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    /// The readings that are left, at least one; the first is tried now.
    readings: Vec<Vec<Code>>,
    /// What a refusal of it as a whole is about.
    name: Code,
}

impl Entry {
    /// Takes an entry. A comma, a semicolon or the end of a line says that it is a list. Without one
    /// it may be a single code with spaces, and that is tried first.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let text = visible(text);
        if text.trim().chars().count() > MAX_CHARACTERS {
            return Err(CodeError::TooLong);
        }
        let stretches = text.split(is_between).map(one_spaced);
        let stretches: Vec<String> = stretches.filter(|stretch| !stretch.is_empty()).collect();
        let is_list = stretches.len() > 1;
        let mut entry = Self::default();
        for stretch in &stretches {
            let part = Part::parse(stretch, is_list)?;
            if !entry.parts.contains(&part) {
                entry.parts.push(part);
            }
        }
        if is_list {
            entry.whole = Part::one_code(&one_spaced(&text)).ok();
        }
        let most = |part: &Part| part.readings.iter().map(Vec::len).max();
        match entry.parts.iter().filter_map(most).sum() {
            0 => Err(CodeError::Empty),
            1..=MOST_CODES => Ok(entry),
            _ => Err(CodeError::TooMany),
        }
    }

    /// The codes of the present reading, in the order in which they were typed.
    #[must_use]
    pub fn codes(&self) -> Vec<Code> {
        let readings = self.parts.iter().filter_map(|part| part.readings.first());
        distinct(readings.flatten())
    }

    /// Those of them that the checkout does not hold.
    #[must_use]
    pub fn new_codes(&self) -> Vec<Code> {
        self.not_held(self.codes())
    }

    /// The codes of every reading that is left, but for those that the checkout holds.
    #[must_use]
    pub fn all_new_codes(&self) -> Vec<Code> {
        self.not_held(self.all_codes())
    }

    fn not_held(&self, mut codes: Vec<Code>) -> Vec<Code> {
        codes.retain(|code| !self.held.contains(code));
        codes
    }

    /// The codes of every reading that is left.
    #[must_use]
    pub fn all_codes(&self) -> Vec<Code> {
        let parts = self.parts.iter().chain(&self.whole);
        distinct(parts.flat_map(|part| &part.readings).flatten())
    }

    /// A single code that is read otherwise if it is not known.
    #[must_use]
    pub fn uncertain(&self) -> Option<Code> {
        let mut open = self.parts.iter().filter(|part| part.readings.len() > 1);
        open.find_map(|part| match part.readings.first()?.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        })
    }

    /// The checkout holds some codes: the parts that can be read as these are meant so.
    pub fn are_held(&mut self, is_held: impl Fn(&Code) -> bool) {
        self.held = self.all_codes();
        self.held.retain(&is_held);
        self.decide(is_held);
    }

    /// Voucherify knows this code: its part is meant so.
    pub fn is_known(&mut self, code: &Code) {
        self.decide(|own| own == code);
    }

    fn decide(&mut self, is_meant: impl Fn(&Code) -> bool) {
        for part in &mut self.parts {
            let mut readings = part.readings.iter();
            if let Some(at) = readings.position(|codes| codes.iter().all(&is_meant)) {
                part.readings = vec![part.readings.swap_remove(at)];
                self.whole = None;
            }
        }
    }

    /// A code is another one's name in a project that ignores case.
    pub fn respell(&mut self, typed: &Code, own: &Code) {
        let readings = self.parts.iter_mut().flat_map(|part| &mut part.readings);
        for code in readings.flatten().filter(|code| *code == typed) {
            code.clone_from(own);
        }
    }

    /// Voucherify does not know these codes: what can be read otherwise is.
    pub fn are_unknown(&mut self, codes: impl IntoIterator<Item = Code>) {
        self.unknown.extend(codes);
        for part in &mut self.parts {
            while part.readings.len() > 1 && part.is_unknown(&self.unknown) {
                part.readings.remove(0);
            }
        }
        if self.parts.iter().all(|part| part.is_unknown(&self.unknown))
            && let Some(whole) = self.whole.take()
        {
            self.list = std::mem::replace(&mut self.parts, vec![whole]);
        }
    }

    /// What a refusal of this code is about. None if it says nothing to the shopper: readings that
    /// were given up are not told, and a part of which nothing is known is told once.
    #[must_use]
    pub fn told_as(&self, code: &Code) -> Option<&Code> {
        let is_unknown = self.parts.iter().all(|part| part.is_unknown(&self.unknown));
        let parts = match self.list.as_slice() {
            list @ [_, ..] if is_unknown => list,
            _ => &self.parts,
        };
        let reading = |part: &Part| part.readings.first().cloned().unwrap_or_default();
        let part = parts.iter().find(|part| reading(part).contains(code))?;
        let codes = part.readings.first()?;
        if part.is_unknown(&self.unknown) {
            return (codes.first() == Some(code)).then_some(&part.name);
        }
        codes.iter().find(|own| *own == code)
    }
}

impl Part {
    /// A stretch with single spaces.
    fn parse(stretch: &str, in_list: bool) -> Result<Self, CodeError> {
        let mut part = Self::one_code(stretch)?;
        let mended = mended(stretch);
        let words: Result<Vec<Code>, _> = mended.split(' ').map(Code::parse).collect();
        if let Ok(words) = words
            && words.len() > 1
        {
            let at = if in_list { 0 } else { part.readings.len() };
            part.readings.insert(at, distinct(&words));
        }
        Ok(part)
    }

    /// The same as a single code, in every reading.
    fn one_code(stretch: &str) -> Result<Self, CodeError> {
        let name = Code::parse(stretch)?;
        let mended = mended(stretch);
        let groups: Vec<&str> = mended.split(' ').collect();
        let card = is_card_in_groups(&groups).then(|| groups.concat());
        let meant = [Some(&mended), card.as_ref()].into_iter().flatten();
        let meant = meant.filter_map(|text| Code::parse(text).ok());
        let codes: Vec<Code> = [name.clone()].into_iter().chain(meant).collect();
        let readings = distinct(&codes).into_iter().map(|code| vec![code]);
        Ok(Self {
            readings: readings.collect(),
            name,
        })
    }

    /// Whether no code of the present reading is known.
    fn is_unknown(&self, unknown: &[Code]) -> bool {
        let mut codes = self.readings.iter().take(1).flatten();
        codes.all(|code| unknown.contains(code))
    }
}

fn distinct<'a, T: Clone + PartialEq + 'a>(all: impl IntoIterator<Item = &'a T>) -> Vec<T> {
    let mut distinct = Vec::new();
    for one in all {
        if !distinct.contains(one) {
            distinct.push(one.clone());
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        Code::parse(text).unwrap()
    }

    fn texts(codes: &[Code]) -> Vec<&str> {
        codes.iter().map(Code::as_str).collect()
    }

    /// The readings of an entry of which nothing is known, one after the other.
    fn readings(text: &str) -> Vec<Vec<String>> {
        let mut entry = Entry::parse(text).unwrap();
        let mut readings: Vec<Vec<String>> = Vec::new();
        loop {
            let codes = entry.codes();
            let reading: Vec<String> = codes.iter().map(ToString::to_string).collect();
            if readings.last() == Some(&reading) {
                return readings;
            }
            readings.push(reading);
            entry.are_unknown(codes);
        }
    }

    #[test]
    fn a_plain_code_has_one_reading() {
        for text in ["SAVE10", "DON'T10", "10€OFF", "割引", "SAVE🎉"] {
            assert_eq!(readings(&format!(" {text}\u{a0}")), [[text]]);
        }
        // What nobody sees is no reading of its own.
        assert_eq!(
            readings("\u{feff}SA\u{200b}VE\u{ad}1\u{200d}0\u{200e}"),
            [["SAVE10"]]
        );
        assert_eq!(readings("👩\u{200d}💻"), [["👩\u{200d}💻"]]);
    }

    #[test]
    fn what_a_phone_or_a_copy_made_of_a_code_is_read_as_typed_and_then_as_meant() {
        for (typed, meant) in [
            ("10\u{2013}OFF", "10-OFF"),
            ("10\u{2011}OFF", "10-OFF"),
            ("10\u{2212}OFF", "10-OFF"),
            ("DON\u{2019}T10", "DON'T10"),
            ("\u{201c}A\u{201d}", "\"A\""),
            ("ＳＡＶＥ１０", "SAVE10"),
            ("CAFE\u{301}", "CAF\u{c9}"),
        ] {
            assert_eq!(readings(typed), [[typed], [meant]]);
        }
    }

    #[test]
    fn spaces_are_part_of_a_code_or_between_codes() {
        assert_eq!(
            readings("cat \u{3000} bird"),
            [vec!["cat bird"], vec!["cat", "bird"]]
        );
        assert_eq!(
            readings("ABCD EFGH JKMN"),
            [
                vec!["ABCD EFGH JKMN"],
                vec!["ABCDEFGHJKMN"],
                vec!["ABCD", "EFGH", "JKMN"]
            ]
        );
        assert_eq!(
            readings("a\u{2013}b c"),
            [vec!["a\u{2013}b c"], vec!["a-b c"], vec!["a-b", "c"]]
        );
    }

    #[test]
    fn a_list_is_read_as_its_codes_and_at_last_as_one_code() {
        for list in [
            "A, B C",
            "A;B C",
            "A\r\nB C",
            "A\u{2028}B\u{a0}C",
            "A、B C,",
        ] {
            let entry = Entry::parse(list).unwrap();
            assert_eq!(texts(&entry.codes()), ["A", "B", "C"], "{list:?}");
        }
        assert_eq!(
            readings("5,00 OFF"),
            [
                vec!["5", "00", "OFF"],
                vec!["5", "00 OFF"],
                vec!["5,00 OFF"],
            ]
        );
        // The end of a line may have come with copying.
        assert_eq!(readings("A\nB"), [vec!["A", "B"], vec!["A B"]]);
        assert_eq!(
            readings(" GIFT50,GIFT25 , GIFT50 ").remove(0),
            ["GIFT50", "GIFT25"]
        );
    }

    #[test]
    fn refuses_what_holds_no_code() {
        for text in ["", " , ; \n", "\u{200b}", "\u{feff}\u{2060}"] {
            assert_eq!(Entry::parse(text), Err(CodeError::Empty), "{text:?}");
        }
        for text in [".", "..", "A,..", "A\u{0}", "A\u{1b}[2J,B"] {
            assert_eq!(Entry::parse(text), Err(CodeError::Impossible), "{text:?}");
        }
        let many: Vec<String> = (0..31).map(|n| n.to_string()).collect();
        for between in [",", " ", "\n"] {
            assert_eq!(Entry::parse(&many.join(between)), Err(CodeError::TooMany));
        }
        assert_eq!(Entry::parse(&"A".repeat(201)), Err(CodeError::TooLong));
    }

    #[test]
    fn what_is_not_known_is_told_once_and_by_what_was_typed() {
        let told = |entry: &Entry, text| entry.told_as(&code(text)).map(ToString::to_string);
        let mut entry = Entry::parse("cat bird").unwrap();
        entry.are_unknown([code("cat bird")]);
        entry.are_unknown([code("cat")]);
        // `bird` is known: then `cat` is what is wrong.
        assert_eq!(told(&entry, "cat").as_deref(), Some("cat"));
        assert_eq!(told(&entry, "cat bird"), None);
        entry.are_unknown([code("bird")]);
        assert_eq!(told(&entry, "cat").as_deref(), Some("cat bird"));
        assert_eq!(told(&entry, "bird"), None);

        let mut list = Entry::parse("5,00€").unwrap();
        list.are_unknown([code("5"), code("00€")]);
        assert_eq!(texts(&list.codes()), ["5,00€"]);
        assert_eq!(told(&list, "5"), None, "the whole may be known");
        list.are_unknown([code("5,00€")]);
        assert_eq!(told(&list, "5").as_deref(), Some("5"));
        assert_eq!(told(&list, "00€").as_deref(), Some("00€"));
        assert_eq!(told(&list, "5,00€"), None);
    }

    #[test]
    fn what_the_checkout_holds_is_what_is_meant() {
        let mut entry = Entry::parse("a\u{2013}b").unwrap();
        entry.are_held(|code| code.as_str() == "a-b");
        assert_eq!(texts(&entry.codes()), ["a-b"]);
        assert!(entry.new_codes().is_empty());
        assert_eq!(entry.uncertain(), None);
        entry.respell(&code("a-b"), &code("A-B"));
        assert_eq!(texts(&entry.codes()), ["A-B"]);
    }
}
