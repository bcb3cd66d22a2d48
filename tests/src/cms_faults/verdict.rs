//! What the site's own database holds.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;
use yigao_core::Digest;

use crate::{lab::Lab, orders::Item, say};

/// How long the sweep of late drafts may take after all is at rest.
const SWEEP: Duration = Duration::from_secs(60);

/// What is wrong, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) duplicated: u32,
    pub(crate) lost: u32,
    pub(crate) drafts_left: u32,
    pub(crate) files_twice: u32,
    pub(crate) in_doubt: u32,
}

impl Found {
    pub(crate) fn add(&mut self, other: &Self) {
        self.duplicated += other.duplicated;
        self.lost += other.lost;
        self.drafts_left += other.drafts_left;
        self.files_twice += other.files_twice;
        self.in_doubt += other.in_doubt;
    }
}

/// Compares what was ordered with what is there.
pub(crate) fn ask(lab: &Lab, items: &[Item]) -> anyhow::Result<Found> {
    let mut found = Found::default();
    for item in items {
        let public = posts(lab, item, "'publish'", "")?;
        let newest = posts(lab, item, "'publish'", &item.localized())?;
        found.duplicated += public.saturating_sub(1);
        let is_right = if item.out { newest == 1 } else { public == 0 };
        if !is_right {
            found.lost += 1;
            let delivered = lab.run(&["delivery", "list", "--item", &item.id, "--limit", "3"])?;
            say(&format!(
                "lost: {item:?}: public {public}, newest {newest}\n{delivered}"
            ));
        }
        let list = lab.json(&["delivery", "list", "--item", &item.id, "--limit", "1"])?;
        let state = list.pointer("/0/state").and_then(Value::as_str);
        found.in_doubt += u32::from(state == Some("in_doubt"));
    }
    let begun = Instant::now();
    loop {
        let mut left = 0;
        for item in items {
            left += posts(
                lab,
                item,
                "'draft','pending','future','private','auto-draft'",
                "",
            )?;
        }
        if left == 0 || begun.elapsed() > SWEEP {
            found.drafts_left = left;
            break;
        }
        sleep(Duration::from_millis(500));
    }
    // A second file of the same content gets another name from the site.
    let twice = "select count(*) from wp_posts where post_type = 'attachment' and post_name regexp '^yigao-[0-9a-f]{24}-[0-9]+$'";
    found.files_twice = lab.site.sql(twice)?.trim().parse()?;
    Ok(found)
}

/// How many posts of the item are in one of these states and hold these words.
fn posts(lab: &Lab, item: &Item, states: &str, words: &str) -> anyhow::Result<u32> {
    let marker = Digest::of_bytes(format!("{}@site", item.id).as_bytes());
    let marker = marker.as_str().get(..32).unwrap_or_default();
    let count = lab.site.sql(&format!(
        "select count(*) from wp_posts where post_type = 'post' and post_status in ({states}) \
         and post_content like '%<!-- yigao:{marker} -->%' and post_content like '%{words}%'"
    ))?;
    Ok(count.trim().parse()?)
}
