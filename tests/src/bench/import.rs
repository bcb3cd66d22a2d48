//! How long a text takes from Markdown to its blocks, both nets included: pure, so nothing waits in it.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use yigao_formats::{Bundle, Format, read};

const CHARACTERS: usize = 50_000;
const RUNS: usize = 100;
const BAR: Duration = Duration::from_millis(50);

/// One line.
pub(crate) fn measure() -> anyhow::Result<String> {
    let bundle = Bundle {
        name: "bench".to_owned(),
        files: BTreeMap::from([("bench.md".to_owned(), text().into_bytes())]),
    };
    let mut took = Vec::with_capacity(RUNS);
    let mut blocks = 0;
    for _ in 0..RUNS {
        let begun = Instant::now();
        let draft = read(&bundle, Format::Markdown)
            .map_err(|problems| anyhow::anyhow!("the text is refused: {problems:?}"))?;
        took.push(begun.elapsed());
        blocks = draft.content.body.len();
    }
    took.sort_unstable();
    let at = |percent: usize| took.get(RUNS * percent / 100).copied().unwrap_or_default();
    let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
    Ok(format!(
        "bench-import: characters={CHARACTERS} blocks={blocks} p50_ms={:.1} p99_ms={:.1} bar_ms={}",
        millis(at(50)),
        millis(at(99)),
        BAR.as_millis(),
    ))
}

/// A long document: paragraphs with signs between figures, emphasis, links and notes, lists and tables.
fn text() -> String {
    let mut out = String::from("---\ntitle: 五万字的材料\nunit: 青川市文化和旅游局\n---\n");
    let mut number = 0;
    while out.chars().count() < CHARACTERS {
        number += 1;
        out.push_str(&format!("# 第{number}节\n\n"));
        for _ in 0..4 {
            let words = "全市公共文化设施免费开放，展柜1200*600*900毫米，**重点项目。**逐项落实。"
                .repeat(6);
            out.push_str(&format!(
                "{words}见[公报](https://www.example.gov.cn/{number})。\n\n"
            ));
        }
        out.push_str("1. 申请表\n2. 证明\n\n| 县区 | 场次 |\n| --- | ---: |\n| 云溪县 | 40 |\n\n");
        if number <= 100 {
            out.push_str(&format!(
                "另见附注[^{number}]。\n\n[^{number}]: 按常住人口计算。\n\n"
            ));
        }
    }
    out
}
