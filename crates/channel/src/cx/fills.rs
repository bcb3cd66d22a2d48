//! What the slots of a rendition are filled with when it is sent.

use serde_json::Value;
use yigao_core::{
    ChannelError, Effect, ErrorKind, Fills, Rendition, Retry, Slot, WaitReason,
    journal::{Begin, EntryState, Finish, Verb},
    time::later,
};

use super::{Cx, decode};
use crate::interrupt::{Interrupt, StepResult};

/// How long a delivery waits for another destination's address before it tries again automatically.
const SLOT_WAIT: std::time::Duration = std::time::Duration::from_secs(60);

impl Cx<'_> {
    /// Fills for every slot of the rendition: pictures from `pictures` (by derivative name), the others from the
    /// destinations they name, journaled at the first answer so that a replay sends the same.
    ///
    /// # Errors
    /// Waits until the other destination has an address; a fault when `pictures` lacks one.
    pub async fn fills(&self, rendition: &Rendition, pictures: &Fills) -> StepResult<Fills> {
        let mut fills = Fills::new();
        for slot in &rendition.slots {
            let value = match slot {
                Slot::Picture { name } => pictures.get(name).cloned().ok_or_else(|| {
                    Interrupt::Fault(
                        ChannelError::new(
                            ErrorKind::Protocol,
                            "fill",
                            format!("the adapter has no address for picture {name}"),
                        )
                        .with_retry(Retry::Never)
                        .with_effect(Effect::None),
                    )
                })?,
                Slot::UrlFrom { .. } | Slot::IndexNumberFrom { .. } => self.slot(slot).await?,
            };
            fills.insert(slot.name(), value);
        }
        Ok(fills)
    }

    async fn slot(&self, slot: &Slot) -> StepResult<String> {
        let name = slot.name();
        let entry = self.visit(Verb::Slot, "slot", &name).await?;
        if let Some(entry) = &entry
            && let EntryState::Done(value) = &entry.state
        {
            return decode("slot", value);
        }
        let Some(value) = self.answers.slot(slot).await? else {
            let destination = slot
                .destination()
                .map(ToString::to_string)
                .unwrap_or_default();
            return Err(Interrupt::Waits {
                until: later(self.now(), SLOT_WAIT),
                why: WaitReason::Slot { destination },
            });
        };
        let now = self.now();
        let begin = Begin {
            verb: Verb::Slot,
            op: "slot".into(),
            part: name,
            at: now,
            ends: now,
            key: String::new(),
            // Left open by a crash: the same entry, not a second one beside it that no replay would visit.
            again: entry.map(|e| e.seq),
            ticket: None,
        };
        let seq = self.begin(begin).await?;
        self.pend(Finish::Done {
            seq,
            value: Value::String(value.clone()),
            unsure: false,
        });
        Ok(value)
    }
}
