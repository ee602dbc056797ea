//! One fixed notice for sentences that the checkout does not show itself: checkout UIs differ in
//! what they show of an error. It stands beside no particular element and brings its own look.

use crate::page::{sleep, spawn};
use js_sys::JsString;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;
use web_sys::{Document, HtmlElement, ShadowRootInit, ShadowRootMode};

/// How long the page gets to show a sentence itself.
const PAGE_SHOWS_WITHIN: i32 = 600;
const SHOWN_FOR: i32 = 10_000;
/// The same as the loader's: the two never show at once.
const ID: &str = "voucherbridge-notice";

// By the style object, not by markup: a content security policy may forbid inline styles.
const HOST: &str = "position:fixed;z-index:2147483647;left:0;right:0;bottom:0;\
    padding:1rem 1rem calc(1rem + env(safe-area-inset-bottom));pointer-events:none";
const BOX: &str = "display:flex;align-items:center;gap:.75rem;box-sizing:border-box;max-width:32rem;\
    margin:0 auto;padding:.75rem .75rem .75rem 1rem;border-radius:.5rem;background:#1f2937;\
    color:#fff;font:1rem/1.4 system-ui,sans-serif;box-shadow:0 .25rem 1rem rgba(0,0,0,.3);\
    pointer-events:auto";
const TEXT: &str = "flex:1;overflow-wrap:anywhere";
const BUTTON: &str = "flex:none;width:2.75rem;height:2.75rem;border:0;border-radius:.375rem;\
    background:transparent;color:#fff;font:1.5rem/1 system-ui,sans-serif;cursor:pointer";

struct Shown {
    host: HtmlElement,
    sentence: String,
}

thread_local! {
    static SHOWN: RefCell<Option<Shown>> = const { RefCell::new(None) };
    /// Counts what there was to say: a later word makes what waits for an earlier one idle.
    static TURN: Cell<u32> = const { Cell::new(0) };
}

fn next_turn() -> u32 {
    let turn = TURN.get().wrapping_add(1);
    TURN.set(turn);
    turn
}

/// Takes back what was said: the shopper tries again, or it worked.
pub fn clear() {
    next_turn();
    hide();
}

/// Shows a sentence unless the page does so itself.
pub fn unless_shown(sentence: &str) {
    let (sentence, turn) = (sentence.to_owned(), next_turn());
    spawn(async move {
        sleep(PAGE_SHOWS_WITHIN).await;
        if TURN.get() != turn {
            return;
        }
        let body = web_sys::window()
            .and_then(|w| w.document())
            .and_then(|d| d.body());
        let shows = |body: HtmlElement| JsString::from(body.inner_text()).includes(&sentence, 0);
        if !body.is_some_and(shows) {
            show(&sentence, turn).await;
        }
    });
}

/// Shows a sentence; the same one again only stays longer.
async fn show(sentence: &str, turn: u32) {
    let same = |shown: &Shown| shown.sentence == sentence && shown.host.is_connected();
    let stands = SHOWN.with_borrow(|shown| shown.as_ref().is_some_and(same));
    if !stands && put(sentence).await.is_none() {
        return;
    }
    sleep(SHOWN_FOR).await;
    if TURN.get() == turn {
        hide();
    }
}

/// Puts the notice into the page in place of any before it.
async fn put(sentence: &str) -> Option<()> {
    hide();
    let document = web_sys::window()?.document()?;
    if let Some(of_loader) = document.get_element_by_id(ID) {
        of_loader.remove();
    }
    let host = styled(&document, "div", HOST)?;
    host.set_id(ID);
    let shadow = host
        .attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))
        .ok()?;
    let frame = styled(&document, "div", BOX)?;
    let text = styled(&document, "span", TEXT)?;
    text.set_attribute("role", "status").ok()?;
    text.set_attribute("aria-live", "polite").ok()?;
    frame.append_child(&text).ok()?;
    let button = close_button(&document)?;
    frame.append_child(&button).ok()?;
    shadow.append_child(&frame).ok()?;
    document.body()?.append_child(&host).ok()?;
    let shown = Shown {
        host,
        sentence: sentence.to_owned(),
    };
    SHOWN.set(Some(shown));
    // A live region speaks of what changes in it, so it must be there before its text.
    sleep(50).await;
    text.set_text_content(Some(sentence));
    Some(())
}

fn close_button(document: &Document) -> Option<HtmlElement> {
    let button = styled(document, "button", BUTTON)?;
    button.set_attribute("type", "button").ok()?;
    button.set_attribute("aria-label", "Close").ok()?;
    button.set_text_content(Some("\u{d7}"));
    let close = Closure::once_into_js(hide);
    button
        .add_event_listener_with_callback("click", close.unchecked_ref())
        .ok()?;
    Some(button)
}

fn styled(document: &Document, tag: &str, style: &str) -> Option<HtmlElement> {
    let element: HtmlElement = document.create_element(tag).ok()?.dyn_into().ok()?;
    element.style().set_css_text(style);
    Some(element)
}

fn hide() {
    if let Some(shown) = SHOWN.take() {
        shown.host.remove();
    }
}
