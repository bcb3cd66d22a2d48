//! Serves a hub with deliveries in every state, to look at the pages: `cargo run -p yigao-server --example look`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "an example may stop at once; what it shares with the tests does"
)]

#[path = "../tests/server/fake.rs"]
mod fake;
#[path = "../tests/server/place.rs"]
mod place;

use std::time::Duration;

use place::Place;
use yigao_core::{Actor, DestinationId};
use yigao_engine::Request;
use yigao_paint::Scene;
use yigao_server::{Server, ServerSettings};

const TEXT: &[&str] = &[
    "11月24日，临沂市文化和旅游局发布冬季文旅惠民活动安排：全市 38 家 A 级景区推出门票优惠，12 个县区同步举办非遗市集、民俗展演和沂蒙大集。",
    "活动自12月1日起至次年2月28日止。市民和游客可持身份证在景区窗口办理，也可通过“沂蒙文旅”小程序预约。",
    "市文化和旅游局提醒广大游客合理安排行程，注意防寒保暖，文明出游。",
];

#[tokio::main]
async fn main() {
    let place = Place::open(&[
        ("site", "局网站", "website", "folder:site", 80),
        ("account", "公众号·文旅临沂", "wechat", "wx123456", 32),
        (
            "lanshan",
            "兰山区融媒体中心",
            "county",
            "push:lanshan:drift",
            60,
        ),
        (
            "mengyin",
            "蒙阴县融媒体中心",
            "county",
            "drop:mengyin:down",
            60,
        ),
        ("yinan", "沂南县融媒体中心", "county", "paste:yinan", 60),
    ])
    .await;
    fill(&place).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:7979")
        .await
        .unwrap();
    let server = Server::new(
        place.hub.clone(),
        ServerSettings {
            tokens: vec![("look".into(), yigao_channel::Secret::new("look"))],
        },
    );
    println!("{}", server.sign_in_link(&listener).unwrap());
    println!(
        "token: look; hand-over page: http://127.0.0.1:7979/hand/yinan/t-winter-2026?s=ok-t-winter-2026"
    );
    server
        .run(listener, async { drop(tokio::signal::ctrl_c().await) })
        .await
        .unwrap();
}

#[expect(
    clippy::too_many_lines,
    reason = "sets the whole stage, a delivery in every state"
)]
async fn fill(place: &Place) {
    let hub = &place.hub;
    let wang = Actor::user("wang");
    let step = |seconds: u64| hub.clock.advance(Duration::from_secs(seconds));

    let heritage = place
        .item(
            "heritage-2026",
            "沂蒙非遗年货大集12月起在全市十二个县区举办",
            TEXT,
            Some(Scene::Market),
            &[],
        )
        .await;
    place.publish(&heritage).await;
    place.work().await;
    step(4000);
    place.work().await;
    step(600);
    place
        .item(
            "heritage-2026",
            "沂蒙非遗年货大集12月起在全市十二县区举办",
            TEXT,
            Some(Scene::Market),
            &[],
        )
        .await;
    let request = Request {
        approve: true,
        destinations: vec![DestinationId::parse("site").unwrap()],
        ..Request::default()
    };
    hub.correct(&heritage, &request, &wang).await.unwrap();
    place.work().await;

    let winter = place
        .item(
            "winter-2026",
            "冬季文旅惠民活动12月1日启动",
            TEXT,
            Some(Scene::Mountains),
            &["account:poll", "mengyin:down", "yinan:hand"],
        )
        .await;
    place.publish(&winter).await;
    place.work().await;

    let museum = place
        .item(
            "museum-night",
            "市博物馆“夜游”试开放公告",
            TEXT,
            Some(Scene::Library),
            &["account:doubt", "lanshan:reject", "yinan:hand"],
        )
        .await;
    place.publish(&museum).await;
    place.work().await;

    let plan = place
        .item(
            "plan-2026",
            "2026年全市文化和旅游市场安全生产专项检查方案",
            TEXT,
            None,
            &[],
        )
        .await;
    let request = Request {
        approve: true,
        at: Some("2026-11-25T01:00:00Z".parse().unwrap()),
        ..Request::default()
    };
    hub.publish(&plan, &request, &wang).await.unwrap();
    place.work().await;

    let fair = place
        .item(
            "fair-2025",
            "2025年沂河灯会延期举办的通知",
            TEXT,
            None,
            &["account:doubt"],
        )
        .await;
    place.publish(&fair).await;
    place.work().await;
    step(60);
    hub.withdraw(&fair, vec![], "延期通知作废，灯会取消", &wang)
        .await
        .unwrap();
    place.work().await;

    let long = "关于印发《临沂市“十五五”文化和旅游融合发展规划（2026—2030年）》的通知";
    let policy = place
        .item("policy-noalt", long, TEXT, Some(Scene::Gate), &[])
        .await;
    hub.hold_item(&policy, "等待局长办公会审定", &wang)
        .await
        .unwrap();
    place
        .item(
            "new-item",
            "“书香沂蒙”全民阅读周活动安排",
            TEXT,
            Some(Scene::River),
            &[],
        )
        .await;
    let lanshan = DestinationId::parse("lanshan").unwrap();
    hub.pause_destination(&lanshan, "对方系统升级，预计 18:00 恢复", &wang)
        .await
        .unwrap();
}
