//! `voucherbridge jobs`: parked jobs, listed and asked for again.

use clap::Args;
use voucherbridge::{
    app::App,
    database::jobs::ParkedJob,
    flows::upkeep::parked_jobs::{self, Which},
};

use super::arguments::{Failure, actor};

/// What is asked for again; nothing only lists what is parked.
#[derive(Debug, Args)]
pub struct JobsArguments {
    /// Ask for this job again.
    #[arg(long, value_name = "ID", conflicts_with = "all")]
    again: Option<String>,
    /// Ask for every parked job again.
    #[arg(long)]
    all: bool,
}

/// `voucherbridge jobs`
pub async fn jobs(app: &App, arguments: JobsArguments) -> Result<(), Failure> {
    let which = match (arguments.again, arguments.all) {
        (Some(id), _) => Some(Which::One(id)),
        (None, true) => Some(Which::All),
        (None, false) => None,
    };
    if let Some(which) = which {
        let asked = parked_jobs::ask_again(&app.context, &which, &actor()).await?;
        if let (Which::One(id), 0) = (&which, asked) {
            return Err(format!("no job {id} is parked").into());
        }
        println!("Asked for {asked} job(s) again. A running server does them within seconds.");
        return Ok(());
    }
    let parked = parked_jobs::list(&app.context).await?;
    if parked.is_empty() {
        println!("No job is parked.");
    }
    parked.iter().for_each(print);
    Ok(())
}

fn print(job: &ParkedJob) {
    let state = if job.is_parked {
        "parked"
    } else {
        "failed, and is tried again"
    };
    println!("{} {} {}: {state}", job.id, job.store, job.kind);
    if !job.subject.is_empty() {
        println!("  subject: {}", job.subject);
    }
    println!("  reason:  {}", job.reason);
}
