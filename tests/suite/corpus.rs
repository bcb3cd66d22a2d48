//! A second corpus: inputs of the kinds that people in this work type and send, each with what readers must see on the
//! website, in the account and at a county centre, or with the refusal that names its place.

use std::collections::BTreeMap;

use yigao_channel::{Adapter, Opening, RenderInput, Secret};
use yigao_conformance::readers::{folded, text_of_html};
use yigao_core::{DestinationId, Intent, Version};
use yigao_formats::{Bundle, Draft, Problem, detect, read};

mod cases;
mod files;

/// One input and its right value.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) input: Input,
    pub(crate) right: Right,
}

pub(crate) enum Input {
    /// A body below the usual front matter, which ends in line 4.
    Body(&'static str),
    /// A whole Markdown file.
    Text(&'static str),
    /// Files by path.
    Files(fn() -> Vec<(String, Vec<u8>)>),
}

pub(crate) enum Right {
    /// What readers of all three channels meet, and the codes of what is said before approval.
    Seen(&'static [&'static str], &'static [&'static str]),
    /// The code of the refusal, and its line where it has one.
    Refused(&'static str, Option<usize>),
}

const MATTER: &str = "---\ntitle: 青川市公告\nunit: 青川市文化和旅游局\n---\n";

fn imported(input: &Input) -> Result<Draft, Vec<Problem>> {
    let text = |text: String| vec![("item.md".to_owned(), text.into_bytes())];
    let files = match input {
        Input::Body(body) => text(format!("{MATTER}{body}")),
        Input::Text(whole) => text((*whole).to_owned()),
        Input::Files(files) => files(),
    };
    let bundle = Bundle {
        name: "corpus".to_owned(),
        files: files.into_iter().collect::<BTreeMap<_, _>>(),
        ..Bundle::default()
    };
    let format = detect(&bundle).expect("the files hold an item");
    read(&bundle, format)
}

/// What readers of a channel see of a version, as text without white space.
fn seen<A: Adapter>(config: &str, version: &Version) -> String {
    let id = DestinationId::parse("here").unwrap();
    let opening = Opening {
        destination: &id,
        public_url: None,
        secrets: &|_| Ok(Secret::new("0123456789abcdef0123456789abcdef")),
    };
    let config = toml::from_str(config).unwrap();
    let channel = A::open(config, &opening).unwrap();
    let input = RenderInput {
        destination: &id,
        intent: Intent::Publish,
        version,
        reason: None,
        home: None,
        cover: None,
    };
    let rendered = yigao_channel::Channel::render(&channel, &input);
    let rendition = rendered
        .rendition
        .unwrap_or_else(|| panic!("{}: {:?}", version.content.title, rendered.findings));
    // What was approved is what is compared when it is read back: leaves and page hold the same words.
    let page = folded(&text_of_html(&rendition.preview));
    let leaves: String = rendition
        .leaves
        .iter()
        .map(|leaf| folded(&leaf.text))
        .collect();
    format!("{page}\u{0}{leaves}")
}

fn check(case: &Case) -> Result<(), String> {
    match (imported(&case.input), &case.right) {
        (Err(problems), Right::Refused(code, line)) => {
            let named = problems
                .iter()
                .any(|p| p.code == *code && (line.is_none() || p.line == *line));
            named
                .then_some(())
                .ok_or_else(|| format!("refused otherwise: {problems:#?}"))
        }
        (Err(problems), Right::Seen(..)) => Err(format!("refused: {problems:#?}")),
        (Ok(draft), Right::Refused(code, _)) => Err(format!(
            "taken, and not refused as {code}: {:?}",
            draft.content.body
        )),
        (Ok(draft), Right::Seen(lines, codes)) => {
            let said: Vec<&str> = draft.findings.iter().map(|f| f.code.as_str()).collect();
            if let Some(code) = codes.iter().find(|code| !said.contains(code)) {
                return Err(format!("{code} is not said, only {said:?}"));
            }
            let version = Version::new(draft.id, 1, draft.content);
            let site = seen::<yigao_website::Website>(
                "driver = \"static\"\nfolder = \"site\"\nbase_url = \"http://127.0.0.1:9/\"\nsite_name = \"局\"\nsite_domain = \"a.cn\"\norganiser = \"局\"\ncontact = \"0\"\n",
                &version,
            );
            let account = seen::<yigao_wechat::Wechat>(
                "app_id = \"wx0\"\nsecret = { env = \"S\" }\n",
                &version,
            );
            let centre = seen::<yigao_county::County>(
                "centre_name = \"云溪\"\ntransport = \"drop\"\n[drop]\nfolder = \"drop\"\n",
                &version,
            );
            for (channel, text) in [("website", site), ("account", account), ("centre", centre)] {
                for line in *lines {
                    let wanted = folded(line);
                    let halves: Vec<&str> = text.split('\u{0}').collect();
                    if !halves[0].contains(&wanted) {
                        return Err(format!(
                            "{channel}: readers do not meet {line:?} in {:?}",
                            halves[0]
                        ));
                    }
                    if !halves[1].contains(&wanted) {
                        return Err(format!(
                            "{channel}: read-back would not compare {line:?}: {:?}",
                            halves[1]
                        ));
                    }
                }
            }
            Ok(())
        }
    }
}

#[test]
fn every_input_arrives_as_it_was_typed_or_is_refused_with_its_place() {
    let cases: Vec<&Case> = cases::CASES.iter().chain(files::CASES.iter()).collect();
    assert!(cases.len() >= 60, "only {} inputs", cases.len());
    let failed: Vec<String> = cases
        .iter()
        .filter_map(|case| check(case).err().map(|why| format!("{}: {why}", case.name)))
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {}\n{}",
        failed.len(),
        cases.len(),
        failed.join("\n\n")
    );
}
