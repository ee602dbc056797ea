//! A typed text, before it is known which codes are in it.

use unicode_normalization::UnicodeNormalization;

use super::codes::is_invisible;

/// Whether these are the groups of one number, as cards have them: at least three, equally long.
pub(super) fn is_card_in_groups(words: &[&str]) -> bool {
    let length = |word: &&str| word.chars().count();
    let first = words.first().map_or(0, length);
    words.len() >= 3 && first >= 3 && words.iter().all(|word| length(word) == first)
}

/// Without what nobody sees. The joiners of Persian and of emoji stand between their like.
pub(super) fn visible(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let is_foreign = |at: Option<usize>| {
        let character = at.and_then(|at| characters.get(at));
        character.is_some_and(|character| !character.is_ascii() && !character.is_whitespace())
    };
    let kept = |(at, &character): (usize, &char)| match character {
        '\u{2028}' | '\u{2029}' => Some('\n'),
        '\u{200c}' | '\u{200d}' => {
            (is_foreign(at.checked_sub(1)) && is_foreign(Some(at + 1))).then_some(character)
        }
        other => (!is_invisible(other)).then_some(other),
    };
    characters.iter().enumerate().filter_map(kept).collect()
}

/// What stands between the codes of a list.
pub(super) fn is_between(character: char) -> bool {
    matches!(
        character,
        ',' | ';' | '，' | '、' | '；' | '،' | '؛' | '\t'..='\r' | '\u{85}'
    )
}

/// White space of any kind as single spaces.
pub(super) fn one_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What may have been meant: dashes and quotes as keyboards have them, full-width forms as plain
/// ones, letters composed.
pub(super) fn mended(text: &str) -> String {
    let plain = |character| match character {
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{2d7}' => '-',
        '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2bc}' | '\u{b4}' | '`' => '\'',
        '\u{201c}'..='\u{201f}' | '\u{2033}' => '"',
        other => other,
    };
    one_spaced(&text.chars().map(plain).nfkc().collect::<String>())
}
