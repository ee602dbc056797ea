//! How many native coupons a checkout has for codes, and whether each code finds a place in one.
//!
//! Where the store runs the first rule of a promotion alone, codes share a coupon only if the same rule
//! gives them all.

use super::{
    Code, LockId,
    discount::Discount,
    judged::Refused,
    lock::{Lock, LockState},
    messages::Refusal,
    promotion_rules::{RuleKind, only_kind},
    settings::StoreSettings,
};

/// The native coupons a checkout has for codes.
pub struct Places {
    /// How many, with those that are taken.
    most: usize,
    /// The locks of the checkout.
    locks: Vec<Lock>,
}

impl Places {
    /// Of a checkout that has these locks and shows the coupons of these codes, ours and others.
    pub fn of<'a>(
        settings: &StoreSettings,
        mut locks: Vec<Lock>,
        shown: impl Iterator<Item = &'a str>,
    ) -> Self {
        // What is apart has no place for codes; while the checkout shows it, it is in one.
        locks.retain(|lock| !lock.is_apart());
        let is_ours = |code: &str| locks.iter().any(|lock| lock.native_code.is(code));
        let foreign = shown.filter(|code| !is_ours(code)).count();
        let allowed = usize::try_from(settings.coupons_allowed).unwrap_or(1);
        let most = if settings.combine_with_promotions {
            allowed.saturating_sub(foreign).max(1)
        } else {
            1
        };
        Self { most, locks }
    }

    /// How many more native coupons there can be beside those of `held`.
    #[must_use]
    pub fn left_beside(&self, held: &[Lock]) -> usize {
        self.most.saturating_sub(held.len())
    }

    /// Where a promotion has one rule: the codes among `given` that cannot be given, as no place is left
    /// or two would be needed. What is held keeps its coupon, whatever applies before it.
    #[must_use]
    pub fn without_place(&self, asked: &[Code], given: &[(&Code, &Discount)]) -> Refused {
        let mut taken = self.taken(asked, given);
        let mut refused = Vec::new();
        for (code, discount) in given {
            let Some(kind) = only_kind(discount) else {
                refused.push(((*code).clone(), Refusal::NotApplied));
                continue;
            };
            if taken.iter().any(|(_, known)| *known == kind) {
                continue;
            }
            if taken.len() >= self.most {
                refused.push(((*code).clone(), Refusal::NotCombinable));
                continue;
            }
            taken.push((None, kind));
        }
        refused
    }

    /// The coupons that stay, each with what its first code is given by.
    fn taken(
        &self,
        asked: &[Code],
        given: &[(&Code, &Discount)],
    ) -> Vec<(Option<LockId>, RuleKind)> {
        let mut taken: Vec<(Option<LockId>, RuleKind)> = Vec::new();
        let holds = [LockState::Held, LockState::Ordered];
        for code in asked {
            let mut own = self.locks.iter();
            let lock = own.find(|lock| lock.holds(code) && holds.contains(&lock.state));
            let discount = given.iter().find(|(known, _)| *known == code);
            let kind = discount.and_then(|(_, discount)| only_kind(discount));
            let (Some(lock), Some(kind)) = (lock, kind) else {
                continue;
            };
            let id = Some(lock.id.clone());
            if !taken.iter().any(|(known, _)| *known == id) {
                taken.push((id, kind));
            }
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Currency, Hundredths, examples::lock, name_of};

    fn places(most: usize, locks: Vec<Lock>) -> Places {
        Places { most, locks }
    }

    #[test]
    fn how_many_native_coupons_a_checkout_has() {
        let own = lock("held").native_code;
        // (what the store allows, whether beside its promotions, a lock, the coupons shown, how many)
        let table = [
            (1, true, "", "", 1),
            (5, true, "", "", 5),
            (5, false, "", "", 1),
            (5, true, "", "OTHER MORE", 3),
            (5, true, "held", "own OTHER", 4),
            // What is apart has no place for codes, and takes one while it is shown.
            (5, true, "ordered kept taken_elsewhere", "own", 4),
            (1, true, "", "OTHER", 1),
            (0, true, "", "", 1),
            (-1, true, "", "", 1),
        ];
        for (allowed, combine, words, shown, most) in table {
            let settings = StoreSettings {
                coupons_allowed: allowed,
                combine_with_promotions: combine,
                ..StoreSettings::new(Currency::parse("USD").unwrap())
            };
            let locks = (!words.is_empty()).then(|| lock(words));
            let coupons = shown.split_whitespace();
            let coupons = coupons.map(|code| if code == "own" { own.as_str() } else { code });
            let is = Places::of(&settings, locks.into_iter().collect(), coupons).most;
            assert_eq!(is, most, "{allowed} {combine} {words} {shown}");
        }
        for (most, left) in [(0, 0), (1, 0), (3, 2)] {
            assert_eq!(places(most, vec![]).left_beside(&[lock("held")]), left);
        }
    }

    #[test]
    fn which_codes_find_no_place_where_a_promotion_has_one_rule() {
        let money = Discount::on_order(Hundredths(100));
        let shipping = Discount {
            free_shipping: true,
            ..Discount::default()
        };
        let both = Discount {
            free_shipping: true,
            ..money.clone()
        };
        // (places, a lock that holds SAVE10, what is given in the order in which it applies, what has no place)
        let table = [
            (1, "", vec![("A", &money)], ""),
            (1, "", vec![("A", &money), ("B", &money)], ""),
            (
                1,
                "",
                vec![("A", &money), ("B", &shipping)],
                "B=not_combinable",
            ),
            (2, "", vec![("A", &money), ("B", &shipping)], ""),
            (2, "", vec![("A", &both)], "A=not_applied"),
            // What is held keeps its coupon, whatever applies before it.
            (
                1,
                "held",
                vec![("A", &shipping), ("SAVE10", &money)],
                "A=not_combinable",
            ),
            (
                1,
                "ordered kept",
                vec![("A", &shipping), ("SAVE10", &money)],
                "A=not_combinable",
            ),
            (
                1,
                "releasing expired",
                vec![("A", &shipping), ("SAVE10", &money)],
                "SAVE10=not_combinable",
            ),
        ];
        for (most, words, given, expected) in table {
            let what = format!("{most} {words} {given:?}");
            let locks = (!words.is_empty())
                .then(|| lock(words))
                .into_iter()
                .collect();
            let asked = given.iter().map(|(text, _)| Code::parse(text).unwrap());
            let asked: Vec<Code> = asked.collect();
            let discounts = given.iter().map(|(_, discount)| *discount);
            let given: Vec<(&Code, &Discount)> = asked.iter().zip(discounts).collect();
            let refused = places(most, locks).without_place(&asked, &given);
            let refused = refused.iter();
            let refused = refused.map(|(code, refusal)| format!("{code}={}", name_of(refusal)));
            assert_eq!(refused.collect::<Vec<_>>().join(" "), expected, "{what}");
        }
    }
}
