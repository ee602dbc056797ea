//! Movements of a card's money or points.

use time::OffsetDateTime;

/// Why a balance changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Movement {
    /// A redemption.
    Redeemed {
        /// Its id.
        redemption: String,
    },
    /// A redemption undone.
    RolledBack {
        /// The redemption's id.
        redemption: String,
        /// The rollback's id.
        rollback: String,
    },
    /// Somebody changed the balance.
    Adjusted {
        /// The merchant's id of the movement.
        source_id: Option<String>,
        /// Why.
        reason: Option<String>,
    },
}

/// One movement of a card's money or points.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Transaction {
    pub id: String,
    pub voucher_id: String,
    pub movement: Movement,
    /// Added to the balance; negative when taken. Hundredths, or points.
    pub amount: i64,
    /// The card after it.
    pub after: Balance,
    pub order_id: Option<String>,
    pub created_at: OffsetDateTime,
}

/// A card's balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// Added and not taken off by hand.
    pub total: i64,
    /// Left.
    pub balance: i64,
    /// Whether it is points, not money.
    pub points: bool,
}

impl Transaction {
    /// Its type.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.movement {
            Movement::Redeemed { .. } if self.after.points => "POINTS_REDEMPTION",
            Movement::RolledBack { .. } if self.after.points => "POINTS_REFUND",
            Movement::Redeemed { .. } => "CREDITS_REDEMPTION",
            Movement::RolledBack { .. } => "CREDITS_REFUND",
            Movement::Adjusted { .. } if self.amount < 0 => "CREDITS_REMOVAL",
            Movement::Adjusted { .. } => "CREDITS_ADDITION",
        }
    }
}
