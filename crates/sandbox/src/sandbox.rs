//! The whole of what the stand-ins remember, behind one lock, and the ways in.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::call::{Answer, Call};
use crate::clock::Clock;
use crate::county::County;
use crate::faults::{Armed, Fault, FaultOrder, Faults, Platform};
use crate::gateway::Gateway;
use crate::settings::SandboxConfig;
use crate::wechat::Account;

/// A handle on running stand-ins: what the control API does, without HTTP. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sandbox(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    base: String,
    config: SandboxConfig,
    clock: Clock,
    world: Mutex<World>,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) wechat: Account,
    pub(crate) county: County,
    pub(crate) gateway: Gateway,
    pub(crate) faults: Faults,
    late: Vec<Late>,
}

/// A call whose connection is closed already and whose effect is still to come.
#[derive(Debug)]
struct Late {
    due_ms: i64,
    platform: Platform,
    op: String,
    call: Call,
}

impl World {
    fn new(base: &str, config: &SandboxConfig, now: i64) -> Self {
        Self {
            wechat: Account::new(base, config.wechat.clone(), now),
            county: County::new(base, &config.centres, now),
            gateway: Gateway::new(base, now),
            faults: Faults::default(),
            late: Vec::new(),
        }
    }

    fn act(&mut self, platform: Platform, op: &str, call: &Call, now: i64) -> Answer {
        match platform {
            Platform::Wechat => self.wechat.answer(op, call, now),
            Platform::County => self.county.answer(op, call, now),
            Platform::Gateway => self.gateway.answer(op, call, now),
        }
    }

    fn log(&mut self, platform: Platform, entry: Value) {
        match platform {
            Platform::Wechat => self.wechat.calls.push(entry),
            Platform::County => self.county.calls.push(entry),
            Platform::Gateway => self.gateway.calls.push(entry),
        }
    }
}

impl Sandbox {
    pub(crate) fn new(base: String, config: SandboxConfig) -> Self {
        let clock = Clock::new(config.clock);
        let world = Mutex::new(World::new(&base, &config, clock.now_ms()));
        Self(Arc::new(Inner {
            base,
            config,
            clock,
            world,
        }))
    }

    /// `http://127.0.0.1:PORT`.
    pub fn base(&self) -> &str {
        &self.0.base
    }

    /// The sandbox's own clock, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.0.clock.now_ms()
    }

    /// Moves the sandbox's clock forward.
    pub fn advance(&self, ms: i64) {
        self.0.clock.advance(ms);
    }

    /// Arms a fault.
    pub fn arm(&self, order: FaultOrder) {
        self.world().faults.arm(order);
    }

    /// The armed faults and their counts.
    pub fn faults(&self) -> Vec<Armed> {
        self.world().faults.armed.clone()
    }

    /// Disarms all faults.
    pub fn disarm(&self) {
        self.world().faults.armed.clear();
    }

    /// What the WeChat account now holds.
    pub fn wechat_state(&self) -> Value {
        let now = self.now_ms();
        self.world().wechat.state(now)
    }

    /// What a county centre now holds.
    pub fn county_state(&self, centre: &str) -> Value {
        self.world().county.state(centre)
    }

    /// Changes settings of the WeChat account; gives the settings after the change.
    ///
    /// # Errors
    /// A sentence that names the key that is unknown or the value that does not fit.
    pub fn wechat_settings(&self, patch: &Value) -> Result<Value, String> {
        self.world().wechat.patch(patch)
    }

    /// Changes settings of one centre; gives the settings after the change.
    ///
    /// # Errors
    /// A sentence that names the key that is unknown or the value that does not fit.
    pub fn county_settings(&self, centre: &str, patch: &Value) -> Result<Value, String> {
        self.world().county.patch(centre, patch)
    }

    /// Does what staff or the platform itself would do in WeChat's console.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the order.
    pub fn wechat_staff(&self, order: &Value) -> Result<Value, String> {
        let now = self.now_ms();
        self.world().wechat.staff(order, now)
    }

    /// Does what an editor of the centre would do: adopt or return an item.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the order.
    pub fn county_staff(&self, centre: &str, order: &Value) -> Result<Value, String> {
        let now = self.now_ms();
        self.world().county.staff(centre, order, now)
    }

    /// What the gateway's site now holds.
    pub fn gateway_state(&self) -> Value {
        self.world().gateway.state()
    }

    /// The password of the gateway's user `yigao`.
    pub fn gateway_password(&self) -> String {
        self.world().gateway.password.clone()
    }

    /// Ends every log-in at the gateway.
    pub fn end_gateway_sessions(&self) {
        self.world().gateway.end_sessions();
    }

    /// A published page of the gateway's site.
    pub fn gateway_page(&self, id: u64) -> Option<String> {
        crate::gateway::page(&self.world().gateway, id)
    }

    /// Changes a word of a document behind the interface.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the order.
    pub fn gateway_staff(&self, order: &Value) -> Result<Value, String> {
        self.world().gateway.staff(order)
    }

    /// Forgets everything; settings are as at the start again.
    pub fn reset(&self) {
        self.0.clock.reset();
        let fresh = World::new(&self.0.base, &self.0.config, self.now_ms());
        *self.world() = fresh;
    }

    pub(crate) fn drop_folder(&self) -> Option<&PathBuf> {
        self.0.config.drop.as_ref()
    }

    pub(crate) fn site_folder(&self) -> Option<&PathBuf> {
        self.0.config.site.as_ref()
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        // A panic under the lock is a bug of the sandbox; what it remembers is still worth showing.
        self.0.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn act(
        &self,
        platform: Platform,
        op: &str,
        call: &Call,
        fault: Option<&Fault>,
    ) -> Answer {
        let now = self.now_ms();
        let mut world = self.world();
        let answer = world.act(platform, op, call, now);
        let entry = log_entry(op, now, &answer.outcome, fault, call);
        world.log(platform, entry);
        answer
    }

    pub(crate) fn act_later(&self, platform: Platform, op: &str, call: Call, ms: u64) {
        let now = self.now_ms();
        let entry = log_entry(op, now, "later", Some(&Fault::Late { ms }), &call);
        let mut world = self.world();
        world.log(platform, entry);
        world.late.push(Late {
            due_ms: now.saturating_add(i64::try_from(ms).unwrap_or(i64::MAX)),
            platform,
            op: op.to_owned(),
            call,
        });
    }

    /// Acts on the calls whose time has come.
    pub(crate) fn act_on_late(&self) {
        let now = self.now_ms();
        let mut world = self.world();
        let (due, rest) = std::mem::take(&mut world.late)
            .into_iter()
            .partition::<Vec<_>, _>(|late| late.due_ms <= now);
        world.late = rest;
        for late in due {
            let answer = world.act(late.platform, &late.op, &late.call, now);
            let entry = log_entry(&late.op, now, &answer.outcome, None, &late.call);
            world.log(late.platform, entry);
        }
    }

    pub(crate) fn log_unacted(&self, platform: Platform, op: &str, fault: &Fault) {
        let entry =
            json!({"op": op, "at": self.now_ms(), "outcome": "not acted on", "fault": fault});
        self.world().log(platform, entry);
    }

    pub(crate) fn refusal(&self, platform: Platform, code: i64) -> Answer {
        let now = self.now_ms();
        match platform {
            Platform::Wechat => self.world().wechat.refusal(code, now),
            Platform::County => County::refusal(code),
            Platform::Gateway => Gateway::refusal(code),
        }
    }

    pub(crate) fn kill_tokens(&self) {
        let mut world = self.world();
        world.wechat.tokens.withdraw_all();
        world.gateway.end_sessions();
    }
}

fn log_entry(op: &str, at: i64, outcome: &str, fault: Option<&Fault>, call: &Call) -> Value {
    let mut entry = json!({"op": op, "at": at, "outcome": outcome, "bytes": call.body.len()});
    if let (Some(fault), Some(entry)) = (fault, entry.as_object_mut()) {
        entry.insert("fault".to_owned(), json!(fault));
    }
    entry
}
