//! `shiage events`.

use std::collections::VecDeque;
use std::time::Duration;

use scheduler::api::{EventList, EventView};

use super::args::EventsArgs;
use super::http::{Client, value};
use super::print_json;
use super::table::{plain, table};
use crate::exit::{CliError, Exit};
use crate::terminal;

/// Events in one answer; the most that the farm gives.
const PAGE: u32 = 1_000;
/// Time between two looks for more.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs `shiage events`.
pub fn run(args: &EventsArgs) -> Result<Exit, CliError> {
    let client = Client::new(&args.server)?;
    let events = match &args.after {
        Some(after) => page(&client, Some(after), args.limit)?,
        None => latest(&client, args.limit as usize)?,
    };
    if args.follow {
        return follow(&client, args, events);
    }
    if args.server.json {
        print_json(&EventList { events });
    } else {
        let rows: Vec<Vec<String>> = events.iter().map(|event| row(event).to_vec()).collect();
        terminal::result(&table(&["id", "what", "to", "note"], &rows));
    }
    Ok(Exit::Done)
}

/// The last events there are. The farm lists the oldest first, so all are read.
fn latest(client: &Client, count: usize) -> Result<Vec<EventView>, CliError> {
    let mut last: VecDeque<EventView> = VecDeque::new();
    loop {
        let page = page(client, last.back().map(|event| event.id.as_str()), PAGE)?;
        if page.is_empty() {
            return Ok(last.into());
        }
        last.extend(page);
        last.drain(..last.len().saturating_sub(count));
    }
}

/// Prints events as they come, until it is ended from outside.
fn follow(client: &Client, args: &EventsArgs, mut events: Vec<EventView>) -> Result<Exit, CliError> {
    let mut after = args.after.clone();
    loop {
        events.iter().for_each(|event| tell(event, args.server.json));
        after = events.pop().map(|event| event.id).or(after);
        std::thread::sleep(PAUSE);
        events = page(client, after.as_deref(), PAGE)?;
    }
}

fn tell(event: &EventView, json: bool) {
    if json { print_json(event) } else { terminal::result(plain(&row(event).join("  ")).trim_end()) }
}

fn row(event: &EventView) -> [String; 4] {
    [event.id.clone(), event.kind.name().into(), event.subject.clone(), event.note.clone()]
}

fn page(client: &Client, after: Option<&str>, limit: u32) -> Result<Vec<EventView>, CliError> {
    let after = after.map(|after| format!("&after={}", value(after))).unwrap_or_default();
    let list: EventList = client.get(&format!("/events?limit={limit}{after}"))?;
    Ok(list.events)
}
