//! How the consignments of a checkout are shipped, and which options are to be chosen for them.

use super::checkout::{Checkout, Consignment, ShippingOption};

/// How a checkout is shipped, as far as the module knows.
#[derive(Debug, Default)]
pub struct Shipping {
    pub checkout: String,
    /// A code of ours makes it free.
    pub free: bool,
    choices: Vec<Choice>,
}

/// How a consignment is shipped.
#[derive(Debug, Default)]
struct Choice {
    consignment: String,
    /// The option that was chosen last, other than a free one; empty when there was none.
    paid: String,
    /// A free option is chosen.
    is_free: bool,
    /// The shopper took another option than the free one.
    is_own: bool,
}

/// An option to choose.
#[derive(Debug, PartialEq, Eq)]
enum Wish<'a> {
    Free,
    This(&'a str),
}

impl Shipping {
    /// What was kept of a checkout.
    pub fn read(text: &str, checkout: &str) -> Self {
        let mut parts = text.split(' ').map(str::to_owned);
        let same = parts.next().as_deref() == Some(checkout);
        let mut choices = Vec::new();
        while let (Some(consignment), Some(paid), Some(own)) =
            (parts.next(), parts.next(), parts.next())
        {
            choices.push(Choice {
                consignment,
                paid,
                is_own: !own.is_empty(),
                ..Choice::default()
            });
        }
        Self {
            checkout: checkout.to_owned(),
            free: same,
            choices: if same { choices } else { Vec::new() },
        }
    }

    /// To be kept: nothing unless a code makes the shipping free.
    pub fn text(&self) -> String {
        let mut text = String::new();
        if self.free {
            text.push_str(&self.checkout);
            for choice in &self.choices {
                let own = if choice.is_own { "own" } else { "" };
                for part in [&choice.consignment, &choice.paid, own] {
                    text.push(' ');
                    text.push_str(part);
                }
            }
        }
        text
    }

    /// Notes what is chosen. `by_page` is the option that the page has just chosen.
    pub fn note(&mut self, found: &Checkout, by_page: Option<&str>) {
        for consignment in found.consignments.iter().flatten() {
            let Some(chosen) = &consignment.chosen else {
                continue;
            };
            let is_it = |choice: &Choice| choice.consignment == consignment.id;
            if !self.choices.iter().any(is_it) {
                self.choices.push(Choice {
                    consignment: consignment.id.clone(),
                    ..Choice::default()
                });
            }
            let Some(choice) = self.choices.iter_mut().find(|choice| is_it(choice)) else {
                continue;
            };
            choice.is_own = !chosen.is_free
                && (choice.is_own || (self.free && choice.is_free && by_page == Some(&chosen.id)));
            choice.is_free = chosen.is_free;
            if !chosen.is_free {
                choice.paid.clone_from(&chosen.id);
            }
        }
    }

    /// What is to be chosen for a consignment, if anything.
    fn wish(&self, consignment: &Consignment) -> Option<Wish<'_>> {
        let mut choices = self.choices.iter();
        let choice = choices.find(|choice| choice.consignment == consignment.id);
        if consignment.is_pickup {
            return None;
        }
        if self.free {
            let is_free = consignment.chosen.as_ref().is_some_and(|one| one.is_free);
            let is_own = choice.is_some_and(|choice| choice.is_own);
            return (!is_free && !is_own).then_some(Wish::Free);
        }
        let paid = &choice?.paid;
        (consignment.chosen.is_none() && !paid.is_empty()).then_some(Wish::This(paid))
    }

    /// Whether an answer tells all that is needed to choose.
    pub fn is_told_by(&self, found: &Checkout) -> bool {
        let told = |one: &Consignment| one.offered.is_some() || self.wish(one).is_none();
        let consignments = found.consignments.as_ref();
        consignments.is_some_and(|all| all.iter().all(told))
    }

    /// The consignments for which an option is to be chosen, and which.
    pub fn picks(&self, found: &Checkout) -> Vec<(String, String)> {
        let pick = |consignment: &Consignment| {
            let wish = self.wish(consignment)?;
            let fits = |option: &&ShippingOption| match wish {
                Wish::Free => option.is_free,
                Wish::This(id) => option.id == id,
            };
            let option = consignment.offered.as_ref()?.iter().find(fits)?;
            Some((consignment.id.clone(), option.id.clone()))
        };
        let consignments = found.consignments.iter().flatten();
        consignments.filter_map(pick).collect()
    }

    /// Once no code makes the shipping free, the next one that does is chosen again.
    pub fn forget_choices(&mut self) {
        for choice in &mut self.choices {
            choice.is_own &= self.free;
        }
    }

    /// Whether the store still offers what was right before the codes changed.
    pub fn is_behind(&self, found: &Checkout, free: bool) -> bool {
        let mut consignments = found.consignments.iter().flatten();
        let chosen = |one: &Consignment| one.chosen.as_ref().is_some_and(|option| option.is_free);
        let missing = |one: &Consignment| {
            let offered = one.offered.as_ref();
            offered.is_some_and(|offered| !offered.iter().any(|option| option.is_free))
        };
        match (self.free, free) {
            (true, false) => consignments.any(chosen),
            (false, true) => consignments.any(missing),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEIGHT: &str = "weight";
    const FLAT: &str = "flat";

    fn option(id: &str) -> ShippingOption {
        ShippingOption {
            id: id.into(),
            is_free: id == "free",
        }
    }

    fn part(id: &str, chosen: Option<&str>, offered: Option<&[&str]>) -> Consignment {
        Consignment {
            id: id.into(),
            chosen: chosen.map(option),
            offered: offered.map(|ids| ids.iter().map(|id| option(id)).collect()),
            is_pickup: false,
        }
    }

    fn with(parts: Vec<Consignment>) -> Checkout {
        Checkout {
            consignments: Some(parts),
            ..Checkout::default()
        }
    }

    fn one(chosen: Option<&str>) -> Checkout {
        with(vec![part("c1", chosen, Some(&["free", WEIGHT, FLAT]))])
    }

    fn free() -> Shipping {
        Shipping {
            checkout: "k".into(),
            free: true,
            choices: Vec::new(),
        }
    }

    fn pick(option: &str) -> Vec<(String, String)> {
        vec![("c1".into(), option.into())]
    }

    #[test]
    fn the_free_option_is_chosen_where_it_is_offered() {
        let shipping = free();
        assert_eq!(shipping.picks(&one(None)), pick("free"));
        assert_eq!(shipping.picks(&one(Some(WEIGHT))), pick("free"));
        assert_eq!(shipping.picks(&one(Some("free"))), []);
        let two = with(vec![
            part("c0", None, Some(&[WEIGHT])),
            part("c1", None, Some(&["free"])),
        ]);
        assert_eq!(shipping.picks(&two), pick("free"));
        let mut fetched = part("c1", None, Some(&["free"]));
        fetched.is_pickup = true;
        assert_eq!(shipping.picks(&with(vec![fetched])), []);
    }

    #[test]
    fn what_is_not_listed_has_to_be_asked_for() {
        let unlisted = |chosen| with(vec![part("c1", chosen, None)]);
        assert!(!free().is_told_by(&unlisted(None)));
        assert!(free().is_told_by(&unlisted(Some("free"))));
        assert!(free().is_told_by(&one(None)));
        assert!(!free().is_told_by(&Checkout::default()));
        assert_eq!(free().picks(&unlisted(None)), []);
    }

    #[test]
    fn the_option_before_the_free_one_is_chosen_again() {
        let mut shipping = free();
        shipping.note(&one(Some(FLAT)), None);
        shipping.note(&one(None), None);
        shipping.note(&one(Some("free")), None);
        shipping.free = false;
        let after = |offered| with(vec![part("c1", None, Some(offered))]);
        assert_eq!(shipping.picks(&after(&[WEIGHT, FLAT])), pick(FLAT));
        assert_eq!(shipping.picks(&after(&[WEIGHT])), []);
        assert_eq!(shipping.picks(&one(Some(WEIGHT))), []);
    }

    #[test]
    fn a_choice_of_the_shopper_stands_until_the_free_one_is_taken() {
        let mut shipping = free();
        shipping.note(&one(Some("free")), None);
        shipping.note(&one(Some(FLAT)), Some(FLAT));
        assert_eq!(shipping.picks(&one(Some(FLAT))), []);
        assert_eq!(shipping.picks(&one(None)), []);
        shipping.note(&one(Some("free")), Some("free"));
        assert_eq!(shipping.picks(&one(None)), pick("free"));
    }

    #[test]
    fn an_option_that_nobody_chose_is_no_choice() {
        let mut shipping = free();
        // The page takes what is recommended where it sees none chosen.
        shipping.note(&one(Some(WEIGHT)), Some(WEIGHT));
        assert_eq!(shipping.picks(&one(Some(WEIGHT))), pick("free"));
        shipping.note(&one(Some("free")), None);
        shipping.note(&one(Some(WEIGHT)), None);
        assert_eq!(shipping.picks(&one(Some(WEIGHT))), pick("free"));
        // Nor is one that was chosen while no code made it free.
        let mut without = Shipping::default();
        without.note(&one(Some("free")), None);
        without.note(&one(Some(FLAT)), Some(FLAT));
        without.free = true;
        assert_eq!(without.picks(&one(Some(FLAT))), pick("free"));
    }

    #[test]
    fn it_is_kept_for_the_next_page() {
        let mut shipping = free();
        shipping.note(&one(Some(FLAT)), None);
        shipping.note(&with(vec![part("c2", Some("free"), None)]), None);
        shipping.note(&with(vec![part("c2", Some(WEIGHT), None)]), Some(WEIGHT));
        shipping.note(&with(vec![part("c3", Some("free"), None)]), None);
        let text = shipping.text();
        assert_eq!(text, "k c1 flat  c2 weight own c3  ");
        let read = Shipping::read(&text, "k");
        assert_eq!(read.text(), text);
        assert!(read.free);
        for (text, checkout) in [(text.as_str(), "other"), ("", "k")] {
            let read = Shipping::read(text, checkout);
            assert!(!read.free && read.choices.is_empty());
            assert_eq!(read.text(), "");
        }
    }

    #[test]
    fn the_store_is_behind_a_code_that_came_or_left() {
        let without = with(vec![part("c1", Some(WEIGHT), Some(&[WEIGHT]))]);
        let shipping = Shipping::default();
        assert!(shipping.is_behind(&without, true));
        assert!(!shipping.is_behind(&without, false));
        assert!(!shipping.is_behind(&one(None), true));
        assert!(free().is_behind(&one(Some("free")), false));
        assert!(!free().is_behind(&one(None), false));
        assert!(!free().is_behind(&without, true));
    }
}
