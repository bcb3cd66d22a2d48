//! One suite for every ledger: each test runs on SQLite and on PostgreSQL, under the name of the database.

#![expect(
    clippy::print_stderr,
    reason = "what is left out is told to whoever runs the tests"
)]

mod findings;
mod lists;
mod machine;
mod place;
mod protocol;
mod rules;
mod server;
mod shared;

use std::{pin::Pin, process::ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use place::Kind;
use yigao_testkit::{Postgres, core_only};

type Test = fn(Kind) -> Pin<Box<dyn Future<Output = ()>>>;

macro_rules! tests {
    ($($module:ident::$name:ident),* $(,)?) => {
        [$((stringify!($name), (|on| Box::pin($module::$name(on))) as Test)),*]
    };
}

#[expect(clippy::too_many_lines, reason = "a list of all tests")]
fn main() -> ExitCode {
    let both = tests![
        rules::equal_content_is_one_version_and_a_change_is_the_next,
        rules::nothing_unapproved_is_claimed_and_an_approval_makes_it_due,
        rules::a_claim_is_exclusive_until_its_lease_lapses_and_raises_the_fence,
        rules::a_late_result_closes_the_entry_its_own_fence_opened_and_no_other,
        rules::a_late_nothing_takes_no_entry_from_who_has_the_delivery_now,
        rules::what_a_late_answer_has_closed_is_not_acted_on_again,
        rules::the_gate_is_shut_by_embargo_hold_pause_quota_and_what_superseded_it,
        rules::before_its_embargo_a_delivery_is_neither_due_nor_let_through,
        rules::lanes_bound_what_is_worked_at_a_destination,
        rules::a_long_queue_at_one_destination_delays_no_other,
        rules::one_at_a_time_takes_turns_too,
        rules::reading_back_has_its_turn_beside_a_queue,
        rules::read_backs_do_not_wait_for_each_other,
        rules::order_is_kept_and_a_withdrawal_passes,
        rules::what_an_superseded_worker_brings_back_is_told_to_the_withdrawal,
        rules::a_shared_value_is_made_by_one_and_kept_while_others_use_it,
        rules::what_is_heard_rings_the_ticket_it_names_once,
        rules::a_doubt_is_decided_by_a_person_both_ways_and_nothing_else_is,
        rules::a_breaker_trips_after_faults_in_a_row_and_a_receipt_closes_it,
        rules::the_ledger_is_append_only_and_its_chain_shows_a_change,
        rules::a_ledger_of_a_newer_program_is_refused_with_advice,
        rules::a_full_disk_is_told_and_the_ledger_goes_on_when_there_is_room,
        rules::one_bad_change_does_not_sink_the_ones_committed_with_it,
        rules::a_drained_destination_takes_withdrawals_and_nothing_else_that_is_new,
        rules::old_exchanges_are_forgotten_but_not_those_that_a_doubt_is_decided_by,
        findings::what_import_noticed_is_stored_with_its_version_and_answered_once,
        findings::what_a_new_import_no_longer_notices_is_gone_and_equal_findings_keep_their_answers,
        findings::what_cannot_be_answered_is_told_and_changes_nothing,
        lists::lists_are_by_state_and_place_newest_first_and_counted,
        lists::an_item_says_in_which_states_its_destinations_stand,
        lists::an_old_failure_that_was_put_right_is_no_failure,
        lists::a_word_to_another_system_is_one_s_to_say_until_it_is_taken,
        rules::a_cancel_takes_back_only_what_never_sent_anything,
        protocol::a_correction_that_queued_is_told_what_the_publication_came_to,
        protocol::what_an_ended_delivery_left_unsure_is_known_to_all_that_come_after,
        protocol::a_doubt_about_the_whole_is_ended_or_begun_anew,
        protocol::an_answer_that_was_quicker_than_its_ticket_rings_all_the_same,
        protocol::an_answer_on_an_old_page_rings_the_withdrawal,
        protocol::an_answer_leaves_the_hour_of_cleanup_alone,
        protocol::a_person_proves_a_withdrawal_that_nobody_else_can_see,
        machine::a_claim_is_what_the_state_machine_says,
        machine::a_decision_is_not_undone_by_a_run_that_began_before_it,
        machine::a_cancel_makes_due_what_waited_behind,
        shared::two_processes_claim_each_delivery_once_and_never_more_than_its_lanes,
        shared::four_processes_write_one_chain,
        shared::what_is_one_s_is_one_s_between_processes,
    ];
    let only_postgres = tests![
        server::a_row_that_is_held_by_hand_is_passed_over,
        server::a_database_that_may_only_be_read_is_told_with_the_way_out,
        server::an_unreachable_server_is_named_without_its_password,
        server::a_server_that_crashes_and_comes_back_has_all_that_was_answered,
        server::a_server_that_stays_away_is_told_and_used_again_when_it_is_back,
        server::sessions_that_are_killed_lose_nothing_and_double_nothing,
        server::a_character_that_the_database_refuses_does_not_stop_a_delivery,
    ];
    let installed = Postgres::find().is_some();
    let mut trials = Vec::new();
    for (name, test) in both {
        trials.push(trial("sqlite", name, Kind::Sqlite, test));
    }
    for (name, test) in both.into_iter().chain(only_postgres) {
        let on_postgres = trial("postgres", name, Kind::Postgres, test);
        trials.push(on_postgres.with_ignored_flag(!installed));
    }
    if !installed {
        let count = both.len() + only_postgres.len();
        missing(count, &mut trials);
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Left out is not passed: it is said and counted, and wrong unless it was asked for.
fn missing(count: usize, trials: &mut Vec<Trial>) {
    let message = format!(
        "{count} tests of the PostgreSQL ledger were not run: PostgreSQL is not installed (apt-get install -y --no-install-recommends postgresql)"
    );
    if core_only() {
        eprintln!("{message}");
    } else {
        trials.push(Trial::test("postgres::is_installed", || {
            Err(Failed::from(message))
        }));
    }
}

fn trial(database: &str, name: &str, on: Kind, test: Test) -> Trial {
    Trial::test(format!("{database}::{name}"), move || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().build()?.block_on(test(on));
        Ok(())
    })
}
