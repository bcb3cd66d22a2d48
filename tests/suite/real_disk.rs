//! A real full disk and a real read-only folder: a small tmpfs in a mount namespace of its own, for root and for anybody.

use std::{path::PathBuf, process::Command};

use crate::program::{Home, Ran, program, sample};

/// Runs `script` where `data` is a fresh tmpfs of `size`; `$YIGAO` and `$SPRING` stand in it.
fn on_tmpfs(home: &Home, size: &str, script: &str) -> Ran {
    let data: PathBuf = home.path.join("data");
    std::fs::create_dir_all(&data).unwrap();
    let out = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
        .arg(format!(
            "mount -t tmpfs -o size={size} tmpfs data || exit 99\nsay() {{ echo \"code=$?\"; }}\n{script}"
        ))
        .current_dir(&home.path)
        .env("YIGAO", program("yigao"))
        .env("SPRING", sample("spring-market"))
        .env("YIGAO_CONFIG", "yigao.toml")
        .output()
        .unwrap();
    let ran = Ran {
        code: out.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&out.stdout).into_owned(),
        err: String::from_utf8_lossy(&out.stderr).into_owned(),
    };
    assert_ne!(
        ran.code, 99,
        "this machine lets nobody mount in a namespace of their own (unshare): {}",
        ran.err
    );
    ran
}

#[test]
fn a_full_disk_is_told_and_nothing_is_half_written() {
    let home = Home::new("full").with_site();
    let ran = on_tmpfs(
        &home,
        "1m",
        "$YIGAO --lang zh destination list; say\n$YIGAO --lang zh item import $SPRING; say\n$YIGAO --lang en item import $SPRING; say\n\
         mount -o remount,size=64m data\n$YIGAO --lang en item list; say\n$YIGAO --lang en item import $SPRING; say\n$YIGAO --lang en audit; say",
    );
    assert_eq!(
        ran.out
            .lines()
            .filter(|l| l.starts_with("code="))
            .collect::<Vec<_>>(),
        ["code=0", "code=1", "code=1", "code=0", "code=0", "code=0"],
        "{}{}",
        ran.out,
        ran.err
    );
    for message in ["磁盘已满", "the disk is full", "stored as version 1"] {
        assert!(
            ran.out.contains(message) || ran.err.contains(message),
            "{message:?} is not in {}{}",
            ran.out,
            ran.err
        );
    }
}

#[test]
fn a_read_only_folder_is_told_with_the_way_out() {
    read_only("read-only", "");
}

/// What it leaves beside the ledger lets SQLite open it although nothing can be written; the queue's file then was what failed.
#[test]
fn a_read_only_folder_is_told_after_a_killed_process_too() {
    read_only(
        "read-only-killed",
        "$YIGAO serve --no-work --listen 127.0.0.1:0 & killed=$!\n\
         until [ -e data/ledger.db-shm ]; do sleep 0.05; done\nsleep 0.3\nkill -9 $killed\nwait $killed\nrm -f data/queue.db-*\n",
    );
}

fn read_only(name: &str, first: &str) {
    let home = Home::new(name).with_site();
    let script = format!(
        "$YIGAO --lang zh item import $SPRING; say\n{first}mount -o remount,ro data\n\
         $YIGAO --lang zh item hold spring-market --reason 核对; say\n$YIGAO --lang en item import $SPRING; say\n\
         $YIGAO --lang en --data data/new item list; say\n\
         mount -o remount,rw data\n$YIGAO --lang en item hold spring-market --reason check; say",
    );
    let ran = on_tmpfs(&home, "64m", &script);
    assert_eq!(
        ran.out
            .lines()
            .filter(|l| l.starts_with("code="))
            .collect::<Vec<_>>(),
        ["code=0", "code=1", "code=1", "code=2", "code=0"],
        "{}{}",
        ran.out,
        ran.err
    );
    for message in ["台账只读", "the ledger is read-only", "--data", "data/new"] {
        assert!(
            ran.err.contains(message),
            "{message:?} is not in {}",
            ran.err
        );
    }
}
