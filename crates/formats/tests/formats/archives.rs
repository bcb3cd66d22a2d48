use std::io::{Cursor, Write};

use yigao_formats::{Bundle, BundleLimits};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::specimens::{bundle, codes};

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        writer
            .start_file(*path, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Every place of a name of equal length replaced: what no honest tool writes.
fn renamed(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut at = 0;
    while let Some(found) = bytes[at..]
        .windows(from.len())
        .position(|part| part == from)
    {
        bytes[at + found..at + found + from.len()].copy_from_slice(to);
        at += found + from.len();
    }
    bytes
}

fn refused(bytes: &[u8], limits: &BundleLimits) -> Vec<String> {
    let problems = Bundle::from_zip("x.zip", bytes, limits).expect_err("should be refused");
    codes(&problems).into_iter().map(|(code, _)| code).collect()
}

#[test]
fn a_top_folder_goes_and_litter_is_left_out() {
    let bytes = archive(&[
        ("春/item.md", b"a"),
        ("春/img/a.jpg", b"b"),
        ("__MACOSX/春/._item.md", b"c"),
        ("春/.DS_Store", b"d"),
    ]);
    let bundle = Bundle::from_zip("spring.zip", &bytes, &BundleLimits::default()).unwrap();
    assert_eq!(bundle.name, "spring");
    assert_eq!(
        bundle.files.keys().collect::<Vec<_>>(),
        ["img/a.jpg", "item.md"]
    );
}

#[test]
fn paths_that_climb_out_are_refused_all_at_once() {
    let plain = archive(&[
        ("aa/x", b""),
        ("bbbx", b""),
        ("ccc/x", b""),
        ("ddddd", b""),
        ("good", b""),
    ]);
    let mut bytes = renamed(plain, b"aa/x", b"../x");
    bytes = renamed(bytes, b"bbbx", b"/etc");
    bytes = renamed(bytes, b"ccc/x", b"C:\\/x");
    bytes = renamed(bytes, b"ddddd", b"a\\b\\c");
    assert_eq!(
        refused(&bytes, &BundleLimits::default()),
        ["unsafe_path"; 4]
    );
}

#[test]
fn links_are_refused() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .add_symlink("a.jpg", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    assert_eq!(refused(&bytes, &BundleLimits::default()), ["not_a_file"]);
}

#[test]
fn limits_hold_for_bytes_read() {
    let limits = BundleLimits {
        files_max: 2,
        file_bytes_max: 3_000_000,
        total_bytes_max: 4_000_000,
        ratio_max: 20,
    };
    assert_eq!(
        refused(&archive(&[("a", b""), ("b", b""), ("c", b"")]), &limits),
        ["too_many_files"]
    );
    let zeros = vec![0; 2_500_000];
    assert_eq!(
        refused(&archive(&[("a", &zeros)]), &limits),
        ["ratio_too_high"]
    );
    let wide = BundleLimits {
        ratio_max: 1_000_000,
        ..limits
    };
    assert_eq!(
        refused(&archive(&[("a", &vec![0; 3_500_000])]), &wide),
        ["file_too_large"]
    );
    assert_eq!(
        refused(&archive(&[("a", &zeros), ("b", &zeros)]), &wide),
        ["bundle_too_large"]
    );
    let fits = Bundle::from_zip("x", &archive(&[("a", &zeros)]), &wide).unwrap();
    assert_eq!(fits.files["a"].len(), zeros.len());
}

#[test]
fn a_size_that_lies_is_found_out() {
    let zeros = vec![0; 2_500_000];
    let size = 2_500_000_u32.to_le_bytes();
    let bytes = renamed(archive(&[("a", &zeros)]), &size, &7_u32.to_le_bytes());
    let limits = BundleLimits {
        file_bytes_max: 1_500_000,
        ratio_max: 1_000_000,
        ..BundleLimits::default()
    };
    assert_eq!(refused(&bytes, &limits), ["broken_archive"]);
}

#[test]
fn names_that_stand_twice_are_named() {
    let bytes = renamed(
        archive(&[("aaa.txt", b"1"), ("bbb.txt", b"2")]),
        b"bbb.txt",
        b"aaa.txt",
    );
    let problems = Bundle::from_zip("x.zip", &bytes, &BundleLimits::default()).unwrap_err();
    assert_eq!(
        (problems[0].code.as_str(), problems[0].file.as_str()),
        ("duplicate_name", "aaa.txt")
    );
}

#[test]
fn gbk_names_are_read_and_it_is_said() {
    let bytes = renamed(archive(&[("zzzz.txt", b"1")]), b"zzzz", b"\xd6\xd0\xb9\xfa");
    let bundle = Bundle::from_zip("x.zip", &bytes, &BundleLimits::default()).unwrap();
    assert_eq!(bundle.files.keys().collect::<Vec<_>>(), ["中国.txt"]);
    let found = &bundle.findings[0];
    assert_eq!(
        (found.code.as_str(), found.place.as_str()),
        ("encoding_taken", "x.zip")
    );
    assert!(found.message.zh.contains("GBK"), "{:?}", found.message);
}

#[test]
fn encrypted_entries_are_refused() {
    let mut bytes = archive(&[("a.txt", b"1")]);
    // Bit 0 of the flags, in the local header and in the directory.
    bytes[6] |= 1;
    let directory = bytes
        .windows(4)
        .position(|part| part == b"PK\x01\x02")
        .unwrap();
    bytes[directory + 8] |= 1;
    assert_eq!(refused(&bytes, &BundleLimits::default()), ["encrypted"]);
}

#[test]
fn what_is_no_archive_or_empty_is_refused() {
    let limits = BundleLimits::default();
    assert_eq!(refused(b"Rar!\x1a\x07", &limits), ["broken_archive"]);
    assert_eq!(
        refused(&archive(&[("__MACOSX/x", b"1")]), &limits),
        ["empty_bundle"]
    );
    let mut bytes = archive(&[("a.txt", &b"a longer text that is packed ".repeat(20))]);
    let cut = bytes.len() - 30;
    bytes.truncate(cut);
    assert_eq!(refused(&bytes, &limits), ["broken_archive"]);
}

#[test]
fn a_damaged_entry_is_named() {
    let mut bytes = archive(&[("a.txt", &b"a longer text that is packed ".repeat(20))]);
    bytes[45] ^= 0xff;
    let problems = Bundle::from_zip("x.zip", &bytes, &BundleLimits::default()).unwrap_err();
    assert_eq!(
        (problems[0].code.as_str(), problems[0].file.as_str()),
        ("broken_archive", "a.txt")
    );
}

#[test]
fn bundles_from_folders_keep_the_same_limits() {
    let limits = BundleLimits {
        files_max: 3,
        file_bytes_max: 5,
        total_bytes_max: 9,
        ratio_max: 1,
    };
    assert!(bundle(&[("a/b.md", b"12345")]).check(&limits).is_ok());
    let problems = bundle(&[("../a", b"123456"), ("b", b"1234"), ("c", b""), ("d", b"")])
        .check(&limits)
        .unwrap_err();
    let codes: Vec<_> = codes(&problems).into_iter().map(|(code, _)| code).collect();
    assert_eq!(
        codes,
        [
            "unsafe_path",
            "too_many_files",
            "file_too_large",
            "bundle_too_large"
        ]
    );
    assert_eq!(
        bundle(&[]).check(&limits).unwrap_err()[0].code,
        "empty_bundle"
    );
}

#[test]
fn what_is_packed_reads_the_same_and_is_the_same_each_time() {
    let given = bundle(&[("item.json", b"{}"), ("assets/a.csv", b"1,2")]);
    let bytes = given.to_zip().unwrap();
    assert_eq!(bytes, given.to_zip().unwrap());
    let back = Bundle::from_zip("sample.zip", &bytes, &BundleLimits::default()).unwrap();
    assert_eq!((back.name, back.files), (given.name, given.files));
}
