//! The trials, by group. A trial returns what it counted, or what is wrong.

mod crash;
mod faults;
mod idempotency;
mod manners;
mod paperwork;
mod promise;
mod readers;
mod render;

use std::pin::Pin;

use crate::subject::Subject;

/// What a trial returns: what it counted (may be empty), or what is wrong.
pub type Ended = Result<String, String>;

/// One trial.
pub struct Case {
    /// `group::case`.
    pub name: &'static str,
    pub run: for<'a> fn(&'a Subject) -> Pin<Box<dyn Future<Output = Ended> + 'a>>,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! cases {
    ($($group:ident: $($case:ident)*;)*) => {
        /// Every trial, in the order of this page.
        pub const CASES: &[Case] = &[$($(Case {
            name: concat!(stringify!($group), "::", stringify!($case)),
            run: |subject| Box::pin($group::$case(subject)),
        },)*)*];
    };
}

cases! {
    promise: publish_gives_a_receipt_and_one_copy published_twice_under_one_key_is_one_copy every_sample_goes_out
        correct_replaces correct_of_nothing_publishes withdrawal_removes withdrawing_twice_is_fine withdrawal_of_nothing_succeeds_without_writes
        observe_sees_live_then_gone waits_end_by_answer again_after_a_failure_is_one_copy
        embargo_holds_every_write superseded_stops_at_the_gate unapproved_sends_nothing paused_sends_nothing;
    readers: meet_what_was_approved meet_the_correction_and_not_the_mistake a_change_behind_our_back_is_seen;
    idempotency: a_lost_answer_is_one_copy a_lost_call_is_one_copy a_doubt_has_evidence_and_both_answers_end_it;
    crash: publish publish_and_correct publish_and_withdraw withdrawal_of_the_unfinished two_faults;
    faults: too_many_requests_defer_without_an_attempt a_gateway_error_backs_off a_refused_connection_backs_off
        a_dead_token_is_renewed_once a_wrong_secret_fails_for_good_and_names_its_place garbage_is_no_success
        slow_answers_are_cut;
    render: the_same_each_time the_limit_passes_and_one_over_blocks all_findings_at_once hostile_text_is_harmless
        slots_declared_are_slots_used the_notice_of_a_withdrawal_renders;
    manners: no_secret_is_seen every_write_has_its_intent observe_and_probe_only_read one_write_an_act
        operations_have_names_of_their_own;
    paperwork: the_example_opens an_unknown_key_is_refused_by_name the_readme_names_operations_limits_and_codes
        the_profile_says_where_it_writes;
}

/// Fails with what is wrong.
fn ensure(holds: bool, message: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(message()) }
}

/// Nothing to count.
fn done() -> Ended {
    Ok(String::new())
}
