//! The stacking rules of a project, and its categories.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How many redeemables apply together, and which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct StackingRules {
    pub redeemables_limit: usize,
    pub applicable_redeemables_limit: usize,
    pub applicable_redeemables_per_category_limit: usize,
    pub applicable_redeemables_category_limits: BTreeMap<String, usize>,
    pub applicable_exclusive_redeemables_limit: usize,
    pub applicable_exclusive_redeemables_per_category_limit: usize,
    pub exclusive_categories: Vec<String>,
    pub joint_categories: Vec<String>,
    pub redeemables_application_mode: ApplicationMode,
    pub redeemables_sorting_rule: SortingRule,
    pub redeemables_products_application_mode: ProductsMode,
    pub redeemables_no_effect_rule: NoEffectRule,
    pub no_effect_skip_categories: Vec<String>,
    pub no_effect_redeem_anyway_categories: Vec<String>,
    pub redeemables_rollback_order_mode: RollbackOrderMode,
}

impl Default for StackingRules {
    /// The defaults of the API description.
    fn default() -> Self {
        Self {
            redeemables_limit: 30,
            applicable_redeemables_limit: 5,
            applicable_redeemables_per_category_limit: 1,
            applicable_redeemables_category_limits: BTreeMap::new(),
            applicable_exclusive_redeemables_limit: 1,
            applicable_exclusive_redeemables_per_category_limit: 1,
            exclusive_categories: Vec::new(),
            joint_categories: Vec::new(),
            redeemables_application_mode: ApplicationMode::All,
            redeemables_sorting_rule: SortingRule::RequestedOrder,
            redeemables_products_application_mode: ProductsMode::Stack,
            redeemables_no_effect_rule: NoEffectRule::RedeemAnyway,
            no_effect_skip_categories: Vec::new(),
            no_effect_redeem_anyway_categories: Vec::new(),
            redeemables_rollback_order_mode: RollbackOrderMode::WithOrder,
        }
    }
}

impl StackingRules {
    /// Whether codes of a category go with no others.
    #[must_use]
    pub fn is_exclusive(&self, category_id: &str) -> bool {
        self.exclusive_categories.iter().any(|id| id == category_id)
    }

    /// Whether codes of a category go with exclusive ones.
    #[must_use]
    pub fn is_joint(&self, category_id: &str) -> bool {
        self.joint_categories.iter().any(|id| id == category_id)
    }

    /// The limits of the API description.
    pub fn check(&self) -> Result<(), String> {
        let within = [
            ("redeemables_limit", self.redeemables_limit, 30),
            (
                "applicable_redeemables_limit",
                self.applicable_redeemables_limit,
                self.redeemables_limit,
            ),
            (
                "applicable_redeemables_per_category_limit",
                self.applicable_redeemables_per_category_limit,
                30,
            ),
            (
                "applicable_exclusive_redeemables_limit",
                self.applicable_exclusive_redeemables_limit,
                5,
            ),
            (
                "applicable_exclusive_redeemables_per_category_limit",
                self.applicable_exclusive_redeemables_per_category_limit,
                5,
            ),
        ];
        let outside = within
            .iter()
            .find(|(_, value, most)| !(1..=*most).contains(value));
        if let Some((name, value, most)) = outside {
            return Err(format!("{name}: {value} is not 1 to {most}"));
        }
        let skipped = &self.no_effect_skip_categories;
        let mut anyway = self.no_effect_redeem_anyway_categories.iter();
        match anyway.find(|id| skipped.contains(id)) {
            Some(id) => Err(format!(
                "no_effect_skip_categories: {id} is redeemed anyway"
            )),
            None => Ok(()),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum ApplicationMode {
    All,
    Partial,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum SortingRule {
    CategoryHierarchy,
    RequestedOrder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum ProductsMode {
    Stack,
    Once,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum NoEffectRule {
    RedeemAnyway,
    Skip,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum RollbackOrderMode {
    WithOrder,
    WithoutOrder,
}

/// A category of codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Category {
    pub id: String,
    pub name: String,
    pub hierarchy: u32,
}
