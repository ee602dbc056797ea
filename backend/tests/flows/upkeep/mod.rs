//! What nobody asks for: a platform fails or sends no webhook, and what was missed is found again.

mod faults;
mod jobs;
mod outage;
mod plans;
mod statements;
