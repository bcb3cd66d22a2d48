//! Texts as people type them.

use super::{
    Case,
    Input::{self, Body, Text},
    Right::{self, Refused, Seen},
};

const fn case(name: &'static str, input: Input, right: Right) -> Case {
    Case { name, input, right }
}

pub(super) const CASES: [Case; 58] = [
    // Signs between figures.
    case(
        "signs-area",
        Body("占地35*28=980平方米，层高4.2米。"),
        Seen(&["占地35*28=980平方米，层高4.2米。"], &[]),
    ),
    case(
        "signs-series",
        Body("规格：60*40*25（厘米）、80*60*40（厘米）。"),
        Seen(&["规格：60*40*25（厘米）、80*60*40（厘米）。"], &[]),
    ),
    case(
        "signs-words",
        Body("补贴=场次*标准*系数，由财政核定。"),
        Seen(&["由财政核定。"], &["asterisks_as_emphasis"]),
    ),
    case(
        "signs-escaped",
        Body("补贴=场次\\*标准\\*系数。"),
        Seen(&["补贴=场次*标准*系数。"], &[]),
    ),
    case(
        "signs-phone",
        Body("咨询电话：0539-8*****12，工作日接听。"),
        Seen(&["0539-8*****12"], &[]),
    ),
    case(
        "signs-id",
        Body("证号3713**********1234的持有人已公示。"),
        Seen(&["3713**********1234"], &["markup_left"]),
    ),
    case(
        "signs-stars",
        Body("星级：★★★★*（试评）"),
        Seen(&["星级：★★★★*（试评）"], &[]),
    ),
    case(
        "signs-tilde",
        Body("每日8:00~18:00，5~7月延长~。"),
        Seen(&["每日8:00~18:00，5~7月延长~。"], &[]),
    ),
    case(
        "signs-underscore",
        Body("文件名为QC_2026_方案_终稿.docx。"),
        Seen(&["文件名为QC_2026_方案_终稿.docx。"], &[]),
    ),
    case(
        "signs-less",
        Body("噪声<55分贝，人数>=300人须报备，a<b。"),
        Seen(&["噪声<55分贝，人数>=300人须报备，a<b。"], &[]),
    ),
    case(
        "signs-amp",
        Body("R&B专场、A&amp;B组合。"),
        Seen(&["R&B专场、A&B组合。"], &[]),
    ),
    case(
        "signs-brackets",
        Body("[重要] 演出[改期]，详见（附件[1]）。"),
        Seen(&["[重要]演出[改期]，详见（附件[1]）。"], &[]),
    ),
    case(
        "signs-money",
        Body("票价$50或￥360，8.5折*，*学生票除外。"),
        Seen(&["票价$50或￥360，8.5折*，*学生票除外。"], &[]),
    ),
    case(
        "signs-code",
        Body("请填写`编号`一栏。"),
        Seen(&["请填写编号一栏。"], &["code_as_text"]),
    ),
    case(
        "signs-backslash",
        Body("路径D:\\公告\\2026，逐级打开。"),
        Seen(&["路径D:\\公告\\2026，逐级打开。"], &[]),
    ),
    case(
        "signs-two-lines",
        Body("主展厅30*20，\n副展厅15*10，均对外开放。"),
        Seen(&["主展厅30*20，副展厅15*10，均对外开放。"], &[]),
    ),
    case(
        "signs-percent",
        Body("同比增长12.5%(上年8%)。"),
        Seen(&["同比增长12.5%(上年8%)。"], &[]),
    ),
    // Headings and what looks like them.
    case(
        "heading-joined",
        Body("##二、报名方式\n\n线上报名。"),
        Seen(&["二、报名方式", "线上报名。"], &["heading_mark_joined"]),
    ),
    case(
        "heading-chapter",
        Body("#第一章 总则\n\n第一条 为规范管理，制定本办法。"),
        Seen(
            &["第一章总则", "第一条为规范管理"],
            &["heading_mark_joined"],
        ),
    ),
    case(
        "heading-full-width",
        Body("＃＃（三）票务\n\n凭证入场。"),
        Seen(&["（三）票务"], &["heading_mark_joined"]),
    ),
    case(
        "heading-hashtag",
        Body("#非遗过大年#活动今日启动。"),
        Seen(&["#非遗过大年#活动今日启动。"], &["markup_left"]),
    ),
    case(
        "heading-number",
        Body("#1机位检修，#2机位正常。"),
        Seen(&["#1机位检修，#2机位正常。"], &["markup_left"]),
    ),
    case(
        "heading-trailing",
        Body("## 时间地点 ##\n\n周六。"),
        Seen(&["时间地点"], &[]),
    ),
    case(
        "heading-dashes",
        Body("一、活动安排\n------\n\n周六上午。"),
        Seen(&["一、活动安排", "周六上午。"], &["dashes_as_divider"]),
    ),
    case(
        "heading-low",
        Body("##### 五级标题\n\n文。"),
        Seen(&["五级标题"], &["heading_too_low"]),
    ),
    // Quotations and dividers.
    case(
        "greater-than",
        Body(">500人的活动须提前报批。"),
        Seen(&[">500人的活动须提前报批。"], &["greater_than_as_text"]),
    ),
    case(
        "quotation",
        Body("> 文化是民族的血脉。\n> ——摘自讲话"),
        Seen(&["文化是民族的血脉。——摘自讲话"], &[]),
    ),
    case(
        "one-dash",
        Body("联系人：张三\n-\n李四"),
        Seen(&["联系人：张三", "李四"], &[]),
    ),
    case(
        "divider-stars",
        Body("上半场。\n\n***\n\n下半场。"),
        Seen(&["上半场。", "下半场。"], &[]),
    ),
    // Notes and definitions.
    case(
        "note-plain",
        Body("参观人数8.6万[^1]。\n\n[^1]: 含分馆。"),
        Seen(&["参观人数8.6万[1]。", "[1]含分馆。"], &[]),
    ),
    case(
        "note-words",
        Body("依据条例[^条例]办理。\n\n[^条例]:《公共文化服务保障法》第三十条。"),
        Seen(
            &["依据条例[1]办理。", "[1]《公共文化服务保障法》第三十条。"],
            &[],
        ),
    ),
    case(
        "note-unused",
        Body("正文。\n\n[^9]: 备查。"),
        Seen(&["[1]备查。"], &["note_unused"]),
    ),
    case(
        "note-missing",
        Body("见注[^7]。"),
        Seen(&["见注[^7]。"], &["markup_left"]),
    ),
    case(
        "note-twice-used",
        Body("甲[^1]乙[^1]。\n\n[^1]: 同一注。"),
        Seen(&["甲[1]乙[1]。", "[1]同一注。"], &[]),
    ),
    case(
        "note-in-table",
        Body("| 项目 | 数 |\n| --- | --- |\n| 馆藏[^a] | 12 |\n\n[^a]: 件（套）。"),
        Seen(&["馆藏[1]", "[1]件（套）。"], &[]),
    ),
    case(
        "definition-sentence",
        Body("数据如下。\n\n[说明]: 本表口径与年鉴一致。"),
        Seen(&["[说明]: 本表口径与年鉴一致。"], &["definition_as_text"]),
    ),
    case(
        "definition-link",
        Body("详见[通知][1]。\n\n[1]: https://www.example.gov.cn/a"),
        Seen(&["详见通知"], &[]),
    ),
    case(
        "definition-unused",
        Body("[附件下载]: https://www.example.gov.cn/b.docx"),
        Seen(
            &["[附件下载]: https://www.example.gov.cn/b.docx"],
            &["definition_as_text"],
        ),
    ),
    case(
        "note-doubled",
        Body("甲[^1]。\n\n[^1]: 一。\n\n[^1]: 二。"),
        Refused("note_twice", Some(9)),
    ),
    // Lists.
    case(
        "list-goes-on",
        Body("1. 报名\n2. 初审\n\n初审结果公示五日。\n\n3. 复审\n4. 发证"),
        Seen(&["1. 报名", "2. 初审", "3. 复审", "4. 发证"], &[]),
    ),
    case(
        "list-skips",
        Body("1. 一等奖\n3. 三等奖\n4. 优秀奖"),
        Seen(&["1. 一等奖", "3. 三等奖", "4. 优秀奖"], &[]),
    ),
    case(
        "list-bracket",
        Body("1) 受理\n2) 决定"),
        Seen(&["1) 受理", "2) 决定"], &[]),
    ),
    case(
        "list-year",
        Body("2025. 年报数据另行公布。"),
        Seen(&["2025. 年报数据另行公布。"], &[]),
    ),
    case(
        "list-typed-chinese",
        Body("（一）身份证；\n\n（二）户口簿。"),
        Seen(&["（一）身份证；", "（二）户口簿。"], &[]),
    ),
    case(
        "list-circled",
        Body("~~~list style=circled\n1. 预约\n2. 入场\n~~~"),
        Seen(&["①预约", "②入场"], &[]),
    ),
    case(
        "list-chinese",
        Body(
            "~~~list style=chinese,chinese_bracket\n3. 保障措施\n   1. 组织\n   2. 经费\n4. 附则\n~~~",
        ),
        Seen(
            &["三、保障措施", "（一）组织", "（二）经费", "四、附则"],
            &[],
        ),
    ),
    case(
        "list-zero",
        Body("0. 准备\n1. 开始"),
        Seen(&["0. 准备", "1. 开始"], &[]),
    ),
    case(
        "list-number-too-large",
        Body("20260101. 甲\n20260102. 乙"),
        Refused("number_too_large", Some(5)),
    ),
    // Tables.
    case(
        "table-merged",
        Body(
            "~~~table header=2 spans\n| 区 | 人次 | << |\n| --- | --- | --- |\n| ^^ | 上 | 下 |\n| 甲 | 1,200 | 980 |\n~~~",
        ),
        Seen(&["甲", "1,200", "980"], &[]),
    ),
    case(
        "table-overlap",
        Body("~~~table spans\n| 甲 | << |\n| --- | --- |\n| ^^ | 乙 |\n~~~"),
        Refused("cells_not_merged", None),
    ),
    case(
        "table-stars",
        Body("| 规格 | 数量 |\n| --- | ---: |\n| 120*80 | 6 |\n| 90*60 | 8 |"),
        Seen(&["120*80", "90*60"], &[]),
    ),
    case(
        "table-too-long",
        Body("| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 | 3 |"),
        Refused("table_row_too_long", Some(7)),
    ),
    // The end of a document.
    case(
        "closing",
        Body("特此公告。\n\n青川市文化和旅游局\n\n青川市财政局\n\n2026年3月2日"),
        Seen(&["青川市文化和旅游局", "青川市财政局", "2026年3月2日"], &[]),
    ),
    case(
        "closing-fenced",
        Body("特此公告。\n\n~~~closing\n青川市非遗保护中心\n二〇二六年三月二日\n~~~"),
        Seen(&["青川市非遗保护中心", "二〇二六年三月二日"], &[]),
    ),
    // Front matter.
    case(
        "title-hash",
        Text("---\ntitle: #非遗过大年# 启动\nunit: 局\n---\n文。\n"),
        Seen(&["#非遗过大年#启动"], &[]),
    ),
    case(
        "title-colon",
        Text("---\ntitle: 回应: 关于票价 # 修订\nunit: 局\n---\n文。\n"),
        Seen(&["回应: 关于票价 # 修订"], &[]),
    ),
    case(
        "title-quotes",
        Text("---\ntitle: “我们的节日”*元宵*\nunit: @青川文旅\n---\n文。\n"),
        Seen(&["“我们的节日”*元宵*"], &[]),
    ),
    case(
        "title-private",
        Text("---\ntitle: 王\u{E863}\nunit: 局\n---\n文。\n"),
        Refused("private_use_character", Some(2)),
    ),
];
