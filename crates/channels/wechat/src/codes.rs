//! Return codes of the calls in use, after WeChat's page 全局返回码 and the pages of each call, read 2026-11.

use crate::ops;

/// What a code asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Our request is wrong: it was not carried out, and sending it again is no use.
    Fix,
    /// The platform is in trouble; a write may have been carried out.
    Busy,
    /// The token is not good; nothing was done.
    Token,
    /// Too fast: not before so many seconds.
    Slow(u64),
    /// Used up until midnight in Beijing.
    Day,
    /// AppID, secret, allow-list: an administrator sets it right.
    Setup,
    /// The account may not do this.
    Account,
    /// A person must check this article in the console.
    Editor,
    /// May have been done already: look it up before anything else.
    Reconcile,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Code {
    pub(crate) code: i64,
    pub(crate) class: Class,
    pub(crate) message: &'static str,
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
}

const fn row(
    code: i64,
    class: Class,
    message: &'static str,
    zh: &'static str,
    en: &'static str,
) -> Code {
    Code {
        code,
        class,
        message,
        zh,
        en,
    }
}

/// The line of `code`.
pub(crate) fn code(code: i64) -> Option<&'static Code> {
    CODES.iter().find(|row| row.code == code)
}

use Class::{Account, Busy, Day, Editor, Fix, Reconcile, Setup, Slow, Token};

#[rustfmt::skip]
pub(crate) const CODES: &[Code] = &[
    row(-1, Busy, "system error", "微信系统繁忙，稍后自动再试", "the platform is busy; tried again later"),
    row(40001, Token, "invalid credential", "令牌已失效，自动换新；取令牌时出现则请核对 AppSecret", "the token is renewed; when a token is fetched, check the AppSecret"),
    row(40002, Fix, "invalid grant_type", "程序问题，请反馈", "a mistake of this program: report it"),
    row(40004, Fix, "invalid media type", "程序问题，请反馈", "a mistake of this program: report it"),
    row(40005, Fix, "invalid file type", "图片须为 JPG 或 PNG，请换一张", "pictures must be JPEG or PNG: replace it"),
    row(40006, Fix, "invalid media size", "素材太大，请换一张", "the file is too large: replace it"),
    row(40007, Fix, "invalid media_id", "草稿或封面已不在素材库，请到公众号后台核对", "draft or cover is not in the account any more: check the console"),
    row(40009, Fix, "invalid image size", "图片太大（正文图须小于 1 MB），请换一张", "the picture is too large (under 1 MB in the body): replace it"),
    row(40012, Fix, "invalid thumb size", "缩略图超过 64 KB", "the thumb is over 64 KB"),
    row(40013, Setup, "invalid appid", "AppID 不对，请核对目的账号配置 app_id", "the AppID is wrong: check app_id"),
    row(40014, Token, "invalid access_token", "令牌已失效，自动换新", "the token is renewed"),
    row(40033, Fix, "invalid charset", "程序问题，请反馈", "a mistake of this program: report it"),
    row(40035, Fix, "invalid parameter", "程序问题，请反馈", "a mistake of this program: report it"),
    row(40038, Fix, "invalid request format", "程序问题，请反馈", "a mistake of this program: report it"),
    row(40039, Fix, "invalid url size", "链接太长，请缩短原文地址", "the address is too long: shorten the source address"),
    row(40048, Fix, "invalid url domain", "链接的域名不被允许，请更换", "the address's domain is not allowed: replace it"),
    row(40060, Fix, "invalid article index", "文章序号不对，请到公众号后台核对", "no article of this index: check the console"),
    row(40062, Fix, "invalid title size", "标题过长，请缩短", "shorten the title"),
    row(40066, Fix, "invalid url", "正文中有不被允许的链接，或接口地址不对", "a link in the text is not allowed, or base_url is wrong"),
    row(40068, Editor, "malicious url in the text", "正文含有被判为恶意的链接，请删去", "the text has an address judged malicious: take it out"),
    row(40097, Fix, "invalid arguments", "程序问题，请反馈", "a mistake of this program: report it"),
    row(40113, Fix, "unsupported file type", "图片须为 JPG 或 PNG，请换一张", "pictures must be JPEG or PNG: replace it"),
    row(40114, Fix, "invalid index value", "程序问题，请反馈", "a mistake of this program: report it"),
    row(40125, Setup, "invalid appsecret", "AppSecret 不对，请在公众号后台核对后更新 secret", "the AppSecret is wrong: check it in the console and update the secret"),
    row(40137, Fix, "invalid image format", "图片无法识别，请重新导出后再导入", "the picture cannot be read: export it again"),
    row(40155, Fix, "home page of another account in the text", "请删去其他公众号主页的链接", "take out the link to another account's home page"),
    row(40164, Setup, "this address is not on the allow-list", "请把本机出口 IP 加入公众号后台的 IP 白名单，5 到 10 分钟后生效", "add our outgoing address to the IP allow-list in the console; it takes 5 to 10 minutes"),
    row(40192, Fix, "invalid author", "作者名不被接受，请修改", "change the author"),
    row(40204, Editor, "article under rumour handling cannot be deleted", "该文正在处理中，接口不能删除，请到公众号后台处理", "this article cannot be deleted by the API: see the console"),
    row(40229, Fix, "empty cover", "缺封面，请为稿件指定封面", "name a cover picture"),
    row(40243, Setup, "AppSecret is frozen", "AppSecret 已冻结，请在公众号后台解冻", "the AppSecret is frozen: unfreeze it in the console"),
    row(41001, Fix, "access_token missing", "程序问题，请反馈", "a mistake of this program: report it"),
    row(41002, Setup, "appid missing", "请填写 app_id", "set app_id"),
    row(41004, Setup, "appsecret missing", "请填写 secret", "set the secret"),
    row(41005, Fix, "media data missing", "程序问题，请反馈", "a mistake of this program: report it"),
    row(41006, Fix, "media_id missing", "程序问题，请反馈", "a mistake of this program: report it"),
    row(41011, Fix, "required field missing", "标题等必填项为空，请补全", "a required field such as the title is empty"),
    row(41039, Fix, "invalid content_source_url", "原文地址无效，须为完整的 http(s) 地址", "the source address must be a whole http(s) address"),
    row(42001, Token, "access_token expired", "令牌已过期，自动换新", "the token is renewed"),
    row(43001, Fix, "GET is required", "程序问题，请反馈", "a mistake of this program: report it"),
    row(43002, Fix, "POST is required", "程序问题，请反馈", "a mistake of this program: report it"),
    row(43003, Setup, "https is required", "base_url 须为 https", "base_url must be https"),
    row(44001, Fix, "empty media data", "图片文件为空，请重新导入", "the picture file is empty: import it again"),
    row(44002, Fix, "empty body", "程序问题，请反馈", "a mistake of this program: report it"),
    row(44003, Fix, "empty news data", "程序问题，请反馈", "a mistake of this program: report it"),
    row(44004, Fix, "empty content", "正文为空，请补全", "the text is empty"),
    row(45001, Fix, "media size out of limit", "素材太大，请换一张", "the file is too large: replace it"),
    row(45002, Fix, "content size out of limit", "正文超过 2 万字符（含标记）或 1 MB，请压缩或拆分", "the text exceeds 20,000 characters with its tags, or 1 MB: shorten or split it"),
    row(45003, Fix, "title size out of limit", "标题过长，请缩短", "shorten the title"),
    row(45004, Fix, "digest size out of limit", "摘要过长，请缩短", "shorten the summary"),
    row(45005, Fix, "source url size out of limit", "原文地址超过 1 KB", "the source address exceeds 1 KB"),
    row(45008, Fix, "too many articles", "程序问题，请反馈", "a mistake of this program: report it"),
    row(45009, Day, "daily quota reached", "该接口今日额度用完，零点后自动继续；急用可由管理员在后台清零", "today's quota is used up; it goes on after midnight in Beijing, or an administrator resets it"),
    row(45011, Slow(60), "minute quota reached", "调用过快，稍后自动继续", "too fast; it continues automatically"),
    row(45034, Account, "too many media files", "素材数量已达上限，请在后台清理", "too many media files: delete some in the console"),
    row(45035, Setup, "this address is not on the allow-list", "请把本机出口 IP 加入公众号后台的 IP 白名单", "add our outgoing address to the IP allow-list"),
    row(45061, Slow(300), "updated too often", "操作过于频繁，稍后自动继续", "too often; it continues automatically"),
    row(45074, Account, "too many materials", "永久素材已满，请在后台清理", "the material library is full: delete some in the console"),
    row(45101, Slow(3_600), "upload limit reached", "上传达到上限，稍后自动继续", "upload limit reached; it continues automatically"),
    row(45102, Busy, "this call is blocked for the moment", "接口暂时被封，稍后自动再试", "blocked for the moment; tried again later"),
    row(45103, Account, "this call is not supported any more", "接口已下线，请升级本程序", "this call was removed: update this program"),
    row(45104, Slow(3_600), "domain quota reached", "域名额度用完，稍后自动继续", "domain quota reached; it continues automatically"),
    row(45106, Account, "this call is not supported any more", "接口已下线，请升级本程序", "this call was removed: update this program"),
    row(45110, Fix, "author size out of limit", "作者名过长，请在目的账号配置 author 写简称", "the author is too long: set a short author for this destination"),
    row(45166, Fix, "invalid content", "正文含有不被允许的结构（外链、小程序图等），请简化", "the text has a construct that is not allowed, such as an outside link: simplify it"),
    row(45168, Editor, "keyword in black list", "正文含有被禁词，请修改", "the text has a forbidden word: change it"),
    row(45501, Account, "blocked by the supervisor", "该应用被平台暂时限制，请看公众号后台", "partly blocked by the platform: see the console"),
    row(46001, Fix, "media does not exist", "素材不存在，请到公众号后台核对", "the material does not exist: check the console"),
    row(47001, Fix, "data format error", "程序问题，请反馈", "a mistake of this program: report it"),
    row(47002, Fix, "\\u escapes in the body", "程序问题，请反馈", "a mistake of this program: report it"),
    row(47003, Fix, "invalid argument", "程序问题，请反馈", "a mistake of this program: report it"),
    row(48001, Account, "not authorised for this call", "该账号没有发布接口权限（2025 年 7 月起须认证），请完成认证，或由人工在后台发布", "the account has no right to publish by API (verification is needed since 2025-07): get verified, or publish by hand in the console"),
    row(48004, Account, "API banned for irregularities", "接口被封禁，详情见公众号后台", "the API is banned: see the console"),
    row(48005, Account, "material in use by menu or reply", "素材被菜单或自动回复引用，不能删除", "a menu or an automatic reply uses this material"),
    row(48006, Day, "quota resets used up", "本月清零次数用完", "no quota resets left this month"),
    row(48012, Token, "invalid token", "令牌已失效，自动换新", "the token is renewed"),
    row(48015, Account, "no comment privilege", "该账号没有留言权限，请设 comments = false", "the account has no comments: set comments = false"),
    row(50001, Account, "not authorised", "账号未授权该接口，请看公众号后台", "not authorised: see the console"),
    row(50002, Account, "account is limited", "账号受限，请看公众号后台", "the account is limited: see the console"),
    row(50003, Account, "account is not on the white list", "账号未开通该能力", "the account does not have this ability"),
    row(50004, Account, "use of access_token forbidden", "账号被禁止使用接口，请看公众号后台", "the account may not use the API: see the console"),
    row(50007, Account, "account is frozen", "账号已冻结，请看公众号后台", "the account is frozen: see the console"),
    row(53402, Fix, "cover cannot be cropped", "封面裁剪失败，请换一张至少 200 像素宽的封面", "the cover cannot be cropped: use one at least 200 pixels wide"),
    row(53500, Account, "publishing is banned", "发布功能被封禁，请看公众号后台", "publishing is banned: see the console"),
    row(53501, Slow(300), "publish requests too often", "发布过于频繁，稍后自动继续", "published too often; it continues automatically"),
    row(53502, Fix, "publish id is not known", "查不到该发布任务，请到公众号后台核对", "the publish job is not known: check the console"),
    row(53503, Editor, "draft failed the publish check", "草稿未通过发布检查，请到公众号后台打开草稿查看原因", "the draft failed the check: open it in the console to see why"),
    row(53504, Editor, "draft must be used from the console", "该草稿须在公众号后台发布", "this draft must be published from the console"),
    row(53505, Editor, "draft must be saved by hand", "草稿被人编辑过，请在公众号后台保存后重新投递", "somebody is editing the draft: save it in the console, then send again"),
    row(53600, Fix, "article id is not known", "该文章不存在或已删除", "no such article, or deleted already"),
    row(61004, Setup, "client address is not registered", "请把本机出口 IP 加入公众号后台的 IP 白名单", "add our outgoing address to the IP allow-list"),
    row(61007, Account, "not authorised", "账号未授权该接口", "not authorised for this call"),
    row(61450, Busy, "system error", "微信系统错误，稍后自动再试", "the platform failed; tried again later"),
    row(61451, Fix, "invalid parameter", "程序问题，请反馈", "a mistake of this program: report it"),
    row(87014, Editor, "risky content", "内容被判有风险，请修改", "the content was judged risky: change it"),
    row(88000, Fix, "no comment privilege", "该账号没有留言权限，请设 comments = false", "the account has no comments: set comments = false"),
    row(89503, Setup, "an administrator must confirm this address", "请管理员在微信中确认本机 IP 的调用请求", "an administrator must confirm this address in WeChat"),
    row(89506, Setup, "an administrator refused this address", "管理员拒绝了本机 IP，24 小时内不能再申请", "an administrator refused this address; closed for 24 hours"),
    row(89507, Setup, "an administrator refused this address", "管理员拒绝了本机 IP，1 小时内不能再申请", "an administrator refused this address; closed for 1 hour"),
];

/// The same code means another thing at one call.
#[rustfmt::skip]
pub(crate) const AT_OP: &[(&str, Code)] = &[
    (ops::TOKEN, row(40001, Setup, "invalid appsecret", "AppSecret 不对，请在公众号后台核对后更新 secret", "the AppSecret is wrong: check it in the console and update the secret")),
    (ops::SUBMIT, row(40007, Reconcile, "the draft has left the box", "草稿已不在草稿箱：可能已发布、被群发或被删，先核对再处理", "the draft is gone: published already, sent by hand or deleted; looked for before anything else")),
    (ops::SUBMIT_UNMARKED, row(40007, Reconcile, "the draft has left the box", "草稿已不在草稿箱：可能已发布、被群发或被删，请到公众号后台核对", "the draft is gone: published already, sent by hand or deleted; check the console")),
];
