//! The orders to the hub: items that are published, corrected, withdrawn, published again.

use std::{
    fs,
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{fault::Dice, lab::Lab};

/// How long a healed site may take to bring all to rest.
const PATIENCE: Duration = Duration::from_secs(240);
const PICTURES: [(&str, &[u8]); 4] = [
    (
        "a.jpg",
        include_bytes!("../../../examples/items/spring-market/red-gate.jpg"),
    ),
    (
        "b.jpg",
        include_bytes!("../../../examples/items/spring-market/night-market.jpg"),
    ),
    (
        "c.jpg",
        include_bytes!("../../../examples/items/spring-market/mountains-at-dawn.jpg"),
    ),
    (
        "d.jpg",
        include_bytes!("../../../examples/items/museum-policy/reading-room.jpg"),
    ),
];

/// One item and what readers should meet of it.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) version: u32,
    pub(crate) out: bool,
}

impl Item {
    pub(crate) fn new(number: usize) -> Self {
        Self {
            id: format!("fault-{number}"),
            version: 0,
            out: false,
        }
    }

    /// Words of the newest version that no other has.
    pub(crate) fn localized(&self) -> String {
        format!("第{}稿之{}", self.version, self.id)
    }

    /// The next thing to do with it, left to the workers.
    pub(crate) fn order(&mut self, lab: &Lab, dice: &mut Dice) -> anyhow::Result<()> {
        if self.out && dice.below(3) == 0 {
            lab.run(&[
                "item",
                "withdraw",
                &self.id,
                "--reason",
                "有误",
                "--no-wait",
            ])?;
            self.out = false;
            return Ok(());
        }
        self.version += 1;
        let folder = lab.home.join("items").join(&self.id);
        fs::create_dir_all(&folder)?;
        let (name, bytes) = PICTURES[dice.below(PICTURES.len())];
        fs::write(folder.join(name), bytes)?;
        fs::write(
            folder.join(format!("{}.md", self.id)),
            format!(
                "---\nid: {}\nkind: news\ntitle: 故障之下的消息 {}\nsummary: 摘要\nunit: 青川市文化和旅游局\n---\n\n{}。\n\n![图]({name})\n",
                self.id,
                self.id,
                self.localized()
            ),
        )?;
        for other in PICTURES.iter().filter(|(other, _)| *other != name) {
            drop(fs::remove_file(folder.join(other.0)));
        }
        lab.run(&["item", "import", &folder.display().to_string()])?;
        let verb = if self.out { "correct" } else { "publish" };
        lab.run(&["item", verb, &self.id, "--approve", "--no-wait"])?;
        self.out = true;
        Ok(())
    }
}

/// Whether the newest delivery of an item has come to its end.
fn is_at_rest(lab: &Lab, item: &Item) -> anyhow::Result<bool> {
    let all = lab.json(&["delivery", "list", "--item", &item.id, "--limit", "1"])?;
    let state = all.pointer("/0/state").and_then(Value::as_str);
    Ok(state == Some("delivered"))
}

/// Gives half of what is at rest something to do.
pub(crate) fn keep_busy(lab: &Lab, items: &mut [Item], dice: &mut Dice) -> anyhow::Result<()> {
    for item in items.iter_mut() {
        if dice.below(2) == 0 && is_at_rest(lab, item)? {
            item.order(lab, dice)?;
        }
    }
    Ok(())
}

/// Waits until nothing is under way; what failed is ordered again. Returns how often that was needed.
pub(crate) fn rest(lab: &Lab, items: &[Item]) -> anyhow::Result<u32> {
    let begun = Instant::now();
    let mut retried = 0;
    loop {
        let mut waits = Vec::new();
        for item in items {
            let all = lab.json(&["delivery", "list", "--item", &item.id, "--limit", "5"])?;
            let newest = all.get(0).cloned().unwrap_or_default();
            match newest
                .get("state")
                .and_then(Value::as_str)
                .unwrap_or_default()
            {
                "delivered" | "in_doubt" => {}
                "failed" => {
                    let id = newest.get("id").and_then(Value::as_str).unwrap_or_default();
                    lab.run(&["delivery", "retry", id, "--no-wait"])?;
                    retried += 1;
                    waits.push(item.id.clone());
                }
                other => waits.push(format!("{} {other}", item.id)),
            }
        }
        if waits.is_empty() {
            return Ok(retried);
        }
        if begun.elapsed() > PATIENCE {
            let all = lab.json(&["delivery", "list", "--limit", "20"])?;
            anyhow::bail!("these do not come to rest: {waits:?}: {all}");
        }
        sleep(Duration::from_millis(500));
    }
}
