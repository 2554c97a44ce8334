//! Rows of a list in another order, by buttons that work without scripts.

use axum::http::StatusCode;
use trueup_roadmap::{Criterion, parse};

use crate::client::{Client, Fields, sent, set, value};
use crate::memory::Memory;

const BET: &str = "bets/auto-close.toml";
const EDIT: &str = "/bets/auto-close/edit";
const CRITERIA: &str = "gate.graduate.criteria";
const ACCEPTANCE: &str = "  { metric = \"acceptance\", at_least = 0.65, role = \"goal\" },";
const ACCURACY: &str = "  { metric = \"accuracy\",   at_least = 0.95, role = \"guardrail\" },";

fn demo() -> (Memory, Client) {
    let memory = Memory::demo();
    (memory.clone(), Client::new(memory))
}

/// The form after a press of a button that moves a row.
async fn press(client: &Client, form: &Fields, way: &str, row: usize) -> (Fields, String) {
    let mut pressed = form.clone();
    set(&mut pressed, "move", &format!("{way} {CRITERIA}[{row}]"));
    let answer = client.post(EDIT, &pressed).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    (sent(&answer.body), answer.body)
}

fn metrics(memory: &Memory) -> Vec<String> {
    let roadmap = parse(&memory.files()).roadmap;
    let gate = roadmap.bet("auto-close").and_then(|bet| bet.graduation()).expect("it has one");
    let metric = |criterion: &Criterion| match criterion {
        Criterion::Measured(measured) => Some(measured.metric.value.clone()),
        Criterion::Attested(_) => None,
    };
    gate.criteria.iter().filter_map(metric).collect()
}

#[tokio::test]
async fn a_row_moves_with_its_comments_and_what_was_typed_is_kept() {
    let (memory, client) = demo();
    let text = memory.text(BET);
    let commented = format!("  # Without this nobody gains.\n{ACCEPTANCE} # the goal\n");
    memory.put(BET, &text.replace(&format!("{ACCEPTANCE}\n"), &commented), "Lev");
    // Nobody is chosen yet in whose name: nothing is saved by moving a row.
    let mut form = sent(&client.get(EDIT).await.body);
    set(&mut form, "set:title", "Kept");
    set(&mut form, &format!("set:{CRITERIA}[1].at_least"), "0.9");
    let (form, page) = press(&client, &form, "down", 0).await;
    assert_eq!(value(&form, &format!("order:{CRITERIA}")).as_deref(), Some("1 0 2 3 4"));
    assert_eq!(value(&form, "set:title").as_deref(), Some("Kept"));
    for heading in ["Criterion 1: accuracy", "Criterion 2: acceptance"] {
        assert!(page.contains(heading), "{heading}");
    }
    assert_eq!(memory.commits().len(), 1);

    let (form, page) = press(&client, &form, "down", 0).await;
    for heading in ["Criterion 2: error_rate", "Criterion 3: acceptance"] {
        assert!(page.contains(heading), "{heading}");
    }
    let (mut form, _) = press(&client, &form, "up", 0).await;
    set(&mut form, "person", "tomas");
    set(&mut form, &format!("set:{CRITERIA}[new].metric"), "csat");
    set(&mut form, &format!("set:{CRITERIA}[new].at_least"), "0.5");
    set(&mut form, &format!("set:{CRITERIA}[new].role"), "guardrail");
    let answer = client.post(EDIT, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let moved = format!("{}\n{commented}", ACCURACY.replace("0.95", "0.9"));
    let now = memory.text(BET);
    assert!(now.contains(&moved) && now.contains("title = \"Kept\""), "{now}");
    assert_eq!(
        metrics(&memory),
        ["accuracy", "acceptance", "error_rate", "cost_per_interaction", "csat"]
    );
    assert_eq!(memory.commits()[1].message, "Edit 4 fields of `auto-close`");
}

#[tokio::test]
async fn each_button_says_which_row_it_moves_and_where_the_page_opens_again() {
    let (_, client) = demo();
    let page = client.get(EDIT).await.body;
    let place = page.find(&format!("value=\"down {CRITERIA}[0]\"")).expect("the first moves down");
    let button = page[place..].split("</button>").next().unwrap_or_default();
    assert!(button.ends_with(">Move <span class=\"unseen\">criterion 1 </span>down"), "{button}");
    let anchor = button.split("/edit#").nth(1).and_then(|rest| rest.split('"').next());
    let anchor = anchor.expect("it names a place of the page");
    assert_eq!(page.matches(&format!("id=\"{anchor}\"")).count(), 1, "{anchor}");
    for none in [format!("up {CRITERIA}[0]"), format!("down {CRITERIA}[4]"), "down risk[0]".into()]
    {
        assert!(!page.contains(&format!("value=\"{none}\"")), "{none}");
    }
    // Enter within a field saves, as it did before there were other buttons.
    let form = page.split("<form class=\"edit railed\"").nth(1).unwrap_or_default();
    let first = form.split("<button").nth(1).and_then(|button| button.split("</button>").next());
    assert!(first.is_some_and(|button| button.ends_with(">Save") && !button.contains("name=")));
}

#[tokio::test]
async fn a_row_may_move_while_others_come_and_go() {
    let (memory, client) = demo();
    let form = client.form(EDIT, "lev").await;
    let (mut form, _) = press(&client, &form, "up", 2).await;
    let gone = value(&form, &format!("row:{CRITERIA}[0]")).expect("it is there");
    set(&mut form, &format!("drop:{CRITERIA}[0]"), &gone);
    // Meanwhile somebody puts another criterion first.
    let text = memory.text(BET);
    let first = "  { metric = \"csat\", at_least = 0.5, role = \"guardrail\" },\n";
    memory.put(BET, &text.replace(ACCEPTANCE, &format!("{first}{ACCEPTANCE}")), "Tomas");
    set(&mut form, "person", "lev");
    let answer = client.post(EDIT, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(metrics(&memory), ["csat", "error_rate", "accuracy", "cost_per_interaction"]);
}

#[tokio::test]
async fn two_who_order_the_same_rows_otherwise_are_asked() {
    let (memory, client) = demo();
    let form = client.form(EDIT, "lev").await;
    let (mut mine, _) = press(&client, &form, "up", 3).await;
    let (mut theirs, _) = press(&client, &form, "down", 0).await;
    set(&mut mine, "person", "lev");
    set(&mut theirs, "person", "tomas");
    assert_eq!(client.post(EDIT, &theirs).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        memory.commits()[0].message,
        format!("Put `{CRITERIA}` of `auto-close` into another order")
    );
    let answer = client.post(EDIT, &mine).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.body);
    assert!(answer.body.contains("Keep the order that is there now"), "{}", answer.body);
    let pick = format!("pick:{CRITERIA}");
    let mut again = sent(&answer.body);
    set(&mut again, "person", "lev");
    set(&mut again, &pick, "theirs");
    assert_eq!(client.post(EDIT, &again).await.status, StatusCode::SEE_OTHER);
    assert_eq!(memory.commits().len(), 1, "they gave way");
    set(&mut again, &pick, "mine");
    let answer = client.post(EDIT, &again).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(metrics(&memory), ["acceptance", "accuracy", "cost_per_interaction", "error_rate"]);
}

#[tokio::test]
async fn an_order_that_is_none_is_refused_and_programs_may_send_one() {
    let (memory, client) = demo();
    let order = format!("order:{CRITERIA}");
    for (name, wanted, status) in [
        (order.as_str(), "a b", StatusCode::UNPROCESSABLE_ENTITY),
        ("order:]", "1 0", StatusCode::UNPROCESSABLE_ENTITY),
        ("order:title", "1 0", StatusCode::OK),
        (&order, "99 0", StatusCode::OK),
    ] {
        let (answered, answer) =
            client.json(EDIT, &serde_json::json!({ "person": "lev", (name): wanted })).await;
        assert_eq!(answered, status, "{name} {wanted}: {answer}");
    }
    assert_eq!(memory.commits(), []);
    let change = serde_json::json!({ "person": "lev", (order): "1 0" });
    assert_eq!(client.json(EDIT, &change).await.0, StatusCode::OK);
    assert_eq!(metrics(&memory)[..2], ["accuracy", "acceptance"]);
}
