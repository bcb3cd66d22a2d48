//! What a remote site can do, and the data that goes back and forth.

use async_trait::async_trait;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use yigao_channel::{Answer, Cx, Interrupt, StepResult};
use yigao_core::{ChannelError, Derivative, Digest, Found, Leaf, Localized, Made, Observation};

/// Names of a driver's operations, as its profile declares them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ops {
    pub(crate) create: &'static str,
    /// Writes down what is to be withdrawn; asks the site, and changes nothing there.
    pub(crate) list: &'static str,
    pub(crate) withdraw: &'static str,
    pub(crate) upload: &'static str,
    pub(crate) delete_file: &'static str,
    /// None where nothing is accepted now and finished later.
    pub(crate) poll: Option<&'static str>,
}

/// What the driver calls one of the things that the site holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noun {
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
}

/// What differs from site to site.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Abilities {
    /// What bears our marker can be found.
    pub(crate) find: bool,
    /// What has a known number can be read.
    pub(crate) read: bool,
    /// Saving a text hides it until it is published again.
    pub(crate) saving_hides: bool,
    /// A withdrawal also deletes what is in the site's trash.
    pub(crate) deletes_trash: bool,
}

/// Whether readers see something that the site holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Public,
    /// Not public, perhaps because nobody has published it yet.
    Draft,
    /// Put away by somebody: private, scheduled, waiting for review.
    Hidden,
    Trash,
    /// The site does not say.
    Unknown,
}

/// The number of something on the site, and its address where that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) id: String,
    pub(crate) url: Option<String>,
}

/// Something that the site holds, as it shows it to an editor.
#[derive(Clone, Debug)]
pub(crate) struct Held<E> {
    pub(crate) target: Target,
    pub(crate) state: State,
    /// Its text bears this item's marker.
    pub(crate) is_marked: bool,
    /// Title and text are exactly what this program once wrote, whichever delivery that was.
    pub(crate) has_checksum: bool,
    /// Title and text were in the answer; a list of matches rarely has them.
    pub(crate) is_whole: bool,
    /// Title and text as they read.
    pub(crate) leaves: Vec<Leaf>,
    /// Digest of what readers see of it; none when that was not in the answer.
    pub(crate) checksum: Option<Digest>,
    /// What only the driver understands.
    pub(crate) extra: E,
}

/// What came of a creation.
#[derive(Debug)]
pub(crate) enum Created {
    New {
        target: Target,
        job: Option<String>,
    },
    /// The site answers that it is there already; the fault is for the case that our marker does not find it.
    Exists(Interrupt),
}

/// One call of those that bring a text to its readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Write {
    pub(crate) op: &'static str,
    /// It replaces the text; otherwise it only makes public what is there.
    pub(crate) has_text: bool,
    /// After it the text is public, or the site works on that.
    pub(crate) is_last: bool,
}

/// What came of one of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Written<D> {
    pub(crate) url: Option<String>,
    /// The site finishes it later under this name.
    pub(crate) job: Option<String>,
    /// What the site then held, read in the same act: what is there later may be somebody else's.
    pub(crate) wrote: Option<Digest>,
    /// What of it only the driver understands.
    pub(crate) detail: Option<D>,
}

/// A file on the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Placed {
    pub(crate) id: String,
    pub(crate) url: String,
}

/// Our text in a page that readers get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marked<'p> {
    Whole(&'p str),
    /// Its beginning is there and its end is not.
    CutOff,
    Absent,
}

/// A site, as one run of a method sees it. Its methods are calls and their parsing; they decide nothing and keep no journal.
#[async_trait]
pub(crate) trait RemoteSite: Sync {
    /// An article that is ready to be sent.
    type Content: Sync;
    /// What of something held only the driver understands.
    type Extra: Clone + Send + Sync;
    /// What of something written only the driver understands; receipts remember it.
    type Detail: Serialize + DeserializeOwned + Send + Sync;
    /// What one call reports about the files that are there; `()` where there is no such call.
    type Library: Send + Sync;

    const OPS: Ops;
    const NOUN: Noun;

    fn cx(&self) -> &Cx<'_>;

    fn abilities(&self) -> Abilities;

    /// Whether a receipt's number can be one of this site's.
    fn check_id(&self, id: &str) -> Result<(), ChannelError>;

    /// A whole address.
    fn address(&self, url: &str) -> String;

    /// Everything that bears our marker, in the site's order.
    async fn find(&self) -> StepResult<Vec<Held<Self::Extra>>>;

    /// What the site holds under a number; none when it is not there.
    async fn read(&self, target: &Target) -> StepResult<Option<Held<Self::Extra>>>;

    async fn create(&self, content: &Self::Content) -> StepResult<Created>;

    /// Digest of what readers would see of this article.
    fn checksum(&self, content: &Self::Content) -> Digest;

    /// The calls that bring a text to its readers. `is_old`: it was there before this delivery, and may say something else.
    fn writes(&self, is_old: bool) -> Vec<Write>;

    /// `there` is what the call replaces, where it was read before.
    async fn write(
        &self,
        write: Write,
        target: &Target,
        content: &Self::Content,
        there: Option<&Held<Self::Extra>>,
    ) -> StepResult<Written<Self::Detail>>;

    /// Whether the site has finished, and the address that it then gave.
    async fn finished(&self, job: &str, target: &Target) -> StepResult<Found<Option<String>>>;

    /// Gone already is as good.
    async fn withdraw(&self, target: &Target) -> StepResult<()>;

    /// The files that a rendition needs and that are there.
    async fn library(&self, media: &[Derivative]) -> StepResult<Self::Library>;

    /// A file by its content. With a `library` what that call reported is believed, otherwise the site is asked.
    async fn find_file(
        &self,
        derivative: &Derivative,
        made: &Made,
        library: Option<&Self::Library>,
    ) -> StepResult<Option<Placed>>;

    async fn upload(&self, derivative: &Derivative, made: &Made) -> StepResult<Placed>;

    /// Whether a file that was uploaded earlier is still there.
    async fn has_file(&self, file: &Placed, library: &Self::Library) -> StepResult<bool>;

    /// Takes a file away; what staff use elsewhere stays, and gone already is as good.
    async fn delete_file(&self, file: &Placed) -> StepResult<()>;

    /// A page as a reader gets it: nobody is logged in.
    async fn page(&self, url: &str) -> StepResult<Answer>;

    /// CSS selector of the main text on a page, where it is known.
    fn main_text(&self) -> Option<&str>;

    fn marked<'p>(&self, html: &'p str) -> Marked<'p>;

    /// Why readers do not see it, for people.
    fn why_hidden(&self, held: &Held<Self::Extra>) -> Localized;

    /// What an editor sees of details that are no part of title and text: differences go into `seen`.
    async fn compare_details(
        &self,
        held: &Held<Self::Extra>,
        detail: Option<&Self::Detail>,
        seen: &mut Observation,
    ) -> StepResult<()>;

    /// Pictures of a page that readers do not get go into `seen`. `shown` is the markup of the text.
    async fn compare_pictures(
        &self,
        url: &str,
        shown: &str,
        seen: &mut Observation,
    ) -> StepResult<()>;
}
